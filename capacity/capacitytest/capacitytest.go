// Package capacitytest holds what every implementation of a port of capacity
// must do, as tests to call: [Store], [Target] and [Model].
package capacitytest

// Package capacitytest holds what every implementation of a port of capacity
// must do, as tests to call: [Store], [Target], [Timetabled] and [Model].
package capacitytest

// Package archtest holds the rules of the house as tests: who may import whom,
// what a package and a file look like, what must be tested and registered. It
// reads the source files themselves and needs no tool.
package archtest

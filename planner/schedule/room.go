package schedule

import "sync"

// rooms are those of solves that are over.
var rooms = sync.Pool{New: func() any { return new(room) }}

// A room is memory that tables use one after the other.
type room struct {
	off           []int
	best          []value
	sum           []int64
	until         []int32
	below, above  []value
	fewer, more   []value
	window        window
	widest, cells int
}

// grown is s with room for n, which may hold anything.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

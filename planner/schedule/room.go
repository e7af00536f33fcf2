package schedule

import "sync"

// rooms are those of solves that are over.
var rooms = sync.Pool{New: func() any { return new(room) }}

// A room is memory that tables use one after the other.
type room struct {
	off, at      []int
	best         []value
	sum          []int64
	until        []int32
	below, above []value
	fewer, more  []value
	window       window
}

// fit makes room for a row of the band, and counts the numbers in it.
func (r *room) fit(p *problem) (cells int) {
	widest := 1
	for t := range p.lo {
		width := p.hi[t] - p.lo[t] + 1
		cells += width
		widest = max(widest, width)
	}
	for _, s := range []*[]value{&r.below, &r.above, &r.fewer, &r.more} {
		*s = grown(*s, widest)
	}
	if len(r.window.queue) < widest {
		r.window.queue = make([]candidate, widest)
	}
	return cells
}

// stays has room for what it costs to stay.
func (r *room) stays(p *problem) stays {
	r.at = grown(r.at, len(p.lo))
	cells := 0
	for t := range p.lo {
		r.at[t] = cells
		cells += p.hi[t] - p.lo[t] + 1
	}
	r.sum, r.until = grown(r.sum, cells), grown(r.until, cells)
	return stays{p.lo, r.at, r.sum, r.until}
}

// grown is s with room for n, which may hold anything.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// extended is s with n more, which may hold anything.
func extended[T any](s []T, n int) []T {
	if len(s)+n > cap(s) {
		s = append(make([]T, 0, max(len(s)+n, 2*cap(s))), s...)
	}
	return s[:len(s)+n]
}

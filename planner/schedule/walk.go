package schedule

// A place is where a sequence stands: it runs n units in step t, may change
// them in the next, and may not increase them for so many steps.
type place struct {
	t, n, forbidden int
}

// A move is one way on from a place.
type move struct {
	to   place
	rest value // of all steps after the place, this way
}

// moves calls yield with each way on from a place until it returns false. The
// first is to stay.
func (b *table) moves(from place, yield func(move) bool) {
	t, n := from.t+1, from.n
	if n >= b.low[t] && n <= b.high[t] {
		forbidden := max(0, from.forbidden-1)
		if !yield(move{place{t, n, forbidden}, b.row(t, forbidden)[n-b.low[t]]}) {
			return
		}
	}
	end := t + b.held(t)
	low, high := max(b.lo[t], n-b.Down[t]), n
	if from.forbidden == 0 {
		high = min(b.hi[t], n+b.Up[t])
	}
	high = min(high, b.hi[t])
	for m := low; m <= high; m++ {
		if m == n {
			continue
		}
		v := b.arrive(t, m, m > n)
		if v.cost == never.cost {
			continue
		}
		to := place{end, m, 0}
		if m < n {
			to.forbidden = b.dipped(t)
		}
		v.cost += b.change*int64(max(n-m, m-n)) + b.tolls.turn
		v.rest += oneChange
		if !yield(move{to, v}) {
			return
		}
	}
}

// total is the value of the best sequence, or never if there is none.
func (b *table) total() value {
	best := never
	b.moves(place{-1, b.Before, 0}, func(m move) bool {
		if m.rest.less(best) {
			best = m.rest
		}
		return true
	})
	return best
}

// walk reads the best sequence off the table.
func (b *table) walk(total value) []int {
	units := make([]int, len(b.lo))
	at, rest := place{-1, b.Before, 0}, total
	for at.t < len(units)-1 {
		var next move
		b.moves(at, func(m move) bool {
			next = m
			return m.rest != rest
		})
		for t := at.t + 1; t <= next.to.t; t++ {
			units[t] = next.to.n
		}
		if next.to.n != at.n {
			b = b.after
		}
		at = next.to
		rest = b.row(at.t, at.forbidden)[at.n-b.low[at.t]]
		rest.cost -= b.pay(at.t, at.n, b.tolls)
		rest.rest -= int64(at.n)
	}
	return units
}

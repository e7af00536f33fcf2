package schedule

// Stays are what it costs to stay at a number, for the sake of holds.
type stays struct {
	lo    []int   // the first number of each step
	at    []int   // where the numbers of each step begin
	sum   []int64 // the cost of staying, until the band ends
	until []int32 // the last step in which the number is in the band
}

// sumUp sums up what it costs to stay from step t on.
func (b *table) sumUp(t int) {
	s, lo, width := &b.stay, b.lo[t], b.hi[t]-b.lo[t]+1
	sum, until := s.sum[s.at[t]:][:width], s.until[s.at[t]:][:width]
	costs, toll := b.costs[t][lo-b.Lo[t]:][:width], b.toll(t, b.tolls)
	for i := range sum {
		sum[i], until[i] = costs[i], int32(t)
		if toll != 0 {
			sum[i] += toll * b.spend(t, lo+i)
		}
	}
	next := t + 1
	if next == len(b.lo) {
		return
	}
	for n := max(lo, b.lo[next]); n <= min(b.hi[t], b.hi[next]); n++ {
		k := s.at[next] + n - b.lo[next]
		sum[n-lo] += s.sum[k]
		until[n-lo] = s.until[k]
	}
}

// leave finds the best change into step t from each of the numbers from lo on.
func (b *table) leave(t, lo int, below, above []value) {
	if b.after == nil { // no change is left
		for i := range below {
			below[i], above[i] = never, never
		}
		return
	}
	fewer, more, low := b.after.row(t, b.dipped(t)), b.after.row(t, 0), b.after.low[t]
	if b.held(t) > 0 {
		low = b.lo[t]
		fewer, more = b.room.fewer[:b.hi[t]-low+1], b.room.more[:b.hi[t]-low+1]
		if b.Down[t] > 0 {
			b.arrivals(t, b.dipped(t), fewer)
		}
		if b.Up[t] > 0 {
			b.arrivals(t, 0, more)
		}
	}
	b.room.window.below(below, lo, fewer, low, b.Down[t], b.change)
	b.room.window.above(above, lo, more, low, b.Up[t], b.change)
	for i := range below {
		slope := b.change * int64(lo+i)
		if below[i].cost != never.cost {
			below[i] = value{below[i].cost + slope + b.tolls.turn, below[i].rest + oneChange}
		}
		if above[i].cost != never.cost {
			above[i] = value{above[i].cost - slope + b.tolls.turn, above[i].rest + oneChange}
		}
	}
}

// arrivals are the values of all steps from t on after a change to each number
// there, the change itself apart, with a hold: the number stays to its end.
func (b *table) arrivals(t, forbidden int, into []value) {
	s, lo, end := &b.stay, b.lo[t], t+b.held(t)
	held, rest, low := int64(end-t), b.after.row(end, forbidden), b.after.low[end]
	from, last := s.at[t]-s.lo[t], s.at[end]-s.lo[end]
	for i := range into {
		n := lo + i
		into[i] = never
		if n < low || n-low >= len(rest) || rest[n-low].cost == never.cost || int(s.until[from+n]) < end {
			continue
		}
		v := rest[n-low]
		into[i] = value{v.cost + s.sum[from+n] - s.sum[last+n], v.rest + held*int64(n)}
	}
}

// arrive is the value of all steps from t on after a change to n there, the
// change itself apart.
func (b *table) arrive(t, n int, up bool) value {
	forbidden, held := 0, b.held(t)
	if !up {
		forbidden = b.dipped(t)
	}
	end := t + held
	if b.after == nil || n < b.after.low[end] || n > b.after.high[end] {
		return never
	}
	v := b.after.row(end, forbidden)[n-b.after.low[end]]
	if held > 0 && v.cost != never.cost {
		s, i := &b.stay, b.stay.at[t]+n-b.stay.lo[t]
		if int(s.until[i]) < end {
			return never
		}
		v.cost += s.sum[i] - s.sum[s.at[end]+n-s.lo[end]]
		v.rest += int64(held) * int64(n)
	}
	return v
}

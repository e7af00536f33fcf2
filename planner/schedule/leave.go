package schedule

// stays sums up what it costs to stay from step t on.
func (b *table) stays(t int) {
	for n := b.lo[t]; n <= b.hi[t]; n++ {
		i := b.off[t] + n - b.lo[t]
		b.sum[i], b.until[i] = b.pay(t, n, b.tolls), int32(t)
		if next := t + 1; next < len(b.lo) && n >= b.lo[next] && n <= b.hi[next] {
			k := b.off[next] + n - b.lo[next]
			b.sum[i] += b.sum[k]
			b.until[i] = b.until[k]
		}
	}
}

// leave finds the best change into step t from each of the numbers from lo on.
func (b *table) leave(t, lo int, below, above []value) {
	fewer, more := b.row(t, b.dipped(t)), b.row(t, 0)
	if b.held(t) > 0 {
		width := b.hi[t] - b.lo[t] + 1
		fewer, more = b.room.fewer[:width], b.room.more[:width]
		for i := range width {
			fewer[i], more[i] = b.arrive(t, b.lo[t]+i, false), b.arrive(t, b.lo[t]+i, true)
		}
	}
	b.room.window.below(below, lo, fewer, b.lo[t], b.Down[t], b.change)
	b.room.window.above(above, lo, more, b.lo[t], b.Up[t], b.change)
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

// arrive is the value of all steps from t on after a change to n there, the
// change itself apart.
func (b *table) arrive(t, n int, up bool) value {
	forbidden, held := 0, b.held(t)
	if !up {
		forbidden = b.dipped(t)
	}
	end := t + held
	if held > 0 && int(b.until[b.off[t]+n-b.lo[t]]) < end {
		return never
	}
	v := b.row(end, forbidden)[n-b.lo[end]]
	if held > 0 && v.cost != never.cost {
		v.cost += b.sum[b.off[t]+n-b.lo[t]] - b.sum[b.off[end]+n-b.lo[end]]
		v.rest += int64(held) * int64(n)
	}
	return v
}

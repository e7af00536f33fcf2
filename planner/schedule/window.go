package schedule

// A window finds the best value within reach of each place: one place after the
// other if few are within reach, else by a monotone queue, which each place
// enters and leaves once.
type window struct {
	queue []candidate
}

type candidate struct {
	value
	place int
}

// few is a reach for which the queue takes longer than to look at each place.
const few = 3

// below puts into best[i] the least of from[k], over the places within reach
// below start+i, where from[k] is at place low+k. The cost of a place is reduced
// by slope for each unit up to it.
func (w *window) below(best []value, start int, from []value, low, reach int, slope int64) {
	if reach <= few {
		near(best, start, from, low, -reach, -1, -slope)
		return
	}
	head, tail, next := 0, 0, 0
	queue := w.queue
	wide := reach >= start+len(best)-low
	least := never
	for i := range best {
		place := start + i
		for ; next < len(from) && low+next < place; next++ {
			v := from[next]
			if v.cost == never.cost {
				continue
			}
			v.cost -= slope * int64(low+next)
			if wide {
				if v.less(least) {
					least = v
				}
				continue
			}
			for tail > head && v.less(queue[tail-1].value) {
				tail--
			}
			queue[tail] = candidate{v, low + next}
			tail++
		}
		if !wide {
			for tail > head && queue[head].place < place-reach {
				head++
			}
			least = never
			if head < tail {
				least = queue[head].value
			}
		}
		best[i] = least
	}
}

// above is like below for the places above, whose cost grows by slope for each
// unit up to them.
func (w *window) above(best []value, start int, from []value, low, reach int, slope int64) {
	if reach <= few {
		near(best, start, from, low, 1, reach, slope)
		return
	}
	head, tail, next := 0, 0, len(from)-1
	queue := w.queue
	wide := reach >= low+len(from)-1-start
	least := never
	for i := len(best) - 1; i >= 0; i-- {
		place := start + i
		for ; next >= 0 && low+next > place; next-- {
			v := from[next]
			if v.cost == never.cost {
				continue
			}
			v.cost += slope * int64(low+next)
			if wide {
				if !least.less(v) {
					least = v
				}
				continue
			}
			for tail > head && !queue[tail-1].less(v) {
				tail--
			}
			queue[tail] = candidate{v, low + next}
			tail++
		}
		if !wide {
			for tail > head && queue[head].place > place+reach {
				head++
			}
			least = never
			if head < tail {
				least = queue[head].value
			}
		}
		best[i] = least
	}
}

// near looks at the places from first to last away from each.
func near(best []value, start int, from []value, low, first, last int, slope int64) {
	for i := range best {
		place, least := start+i-low, never
		for k := max(0, place+first); k <= min(len(from)-1, place+last); k++ {
			v := from[k]
			if v.cost == never.cost {
				continue
			}
			if v.cost += slope * int64(low+k); v.less(least) {
				least = v
			}
		}
		best[i] = least
	}
}

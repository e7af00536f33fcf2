package planner

import "math"

// A value is what the rest of a plan is worth; less is better. First comes the
// cost, then the changes and the units.
type value struct {
	cost int64
	rest int64 // changes · oneChange + units
}

const oneChange = 1 << 42 // more than all units of all steps

// never is the value of what the limits do not allow.
var never = value{cost: math.MaxInt64, rest: math.MaxInt64}

func (v value) less(w value) bool {
	return v.cost < w.cost || v.cost == w.cost && v.rest < w.rest
}

// A window finds the best value within reach of each place, by a monotone
// queue: each place enters and leaves the queue once. What it finds counts as a
// change.
type window struct {
	queue []candidate
	best  []value // of the reach of each place; never if that is empty
	place []int32 // where the best is; the lowest of several
}

type candidate struct {
	value
	place int
}

func newWindow(places int) window {
	return window{queue: make([]candidate, places), best: make([]value, places)}
}

// below looks from each place i at [i-reach, i-1].
func (w window) below(values []value, reach int) {
	head, tail := 0, 0
	queue, best, place := w.queue, w.best[:len(values)], w.place[:len(values)]
	for i := range values {
		if i > 0 && values[i-1].cost != never.cost {
			v := values[i-1]
			for tail > head && v.less(queue[tail-1].value) {
				tail--
			}
			queue[tail] = candidate{v, i - 1}
			tail++
		}
		for tail > head && queue[head].place < i-reach {
			head++
		}
		best[i] = never
		if head < tail {
			best[i], place[i] = value{queue[head].cost, queue[head].rest + oneChange}, int32(queue[head].place)
		}
	}
}

// above looks from each place i at [i+1, i+reach].
func (w window) above(values []value, reach int) {
	head, tail := 0, 0
	queue, best, place := w.queue, w.best[:len(values)], w.place[:len(values)]
	for i := len(values) - 1; i >= 0; i-- {
		if i < len(values)-1 && values[i+1].cost != never.cost {
			v := values[i+1]
			for tail > head && !queue[tail-1].less(v) {
				tail--
			}
			queue[tail] = candidate{v, i + 1}
			tail++
		}
		for tail > head && queue[head].place > i+reach {
			head++
		}
		best[i] = never
		if head < tail {
			best[i], place[i] = value{queue[head].cost, queue[head].rest + oneChange}, int32(queue[head].place)
		}
	}
}

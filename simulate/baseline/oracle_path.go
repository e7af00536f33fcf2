package baseline

import (
	"context"
	"math"
)

// A decision is how many units serve in each tick at the least cost, which is
// counted in unit-ticks.
type decision struct {
	need    []int32   // zero where it cannot be met
	counts  []bool    // ticks whose load is known
	up      []float64 // unit-ticks that a unit takes before it serves from a tick on
	down    []float64 // unit-ticks that a unit takes after it has stopped at a tick
	start   int32
	lead    int     // ticks before which no more than start can serve
	price   float64 // of a tick that lacks capacity
	missing float64 // of each unit that it lacks
	paid    int     // units that cost nothing
	low     int32   // the numbers to choose from
	high    int32
	least   int32 // the pool's minimum; fewer only at the start
}

// charge fills up and down: the ticks of the lead time before each tick, and
// those of draining from it on. Ticks whose load is not known cost nothing, as
// in [simulate.Score].
func (d *decision) charge(lead, drain int) {
	n := len(d.counts)
	sums := make([]float64, n+1)
	for k, counts := range d.counts {
		if sums[k+1] = sums[k]; counts {
			sums[k+1]++
		}
	}
	d.up, d.down = make([]float64, n), make([]float64, n)
	for k := range n {
		d.up[k] = sums[k] - sums[max(0, k-lead)]
		d.down[k] = sums[min(n, k+drain)] - sums[k]
	}
}

// solve is the cheapest number for each tick. The costs of starting and
// stopping are linear, so that one pass upwards and one downwards give the best
// number to come from (as in distance transforms, Felzenszwalb and
// Huttenlocher, Theory of Computing 8, 2012): the time is linear in ticks times
// numbers. What was chosen is computed again, block by block, rather than kept.
// It is nil if ctx ends before.
func (d decision) solve(ctx context.Context) []int32 {
	n, size := len(d.need), int(d.high-d.low)+1
	block := int(math.Sqrt(float64(n))) + 1
	cost := make([]float64, size)
	for i := range cost {
		cost[i] = math.Inf(1)
	}
	cost[d.start-d.low] = 0
	var marks [][]float64
	for k := range n {
		if k%block == 0 {
			if ctx.Err() != nil {
				return nil
			}
			marks = append(marks, append([]float64(nil), cost...))
		}
		d.step(k, cost, nil)
	}
	best := 0
	for i, c := range cost {
		if c < cost[best] {
			best = i
		}
	}
	path := make([]int32, n)
	choices := make([]int32, block*size)
	for b := len(marks) - 1; b >= 0; b-- {
		if ctx.Err() != nil {
			return nil
		}
		first, last := b*block, min((b+1)*block, n)
		for k := first; k < last; k++ {
			d.step(k, marks[b], choices[(k-first)*size:(k-first+1)*size])
		}
		for k := last - 1; k >= first; k-- {
			path[k] = d.low + int32(best)
			best = int(choices[(k-first)*size+best])
		}
	}
	return path
}

// step turns the costs before tick k into those after it, and writes for each
// number which one it came from, unless from is nil.
func (d decision) step(k int, cost []float64, from []int32) {
	for i := range from {
		from[i] = int32(i)
	}
	free := d.paid - int(d.low) // the last number whose units cost nothing
	d.move(cost, from, free, k)
	first, last := 0, len(cost) // the numbers that may serve
	if k < d.lead {
		last = int(d.start-d.low) + 1
	} else {
		first = max(0, int(d.least-d.low))
	}
	for i := range first {
		cost[i] = math.Inf(1)
	}
	for i := last; i < len(cost); i++ {
		cost[i] = math.Inf(1)
	}
	if !d.counts[k] {
		return
	}
	for i := max(first, free+1); i < last; i++ {
		cost[i] += float64(i - free)
	}
	short := int(d.need[k] - d.low)
	for i := first; i < min(last, short); i++ {
		cost[i] += d.price + d.missing*float64(short-i)
	}
}

// move is the least cost of coming from another number at tick k: upwards one by
// one, and then downwards.
func (d decision) move(cost []float64, from []int32, free, k int) {
	up, down := d.up[k], d.down[k]
	for i := 1; i < len(cost); i++ {
		c := cost[i-1]
		if i > free {
			c += up
		}
		if c < cost[i] {
			cost[i] = c
			if from != nil {
				from[i] = from[i-1]
			}
		}
	}
	for i := len(cost) - 2; i >= 0; i-- {
		c := cost[i+1]
		if i+1 > free {
			c += down
		}
		if c < cost[i] {
			cost[i] = c
			if from != nil {
				from[i] = from[i+1]
			}
		}
	}
}

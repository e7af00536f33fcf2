package baseline

import "math"

// A decision is how many units serve in each tick at the least cost, which is
// counted in unit-ticks.
type decision struct {
	need     []int32 // zero where it cannot be met
	counts   []bool  // ticks whose load is known
	start    int32
	lead     int     // ticks before which no more than start can serve
	up, down float64 // unit-ticks that a start and a stop take
	price    float64 // of a tick that lacks capacity
	missing  float64 // of each unit that it lacks
	paid     int     // units that cost nothing
	low      int32   // the numbers to choose from
	high     int32
	least    int32 // the pool's minimum; fewer only at the start
}

// solve is the cheapest number for each tick. The costs of starting and
// stopping are linear, so that one pass upwards and one downwards give the best
// number to come from (as in distance transforms, Felzenszwalb and
// Huttenlocher, Theory of Computing 8, 2012): the time is linear in ticks times
// numbers. What was chosen is computed again, block by block, rather than kept.
func (d decision) solve() []int32 {
	n, size := len(d.need), int(d.high-d.low)+1
	block := int(math.Sqrt(float64(n))) + 1
	cost := make([]float64, size)
	for i := range cost {
		cost[i] = math.Inf(1)
	}
	cost[d.start-d.low] = 0
	var marks [][]float64
	from := make([]int32, size)
	for k := range n {
		if k%block == 0 {
			marks = append(marks, append([]float64(nil), cost...))
		}
		d.step(k, cost, from)
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

// step turns the costs before tick k into those after it, and tells for each
// number which one it came from.
func (d decision) step(k int, cost []float64, from []int32) {
	for i := range from {
		from[i] = int32(i)
	}
	for i := 1; i < len(cost); i++ {
		if c := cost[i-1] + d.up*d.unit(i); c < cost[i] {
			cost[i], from[i] = c, from[i-1]
		}
	}
	for i := len(cost) - 2; i >= 0; i-- {
		if c := cost[i+1] + d.down*d.unit(i+1); c < cost[i] {
			cost[i], from[i] = c, from[i+1]
		}
	}
	short := int(d.need[k] - d.low)
	for i := range cost {
		units := int(d.low) + i
		switch {
		case k < d.lead && units > int(d.start):
			cost[i] = math.Inf(1)
			continue
		case k >= d.lead && units < int(d.least):
			cost[i] = math.Inf(1)
			continue
		case !d.counts[k]:
			continue
		}
		cost[i] += float64(max(0, units-d.paid))
		if i < short {
			cost[i] += d.price + d.missing*float64(short-i)
		}
	}
}

// unit is what the i-th number has cost more than the one before, for a tick.
func (d decision) unit(i int) float64 {
	if int(d.low)+i <= d.paid {
		return 0
	}
	return 1
}

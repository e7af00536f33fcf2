package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// exact is the price of missing capacity at which nothing is missing that could
// be there.
const exact = 1e9

// prices are prices of missing capacity worth trying.
func prices() []float64 {
	settings := []float64{0.25, 0.5}
	for price := 1.0; price < 3e6; price *= 2 {
		settings = append(settings, price)
	}
	return append(settings, exact)
}

// Oracle knows the whole load, and its units take the lead time as all others
// do: the fair bound. It pays for each unit from its request to the end of its
// draining, a price for each tick in which capacity is missing, and minimises
// the sum by dynamic programming over ticks and units. So its runs at several
// prices are the corners of the lowest curve of cost against missing time that
// any policy can reach: a policy below it is a fault of the simulator. With
// Missing it pays for each unit that is missing instead, and no policy takes less
// money.
//
// That holds where the lead time has no jitter, nothing fails, no load is unknown
// and the pool has no ramp. With faults it is a plan that does not know of them. With a ramp the
// numbers are raised, as little as the ramp allows, until it is kept, which need
// no longer be optimal. The time is linear in ticks times units, and the memory
// in the root of the ticks times units: a week of 40,320 ticks of up to 100
// units takes some 30 ms and 300 kB.
type Oracle struct {
	Truth capacity.Series // the load of the case, to its end
	// Price of an hour of missing capacity, in unit-hours; its setting. Zero: so
	// high that only what no policy could prevent is missing.
	Price float64
	// Missing is the price of a unit-hour that is needed and missing, in
	// unit-hours. If it is there, Price does not count.
	Missing float64
}

// Name is "oracle".
func (Oracle) Name() string { return "oracle" }

// Every is every tick.
func (Oracle) Every() time.Duration { return 0 }

// Setting is the price.
func (p Oracle) Setting() float64 { return or(p.Price, exact) }

// Settings double from a quarter.
func (Oracle) Settings() []float64 { return prices() }

// With is the same with another price.
func (p Oracle) With(setting float64) simulate.Policy {
	p.Price = setting
	return p
}

// Begin starts a run.
func (p Oracle) Begin(ctx context.Context, t simulate.Terms) simulate.Decide {
	var asked []int32
	return func(v *simulate.View) capacity.Units {
		if asked == nil {
			asked = p.schedule(ctx, t, v.Asked)
		}
		return capacity.Units(asked[min(v.Tick-t.From, len(asked)-1)])
	}
}

// schedule is what to ask for at each tick.
func (p Oracle) schedule(ctx context.Context, t simulate.Terms, start capacity.Units) []int32 {
	if p.Truth.Len() <= t.From {
		return []int32{int32(start)}
	}
	load := p.Truth.Values[t.From:]
	lead := t.Lasts(t.Pool.LeadTime)
	d := decision{
		need: make([]int32, len(load)), counts: make([]bool, len(load)), start: int32(start), lead: lead,
		price: p.Setting(), paid: int(t.Pool.Paid),
	}
	if p.Missing > 0 {
		d.price, d.missing = 0, p.Missing
	}
	highest := start
	most := t.Pool.Max
	if most == 0 {
		most = math.MaxInt32 // the case has a limit of its own
	}
	for i, x := range load {
		need := capacity.UnitsFor(x, t.Pool.UnitRate)
		switch can := reachable(i, lead, start, most); { // what is more is missing at any price
		case need > can && p.Missing > 0:
			need = can
		case need > can:
			need = 0
		}
		d.need[i], d.counts[i] = int32(need), x == x
		highest = max(highest, need, t.Pool.Min)
	}
	d.low, d.high = int32(min(t.Pool.Min, start)), int32(highest)
	d.least = int32(t.Pool.Min)
	d.charge(lead, t.Lasts(t.Drain))
	serve := d.solve(ctx)
	if serve == nil {
		return []int32{int32(start)} // the run ends before it is used
	}
	asked := ahead(serve, lead)
	limitRamp(asked, int32(start), t)
	return asked
}

// reachable is the most that can serve in tick i: before the lead time is over,
// what served at the start.
func reachable(i, lead int, start, most capacity.Units) capacity.Units {
	if i < lead {
		return min(start, most)
	}
	return most
}

// ahead is the highest of each value and the n after it: what must be asked for
// so that it serves n ticks later, and is not given up before.
func ahead(values []int32, n int) []int32 {
	out := make([]int32, len(values))
	var queue []int // places of falling values
	for i := len(values) - 1; i >= 0; i-- {
		for len(queue) > 0 && values[queue[len(queue)-1]] <= values[i] {
			queue = queue[:len(queue)-1]
		}
		queue = append(queue, i)
		for queue[0] > i+n {
			queue = queue[1:]
		}
		out[i] = values[queue[0]]
	}
	return out
}

// limitRamp raises the numbers until what the pool's ramp allows between two
// ticks a period apart is kept, as far as it can be.
func limitRamp(asked []int32, start int32, t simulate.Terms) {
	if r := t.Pool.Ramp.Up; r.Limited() {
		n := t.Lasts(r.Per)
		for i := len(asked) - 1 - n; i >= 0; i-- {
			asked[i] = max(asked[i], asked[i+n]-int32(r.Units))
		}
	}
	if r := t.Pool.Ramp.Down; r.Limited() {
		n := t.Lasts(r.Per)
		for i := range asked {
			before := start
			if i >= n {
				before = asked[i-n]
			}
			asked[i] = max(asked[i], before-int32(r.Units))
		}
	}
}

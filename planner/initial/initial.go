// Package initial answers what a service runs at the start of a plan or a simulation
// when no target can be asked: what the highest load of the last measured hour needs.
// An hour is about as long as an operator or an autoscaler takes to give units back, so
// that a dip just before the start does not begin the run with too few. The command
// line's offline plans, the replays by which models are compared, and the simulator use
// this rule and no other. It reads no clock and does no I/O.
package initial

import (
	"cmp"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// Load is the highest value of s within the last measured hour before step end, or
// the last measured value where steps are longer than an hour, and the end of that
// hour. The hour ends with the last step that was measured; a step without a
// measurement inside it counts nowhere. The value is NaN if nothing was measured before
// end.
func Load(s capacity.Series, end int) (load float64, until time.Time) {
	last := min(end, s.Len())
	for last > 0 && math.IsNaN(s.Values[last-1]) {
		last--
	}
	load = math.NaN()
	for _, v := range s.Values[max(0, last-max(1, int(time.Hour/s.Step))):max(0, last)] {
		if !math.IsNaN(v) && !(v <= load) {
			load = v
		}
	}
	return load, s.At(max(0, last))
}

// States is what the pools run to serve a load, which is in the unit of their UnitRate
// (per second for sums), in their order: at least Min of each and at most Max; of what
// is needed beyond every Min, first units that are paid for anyway, then those with the
// lowest price for the load they serve. NaN needs nothing beyond Min. All units serve.
func States(pools []capacity.Pool, load float64) []capacity.State {
	states, order := make([]capacity.State, len(pools)), make([]int, len(pools))
	if math.IsNaN(load) {
		load = 0
	}
	for i, pool := range pools {
		order[i], states[i].Units = i, pool.Min
		load -= float64(pool.Min) * pool.UnitRate
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(pools[i].Price/pools[i].UnitRate, pools[j].Price/pools[j].UnitRate)
	})
	run := func(i int, most capacity.Units) {
		if more := min(capacity.UnitsFor(load, pools[i].UnitRate), most-states[i].Units); more > 0 {
			states[i].Units += more
			load -= float64(more) * pools[i].UnitRate
		}
	}
	for _, i := range order {
		run(i, min(pools[i].Paid, pools[i].Max))
	}
	for _, i := range order {
		run(i, pools[i].Max)
	}
	for i := range states {
		states[i].Serving = states[i].Units
	}
	return states
}

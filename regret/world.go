package regret

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// A world is the load and what was done in the ticks of the simulator, which
// all ways of running the service share.
type world struct {
	load    capacity.Series // as units are measured by; NaN: not measured
	counted capacity.Series // the load where it is compared, else NaN
	units   []capacity.Units
	serving []int32
	known   []bool
	from    int // the first tick that is compared
}

// newWorld lays the load and the record of in out in ticks: the longest that
// divide both a step and a minute.
func newWorld(in Input, r Record) (world, error) {
	d := in.Policy.Demand
	tick := capacity.CommonDivisor(d.Step, time.Minute)
	n := int(in.Window.To.Sub(in.Window.From) / tick)
	if n <= 0 {
		return world{}, fmt.Errorf("compare %q from %s to %s: give a window of at least %v: %w", in.Policy.Service, stamp(in.Window.From), stamp(in.Window.To), tick, capacity.ErrNoData)
	}
	w := world{
		load:  capacity.Series{Start: in.Window.From, Step: tick, Values: make([]float64, n)},
		units: make([]capacity.Units, n), serving: make([]int32, n), known: make([]bool, n), from: -1,
	}
	for k := range n {
		w.load.Values[k] = math.NaN()
		at := w.load.At(k)
		if i := int(at.Sub(in.Load.Start) / d.Step); !at.Before(in.Load.Start) && i < in.Load.Len() {
			w.load.Values[k] = d.Rate(in.Load.Values[i])
		}
	}
	intervals := r.Intervals(in.Window, in.Held)
	next := 0
	for k := range n {
		at := w.load.At(k)
		for next < len(intervals) && !at.Before(intervals[next].To) {
			next++
		}
		if next < len(intervals) && intervals[next].Holds(at) {
			w.units[k], w.serving[k], w.known[k] = intervals[next].Units, int32(intervals[next].Serving), true
		} else if k > 0 {
			w.units[k], w.serving[k] = w.units[k-1], w.serving[k-1]
		}
	}
	w.counted = w.load
	w.counted.Values = slices.Clone(w.load.Values)
	for k, known := range w.known {
		switch {
		case !known:
			w.counted.Values[k] = math.NaN()
		case w.from < 0 && !math.IsNaN(w.load.Values[k]):
			w.from = k
		}
	}
	if w.from < 0 {
		return w, in.nothing(w)
	}
	return w, nil
}

// nothing says why there is nothing to compare, and what to do.
func (in Input) nothing(w world) error {
	service, from, to := in.Policy.Service, stamp(in.Window.From), stamp(in.Window.To)
	if !slices.Contains(w.known, true) {
		return fmt.Errorf("nothing was recorded of the units of %q from %s to %s: a plan must have been carried out then (control.mode auto, or approve and a person): %w", service, from, to, capacity.ErrNoData)
	}
	return fmt.Errorf("no load of %q was measured while its units were recorded, from %s to %s: see demand.source, or choose another time: %w", service, from, to, capacity.ErrNoData)
}

// slots is what was asked for, from the first tick that is compared on.
func (w world) slots() []simulate.Slot {
	var slots []simulate.Slot
	for k := w.from; k < len(w.units); k++ {
		if k == w.from || w.units[k] != w.units[k-1] {
			slots = append(slots, simulate.Slot{At: w.load.At(k), Units: w.units[k]})
		}
	}
	return slots
}

// need is the units that the load needs, by tick; -1 where it is not compared.
func (w world) need(rate float64) []int32 {
	units := make([]int32, w.counted.Len())
	for k, v := range w.counted.Values {
		if units[k] = -1; !math.IsNaN(v) {
			units[k] = int32(capacity.UnitsFor(v, rate))
		}
	}
	return units
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

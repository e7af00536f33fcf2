package unitrate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Signal is what tells how busy units are.
type Signal string

// The signals.
const (
	Utilisation Signal = "utilisation" // a share, or a percentage
	Latency     Signal = "latency"     // in any unit of time
)

// An Aim is the signal at which a unit serves what it should. At is a share
// inside (0, 0.97) of utilisation, or a latency in the unit of the samples.
type Aim struct {
	Signal Signal
	At     float64
}

// String is the target in words, such as 60%.
func (a Aim) String() string {
	if a.Signal == Latency {
		return capacity.Figure(a.At)
	}
	return capacity.Trim(100*a.At, 1) + "%"
}

func (a Aim) check() error {
	switch {
	case a.Signal == Latency && a.At > 0 && !math.IsInf(a.At, 0):
		return nil
	case a.Signal == Utilisation && a.At > 0 && a.At < saturated:
		return nil
	}
	return fmt.Errorf("a unit rate cannot be learnt at %s %v: give a share from 0 to %v, or a latency above 0: %w", a.Signal, a.At, saturated, capacity.ErrBadPolicy)
}

// level is the aim as the lines have it: growing with load.
func (a Aim) level() float64 { return a.lift(a.At) }

// lift turns a measurement of the signal into what is a line of load.
func (a Aim) lift(v float64) float64 {
	if a.Signal == Latency {
		return -1 / v
	}
	return v
}

// A Sample is one step of history: the load of all units, per second if it is
// a count, how many units served, the signal, and when the step began.
type Sample struct {
	Load, Units, Signal float64
	At                  time.Time
}

// Samples puts series of the demand's load, of units and of a signal beside
// each other, where all of them were measured. All have the demand's step.
func Samples(d capacity.Demand, load, units, signal capacity.Series) []Sample {
	at := func(s capacity.Series, t time.Time) float64 {
		if i := int(t.Sub(s.Start) / d.Step); s.Len() > 0 && !t.Before(s.Start) && i < s.Len() {
			return s.Values[i]
		}
		return math.NaN()
	}
	var out []Sample
	for i, v := range load.Values {
		t := load.At(i)
		s := Sample{d.Rate(v), at(units, t), at(signal, t), t}
		if !math.IsNaN(s.Load) && !math.IsNaN(s.Units) && !math.IsNaN(s.Signal) {
			out = append(out, s)
		}
	}
	return out
}

const (
	newest = 4096 // samples that are learnt from
	idle   = 0.05 // of the highest load per unit
	// percentages is what nine of ten utilisations stay below if they are shares.
	percentages = 3
)

// usable are the samples that say something, and whether their utilisation was
// in percent. It is a share in those returned.
func usable(samples []Sample, aim Aim) (used []Sample, percent bool) {
	for _, s := range samples {
		sound := s.Load > 0 && s.Units > 0 && s.Signal >= 0 && !math.IsInf(s.Load+s.Units+s.Signal, 0)
		if sound && (aim.Signal != Latency || s.Signal > 0) {
			used = append(used, s)
		}
	}
	used = used[max(0, len(used)-newest):]
	if len(used) == 0 {
		return nil, false
	}
	signals, loads := make([]float64, len(used)), make([]float64, len(used))
	for i, s := range used {
		signals[i], loads[i] = s.Signal, s.Load/s.Units
	}
	percent = aim.Signal == Utilisation && quantile(signals, 0.9) > percentages
	least := idle * quantile(loads, 0.99)
	used = slices.DeleteFunc(used, func(s Sample) bool { return s.Load/s.Units < least })
	for i := range used {
		if percent {
			used[i].Signal /= 100
		}
	}
	return used, percent
}

// quantile is the q-th quantile of v, which it sorts: the measurement itself,
// never one between two.
func quantile(v []float64, q float64) float64 {
	slices.Sort(v)
	return v[min(int(q*float64(len(v))), len(v)-1)]
}

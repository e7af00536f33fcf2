package simulate

import (
	"context"
	"slices"
	"time"

	"headroom/capacity"
)

// A Slot is how many units a schedule asks for from a time on.
type Slot struct {
	At    time.Time
	Units capacity.Units
}

// Planned asks for what a schedule says at each time, but never for less than a
// reactive floor. Before the first slot only the floor counts. Slots are times
// of asking: a schedule that means times of serving must be early by a lead
// time.
type Planned struct {
	Label    string // its name; empty: "plan"
	Slots    []Slot // by time
	Floor    Policy // nil: none
	Multiple float64
}

// Name is its label.
func (p Planned) Name() string {
	if p.Label == "" {
		return "plan"
	}
	return p.Label
}

// Every is as often as the floor decides, at most a minute.
func (p Planned) Every() time.Duration {
	if p.Floor != nil {
		return min(time.Minute, p.Floor.Every())
	}
	return time.Minute
}

// Setting is by what the schedule is multiplied; 1 if that was not set.
func (p Planned) Setting() float64 {
	if p.Multiple == 0 {
		return 1
	}
	return p.Multiple
}

// Settings go from four fifths of the schedule to half as much again.
func (p Planned) Settings() []float64 { return []float64{0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5} }

// With is the same plan, multiplied.
func (p Planned) With(setting float64) Policy {
	p.Multiple = setting
	return p
}

// Begin starts a run.
func (p Planned) Begin(ctx context.Context, t Terms) Decide {
	floor := func(*View) capacity.Units { return 0 }
	if p.Floor != nil {
		floor = p.Floor.Begin(ctx, t)
	}
	slots := slices.SortedStableFunc(slices.Values(p.Slots), func(a, b Slot) int { return a.At.Compare(b.At) })
	next, planned := 0, capacity.Units(0)
	return func(v *View) capacity.Units {
		for ; next < len(slots) && !slots[next].At.After(v.Now); next++ {
			planned = capacity.UnitsFor(float64(slots[next].Units)*p.Setting(), 1)
		}
		return max(planned, floor(v))
	}
}

package baseline

import (
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Behavior is how fast an [HPA] follows what it computed, spec.behavior of
// https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior.
// The zero Behavior is the default given there: up at once, by 4 pods or 100 %
// in 15 s, whichever is more; down to the highest number of the last 300 s.
type Behavior struct {
	Up, Down Rules
	// Absent: spec.behavior is not given. Then one step up goes to twice the
	// number or to 4, and Up and Down.Limits do not count.
	Absent bool
}

// Rules are for one direction.
type Rules struct {
	// Window is how long older recommendations hold a change back. Zero: none
	// up, 300 s down. Negative: none.
	Window time.Duration
	Limits []Limit // the one that allows most counts. Empty: the default
	Least  bool    // the one that allows least counts
}

// A Limit is the most change within a time: pods or percent, whichever is set.
type Limit struct {
	Pods    int
	Percent float64
	Per     time.Duration
}

// A recommendation is what was computed at a tick, before it was held back.
type recommendation struct {
	tick  int
	units capacity.Units
}

// A settler holds back and limits what an HPA computes.
type settler struct {
	b          Behavior
	up, down   []limitTicks
	upTicks    int
	downTicks  int
	longest    int // of the limits, in ticks
	recent     []recommendation
	changes    []recommendation // of what was asked for; units are the difference
	last       capacity.Units
	lastTicked int
}

type limitTicks struct {
	Limit
	ticks int
}

// begin is the memory of a run.
func (b Behavior) begin(t simulate.Terms) *settler {
	s := &settler{b: b, last: -1}
	if len(b.Up.Limits) == 0 {
		b.Up.Limits = []Limit{{Pods: 4, Per: 15 * time.Second}, {Percent: 100, Per: 15 * time.Second}}
	}
	if len(b.Down.Limits) == 0 {
		b.Down.Limits = []Limit{{Percent: 100, Per: 15 * time.Second}}
	}
	if b.Down.Window == 0 {
		b.Down.Window = 5 * time.Minute
	}
	s.upTicks, s.downTicks = t.Lasts(b.Up.Window), t.Lasts(b.Down.Window)
	for _, l := range b.Up.Limits {
		s.up = append(s.up, limitTicks{l, t.Lasts(l.Per)})
		s.longest = max(s.longest, t.Lasts(l.Per))
	}
	for _, l := range b.Down.Limits {
		s.down = append(s.down, limitTicks{l, t.Lasts(l.Per)})
		s.longest = max(s.longest, t.Lasts(l.Per))
	}
	return s
}

// see must be called at each decision, also where nothing is computed.
func (s *settler) see(v *simulate.View) {
	if s.last < 0 {
		// recordInitialRecommendation
		s.recent = append(s.recent, recommendation{v.Tick, v.Asked})
	} else if v.Asked != s.last {
		// What was granted, whatever was wanted, counts for the limits.
		s.changes = append(s.changes, recommendation{s.lastTicked, v.Asked - s.last})
	}
	s.last, s.lastTicked = v.Asked, v.Tick
}

// settle holds want back, and limits it.
func (s *settler) settle(v *simulate.View, want capacity.Units) capacity.Units {
	for len(s.changes) > 0 && s.changes[0].tick <= v.Tick-s.longest {
		s.changes = s.changes[1:]
	}
	settled := s.stabilise(v, want)
	switch {
	case s.b.Absent:
		return min(settled, max(2*v.Asked, 4))
	case settled > v.Asked:
		return min(settled, max(v.Asked, s.most(v)))
	case settled < v.Asked:
		return max(settled, min(v.Asked, s.least(v)))
	}
	return settled
}

// stabilise is the nearest number to what is asked for between the lowest
// recommendation of the window up and the highest of the window down
// (stabilizeRecommendationWithBehaviors).
func (s *settler) stabilise(v *simulate.View, want capacity.Units) capacity.Units {
	longest := max(s.upTicks, s.downTicks)
	old := 0
	for old < len(s.recent) && s.recent[old].tick <= v.Tick-longest {
		old++
	}
	s.recent = s.recent[old:]
	lowest, highest := want, want
	for _, r := range s.recent {
		if r.tick > v.Tick-s.upTicks {
			lowest = min(lowest, r.units)
		}
		if r.tick > v.Tick-s.downTicks {
			highest = max(highest, r.units)
		}
	}
	s.recent = append(s.recent, recommendation{v.Tick, want})
	if s.b.Absent {
		return highest // stabilizeRecommendation
	}
	return min(max(v.Asked, lowest), highest)
}

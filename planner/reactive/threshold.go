package reactive

import (
	"math"
	"time"

	"headroom/capacity"
)

// Threshold changes the number of units by steps when utilisation leaves a band,
// and then waits. Shares of units are rounded as step scaling of Amazon EC2 Auto
// Scaling rounds them (towards zero, but never to no change at all):
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html.
type Threshold struct {
	// Up are steps by growing Bound; the last whose bound utilisation has
	// reached applies. Empty: a tenth more from 0.8, three tenths from 0.95.
	Up []Step
	// Down are steps by falling Bound; the last whose bound utilisation is at
	// or below applies. Empty: a tenth less from 0.5.
	Down []Step
	// Cooldown is how long after a change nothing is taken away; and after units
	// were added, more are added only by a larger step, counted from the number
	// before. Zero: 5 minutes. Negative: none.
	Cooldown time.Duration
}

// A Step changes the number of units by a share of it, plus so many.
type Step struct {
	Bound float64 // utilisation
	Share float64 // 0.1 is a tenth; positive in either direction
	Units capacity.Units
}

// A Changed is when a [Threshold] changed the number last, from what, and to
// what. The zero Changed is a start.
type Changed struct {
	At       time.Time
	From, To capacity.Units
}

// Units is how many units to ask for, and what to hand in the next time.
// Without a usable load it is what is asked for already.
func (t Threshold) Units(m Measurement, c Changed) (capacity.Units, Changed) {
	if !m.known() {
		return m.Units, c
	}
	up, down, cooldown := t.Up, t.Down, t.Cooldown
	if len(up) == 0 {
		up = []Step{{Bound: 0.8, Share: 0.1}, {Bound: 0.95, Share: 0.3}}
	}
	if len(down) == 0 {
		down = []Step{{Bound: 0.5, Share: 0.1}}
	}
	if cooldown == 0 {
		cooldown = 5 * time.Minute
	}
	at, base := m.utilisation(), m.Units
	cooling := !c.At.IsZero() && m.At.Before(c.At.Add(cooldown))
	grown := cooling && c.To > c.From
	if grown {
		// A larger step replaces the one under way, from the same number.
		base = c.From
	}
	want := m.Units
	if add, ok := reached(up, base, func(bound float64) bool { return at >= bound }); ok {
		want = max(want, base+add)
	} else if remove, ok := reached(down, base, func(bound float64) bool { return at <= bound }); ok && !cooling {
		want = max(0, want-remove)
	}
	if want == m.Units {
		return want, c
	}
	return want, Changed{At: m.At, From: base, To: want}
}

// reached is the change of the last step that holds.
func reached(steps []Step, base capacity.Units, holds func(bound float64) bool) (capacity.Units, bool) {
	change, any := capacity.Units(0), false
	for _, s := range steps {
		if holds(s.Bound) {
			change, any = s.change(base), true
		}
	}
	return change, any
}

func (s Step) change(base capacity.Units) capacity.Units {
	share := math.Floor(float64(base)*s.Share + 1e-9)
	if s.Share > 0 {
		share = max(1, share)
	}
	return s.Units + capacity.Units(min(share, math.MaxInt32))
}

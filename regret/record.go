package regret

import (
	"slices"
	"time"

	"headroom/capacity"
)

// A Sight is what a target was seen to run, without anything being asked for.
type Sight struct {
	At    time.Time
	State capacity.State
}

// A Record is what is known of the units of one target: looks at it, by time.
type Record struct {
	looks []look
	// Beneath: the numbers are the least that the target runs, and another
	// autoscaler decides how many more. What that one added between two looks is
	// not known.
	Beneath bool
}

// A look is a moment at which the target was read, and what it was asked for
// from then on.
type look struct {
	at         time.Time
	found, set capacity.Units
	serving    capacity.Units // from then on, of what is set
}

// An Interval is a time in which it is known how many units a target was asked
// for, and how many of them served at least.
type Interval struct {
	capacity.Window
	Units, Serving capacity.Units
}

// NewRecord reads the outcomes of actions on a target, and when else it was seen,
// both in any order. What never reached the target says nothing about it.
func NewRecord(target capacity.TargetName, outcomes []capacity.Outcome, sights ...Sight) Record {
	var r Record
	for _, s := range sights {
		r.Beneath = r.Beneath || s.State.Floor
		r.looks = append(r.looks, look{at: s.At, found: s.State.Units, set: s.State.Units, serving: serving(s.State, s.State.Units)})
	}
	for _, o := range outcomes {
		if o.Action.Target != target || o.Asked.IsZero() {
			continue
		}
		r.Beneath = r.Beneath || o.Before.Floor || o.After.Floor
		asked := o.Action.Units
		switch o.Verdict {
		case capacity.Drifted, capacity.Compensated, capacity.Failed:
			asked = o.After.Units // the action's own number is not there, or not any more
		case capacity.Done, capacity.AlreadySo, capacity.Superseded, capacity.Short:
		}
		r.looks = append(r.looks, look{at: o.Asked, found: o.Before.Units, set: asked, serving: serving(o.Before, asked)})
		// What was overtaken was looked at last by the action that overtook it.
		if o.Verdict != capacity.Superseded && o.Settled.After(o.Asked) {
			r.looks = append(r.looks, look{at: o.Settled, found: o.After.Units, set: o.After.Units, serving: serving(o.After, o.After.Units)})
		}
	}
	slices.SortStableFunc(r.looks, func(a, b look) int { return a.at.Compare(b.at) })
	return r
}

// serving is how many units of a state go on serving when so many are asked for:
// a cut takes them at once, a raise needs its lead time.
func serving(s capacity.State, asked capacity.Units) capacity.Units {
	if s.Floor {
		return s.Serving
	}
	return min(s.Serving, asked)
}

// Intervals is what is known of the time in w. Between two looks the target ran
// what it was asked for at the first, if the second found that number; if not,
// somebody else has changed it meanwhile, and nobody knows when. After the last
// look its number counts until held, the end of the plan that was carried out
// then.
func (r Record) Intervals(w capacity.Window, held time.Time) []Interval {
	var known []Interval
	for i, l := range r.looks {
		until, same := held, true
		if i+1 < len(r.looks) {
			next := r.looks[i+1]
			until, same = next.at, next.found == l.set
		}
		part := capacity.Window{From: later(l.at, w.From), To: earlier(until, w.To)}
		if !same || !part.From.Before(part.To) {
			continue
		}
		known = append(known, Interval{part, max(l.set, l.serving), l.serving})
	}
	return known
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

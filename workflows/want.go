package workflows

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// A Stand is what a conductor knows about one pool at one moment.
type Stand struct {
	Now    time.Time
	Pool   capacity.Pool
	Only   bool // the policy has no other pool
	Aborts *Order
	Freeze []capacity.Window
	Pause  *Order
	// Overrides in the order in which they were said; of several exact ones the
	// last counts.
	Overrides []capacity.Override
	Next      *capacity.Action // of the plan, the first that is not begun
	Held      *Held            // nil: the target was never asked
	Extra     capacity.Units   // that the pool runs in place of another
	Floor     capacity.Units   // that the reactive floor wants now; 0: it says nothing
	FloorWhy  string           // in a sentence
	// Most is the most units of the plan's last day, which are held from Extends on,
	// when the plan ends and no newer one has come.
	Most    capacity.Units
	Extends time.Time
}

// A Want is the number that a target should be asked for.
type Want struct {
	Ask     bool // false: it is to be left as it is
	Units   capacity.Units
	Planned bool   // the plan alone decided
	Partial bool   // as far as the ramp allows, on the way to another number
	Least   bool   // a target that is asked for more keeps it: what it runs is not known
	Why     string // in a sentence
	// Again is when there may be another answer though nothing was said. Zero:
	// never.
	Again time.Time
}

// Decide is the number that a pool should be asked for now. The highest of
// these that has something to say decides:
//
//  1. an abort, a freeze window, a pause, and a change that somebody else made:
//     nothing is asked for;
//  2. an override of an exact number;
//  3. the highest of the overrides "at least", the plan, the reactive floor and, when
//     the plan ends before a newer one has come, the most units of its last day.
//
// The plan and the floor stay within the pool's Min and Max, and raise or cut no
// faster than its ramps allow, except for a step that is the plan's own. An
// override is a person's word: neither binds it, only the target itself does.
func Decide(s Stand) Want {
	var w Want
	w.look(s)
	switch {
	case s.Aborts != nil:
		return Want{Why: fmt.Sprintf("%s has aborted: %s", s.Aborts.By, s.Aborts.Why)}
	case s.frozen(&w):
		return w
	case s.Pause != nil && s.Pause.holds(s.Now):
		w.soon(s.Now, s.Pause.Until)
		w.Why = fmt.Sprintf("%s has paused it: %s", s.Pause.By, s.Pause.Why)
		return w
	case s.Held != nil && s.Held.Drifted != "":
		w.Why = s.Held.Drifted
		return w
	}
	s.plan(&w)
	s.override(&w)
	return w
}

// look notes when the plan and the overrides change.
func (w *Want) look(s Stand) {
	if s.Next != nil {
		w.soon(s.Now, s.Next.At)
	}
	w.soon(s.Now, s.Extends)
	if s.Held != nil {
		w.soon(s.Now, s.Held.Again)
	}
	for _, o := range s.Overrides {
		if s.about(o) {
			w.soon(s.Now, o.From)
			w.soon(s.Now, o.Until)
		}
	}
}

// soon makes the next look no later than at, if that is yet to come.
func (w *Want) soon(now, at time.Time) {
	if at.After(now) && (w.Again.IsZero() || at.Before(w.Again)) {
		w.Again = at
	}
}

// about reports whether an override is about the pool.
func (s Stand) about(o capacity.Override) bool {
	return o.Pool == s.Pool.Name || o.Pool == "" && s.Only
}

// frozen reports whether nothing may be asked for now.
func (s Stand) frozen(w *Want) bool {
	for _, f := range s.Freeze {
		if f.Holds(s.Now) {
			w.soon(s.Now, f.To)
			w.Why = "the policy freezes it until " + f.To.Format(time.RFC3339)
			return true
		}
	}
	return false
}

// plan lets the plan and the floor decide.
func (s Stand) plan(w *Want) {
	due := s.Next != nil && !s.Next.At.After(s.Now)
	switch {
	case due:
		w.Ask, w.Planned, w.Units, w.Why = true, true, s.Next.Units, s.Next.Why
	case s.Held != nil && s.Held.Planned != nil:
		w.Ask, w.Planned, w.Units, w.Why = true, true, *s.Held.Planned, "what the plan asks for"
	case s.Next != nil:
		w.Ask, w.Planned, w.Units, w.Why = true, true, s.Next.From, "what the plan expects to find"
	}
	least, why := s.least()
	if !w.Ask {
		if least > 0 { // what the target runs is not known: it may be more
			w.Ask, w.Least, w.Units, w.Why = true, true, max(s.Pool.Min, min(least, s.Pool.Max)), why
		}
		return
	}
	if s.Extra > 0 {
		w.Planned = false
		w.Units, w.Why = w.Units+s.Extra, fmt.Sprintf("%s, and %d in place of another pool", w.Why, s.Extra)
	}
	if least > w.Units {
		w.Planned = false
		w.Units, w.Why = least, why
	}
	w.Units = max(s.Pool.Min, min(w.Units, s.Pool.Max))
	jump := capacity.Units(0)
	if due {
		jump = max(s.Next.Units-s.Next.From, s.Next.From-s.Next.Units)
	}
	s.ramp(w, jump)
}

// least is what is asked for at least, whatever the plan says, and why.
func (s Stand) least() (capacity.Units, string) {
	if s.Most > s.Floor && !s.Extends.IsZero() && !s.Now.Before(s.Extends) {
		return s.Most, "the plan ends and no newer one has come: the most units of its last day"
	}
	return s.Floor, s.FloorWhy
}

// ramp lets the number go no faster from what is held than the pool's ramp
// allows, or the plan itself jumps.
func (s Stand) ramp(w *Want, jump capacity.Units) {
	if s.Held == nil {
		return
	}
	low, high, known := s.Held.span()
	if settled := low == high && w.Units == low; !known || settled {
		return
	}
	held, rate := low, s.Pool.Ramp.Up
	if w.Units < high && w.Units <= low {
		held, rate = high, s.Pool.Ramp.Down
	}
	most := max(rate.Units, jump)
	if !rate.Limited() || max(w.Units-held, held-w.Units) <= most {
		return
	}
	w.Partial = true
	w.Why = fmt.Sprintf("as far as the ramp allows, on the way to %d: %s", w.Units, w.Why)
	if next := s.Held.At.Add(rate.Per); next.After(s.Now) {
		w.soon(s.Now, next)
		w.Ask = false
		return
	}
	if w.Units > held {
		w.Units = max(held+most, high) // whichever it holds, it loses none
	} else {
		w.Units = held - most
	}
	if h := s.Held; h.Wanted == nil || *h.Wanted != w.Units || h.repeats(s.Now) {
		w.soon(s.Now, s.Now.Add(rate.Per)) // otherwise it has failed, and Again says when it is repeated
	}
}

// override lets persons decide over the plan.
func (s Stand) override(w *Want) {
	exact := false
	for _, o := range s.Overrides {
		switch {
		case !s.about(o) || !o.Holds(s.Now):
		case !o.AtLeast:
			w.say(o, "exactly")
			exact = true
		}
	}
	for _, o := range s.Overrides {
		if !exact && s.about(o) && o.Holds(s.Now) && o.AtLeast && (o.Units > w.Units || !w.Ask && !w.Partial) {
			least := w.Least || !w.Ask && !w.Partial
			w.say(o, "at least")
			w.Least = least
		}
	}
}

// say lets one override decide.
func (w *Want) say(o capacity.Override, how string) {
	w.Ask, w.Planned, w.Partial, w.Units = true, false, false, o.Units
	w.Why = fmt.Sprintf("%s asks for %s %d until %s: %s", o.By, how, o.Units, o.Until.Format(time.RFC3339), o.Why)
}

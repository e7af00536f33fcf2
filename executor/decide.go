package executor

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// PoolStatus is what is known about one pool at one moment.
type PoolStatus struct {
	Now     time.Time
	Pool    capacity.Pool
	Only    bool // the policy has no other pool
	Mode    capacity.Mode
	Aborted *Order
	Stopped string // why all changes of the service are stopped; empty: they are not
	Freeze  capacity.Freeze
	Pause   *Order
	// Overrides in the order in which they were given; of several exact ones the last
	// counts.
	Overrides []capacity.Override
	Next      *capacity.Action // of the plan, the first that is not begun
	Postponed *capacity.Action // of the plan, begun and not accepted yet; nil: none
	Target    *Target          // nil: the target was never asked
	Extra     capacity.Units   // that the pool runs in place of another
	Floor     capacity.Units   // that the reactive floor needs now; 0: none
	FloorWhy  string           // in a sentence
	Led       bool             // the controller decides
	// HandsBack is until when the controller may not know yet that it decides no more.
	HandsBack time.Time
	// Most is the most units of the plan's last day, which are held from Extends on,
	// when the plan ends and no newer one has come.
	Most    capacity.Units
	Extends time.Time
}

// A Decision is the number that a target should be asked for.
type Decision struct {
	Ask     bool // false: the target is to be left as it is
	Units   capacity.Units
	Planned bool   // the plan alone decided
	Partial bool   // as far as the ramp allows, on the way to another number
	Least   bool   // a target that is found at more keeps it
	Why     string // in a sentence
	// Again is when there may be another answer although nothing happened. Zero: never.
	Again time.Time
}

// Decide is the number that a pool should be asked for now. The highest of these that
// applies decides:
//
//  1. an abort, a stop, mode propose, a freeze that denies all, a pause, a change
//     that somebody else made, and a controller that decides: nothing is requested, but
//     that a stop at a target is tried again regularly;
//  2. an override of an exact number;
//  3. the highest of the overrides "at least", the plan, the reactive floor and, when
//     the plan ends before a newer one has come, the most units of its last day.
//
// The plan and the floor stay within the pool's Min and Max, and raise or cut no
// faster than its ramps allow, except for a step that is the plan's own. An override
// is limited by neither, only by the target itself. A freeze that denies lowering
// lets everything raise and nothing cut.
func (r Rules) Decide(s PoolStatus) Decision {
	var d Decision
	d.lookAhead(s)
	window, deny, frozen := s.Freeze.At(s.Now)
	if frozen {
		d.lookAt(s.Now, window.To)
	}
	switch {
	case s.Aborted != nil:
		return Decision{Why: fmt.Sprintf("aborted by %s: %s", s.Aborted.By, s.Aborted.Why)}
	case s.Stopped != "":
		d.Why = s.Stopped
		return d
	case s.Mode == capacity.Propose:
		d.Why = "control.mode is propose: nothing is carried out"
		return d
	case frozen && deny == capacity.DenyAll:
		d.Why = "the policy freezes it until " + window.To.Format(time.RFC3339)
		return d
	case s.Pause != nil && s.Pause.holds(s.Now):
		d.lookAt(s.Now, s.Pause.Until)
		d.Why = fmt.Sprintf("paused by %s: %s", s.Pause.By, s.Pause.Why)
		return d
	case s.Target != nil && s.Target.Stopped != "" && !s.Target.retryDue(s.Now):
		d.Why = s.Target.Stopped
		return d
	case s.Target != nil && s.Target.Conflict != "":
		d.Why = s.Target.Conflict
		return d
	}
	if s.Led {
		d.Why = "the controller decides from minute to minute"
		return d
	}
	if s.Now.Before(s.HandsBack) {
		d.lookAt(s.Now, s.HandsBack)
		d.Why = "the controller hands back until " + s.HandsBack.Format(time.RFC3339)
		return d
	}
	s.plan(&d, r)
	s.override(&d)
	if frozen {
		s.denyLowering(&d, window)
	}
	return d
}

// lookAhead notes when the plan and the overrides change.
func (d *Decision) lookAhead(s PoolStatus) {
	if s.Next != nil {
		d.lookAt(s.Now, s.Next.At)
	}
	d.lookAt(s.Now, s.Extends)
	if s.Target != nil {
		d.lookAt(s.Now, s.Target.RetryAt)
	}
	for _, o := range s.Overrides {
		if s.concerns(o) {
			d.lookAt(s.Now, o.From)
			d.lookAt(s.Now, o.Until)
		}
	}
}

// lookAt makes the next look no later than at, if that is in the future.
func (d *Decision) lookAt(now, at time.Time) { earlier(&d.Again, now, at) }

// earlier sets *next to at, if that is after now and before *next.
func earlier(next *time.Time, now, at time.Time) {
	if at.After(now) && (next.IsZero() || at.Before(*next)) {
		*next = at
	}
}

// concerns reports whether an override is about the pool.
func (s PoolStatus) concerns(o capacity.Override) bool {
	return o.Pool == s.Pool.Name || o.Pool == "" && s.Only
}

// denyLowering keeps the units that the target may hold.
func (s PoolStatus) denyLowering(d *Decision, window capacity.Window) {
	d.Least = true
	if s.Target == nil || !d.Ask {
		return
	}
	if low, high, known := s.Target.bounds(); known && d.Units < high {
		d.Why = fmt.Sprintf("the policy denies lowering until %s: %s", window.To.Format(time.RFC3339), d.Why)
		if d.Units = high; low == high {
			d.Ask, d.Partial = false, false
		}
	}
}

// plan lets the plan and the floor decide.
func (s PoolStatus) plan(d *Decision, r Rules) {
	due := s.Next != nil && !s.Next.At.After(s.Now)
	switch {
	case due:
		d.Ask, d.Planned, d.Units, d.Why = true, true, s.Next.Units, s.Next.Why
	case s.Target != nil && s.Target.Planned != nil:
		d.Ask, d.Planned, d.Units, d.Why = true, true, *s.Target.Planned, "the number that the plan stands at"
	case s.Next != nil:
		d.Ask, d.Planned, d.Units, d.Why = true, true, s.Next.From, "the number that the plan begins with"
	}
	least, why := s.least()
	if !d.Ask {
		if least > 0 { // what the target runs is not known: it may be more
			d.Ask, d.Least, d.Units, d.Why = true, true, max(s.Pool.Min, min(least, s.Pool.Max)), why
		}
		return
	}
	if s.Extra > 0 {
		d.Planned = false
		d.Units, d.Why = d.Units+s.Extra, fmt.Sprintf("%s, and %d in place of another pool", d.Why, s.Extra)
	}
	if least > d.Units {
		d.Planned = false
		d.Units, d.Why = least, why
	}
	d.Units = max(s.Pool.Min, min(d.Units, s.Pool.Max))
	jump := capacity.Units(0)
	if due {
		jump = step(*s.Next)
	}
	if s.Postponed != nil {
		jump = max(jump, step(*s.Postponed))
	}
	r.Ramp(s, d, int(jump))
}

// step is the change that an action makes.
func step(a capacity.Action) capacity.Units { return max(a.Units-a.From, a.From-a.Units) }

// least is what is needed whatever the plan says, and why.
func (s PoolStatus) least() (capacity.Units, string) {
	if s.Most > s.Floor && !s.Extends.IsZero() && !s.Now.Before(s.Extends) {
		return s.Most, "the plan ends and no newer one has come: the most units of its last day"
	}
	return s.Floor, s.FloorWhy
}

// rampFromRequested lets the number move no faster from what was last requested than
// the pool's ramp allows, or the plan itself jumps.
func rampFromRequested(s PoolStatus, d *Decision, step int) {
	jump := capacity.Units(step)
	if s.Target == nil {
		return
	}
	low, high, known := s.Target.bounds()
	if settled := low == high && d.Units == low; !known || settled {
		return
	}
	held, rate := low, s.Pool.Ramp.Up
	if d.Units < high && d.Units <= low {
		held, rate = high, s.Pool.Ramp.Down
	}
	most := max(rate.Units, jump)
	if !rate.Limited() || max(d.Units-held, held-d.Units) <= most {
		return
	}
	d.Partial = true
	d.Why = fmt.Sprintf("as far as the ramp allows, on the way to %d: %s", d.Units, d.Why)
	if next := s.Target.At.Add(rate.Per); next.After(s.Now) {
		d.lookAt(s.Now, next)
		d.Ask = false
		return
	}
	if d.Units > held {
		d.Units = max(held+most, high) // whichever it holds, it loses none
	} else {
		d.Units = held - most
	}
	if t := s.Target; t.Wanted == nil || *t.Wanted != d.Units || t.retryDue(s.Now) {
		d.lookAt(s.Now, s.Now.Add(rate.Per)) // otherwise it has failed, and RetryAt says when it is repeated
	}
}

// override lets overrides decide over the plan.
func (s PoolStatus) override(d *Decision) {
	exact := false
	for _, o := range s.Overrides {
		if s.concerns(o) && o.Holds(s.Now) && !o.AtLeast {
			d.follow(o, "exactly")
			exact = true
		}
	}
	if exact {
		return
	}
	for _, o := range s.Overrides {
		if s.concerns(o) && o.Holds(s.Now) && o.AtLeast && (o.Units > d.Units || !d.Ask && !d.Partial) {
			least := d.Least || !d.Ask && !d.Partial || s.Target == nil // it may be found at more
			d.follow(o, "at least")
			d.Least = least
		}
	}
}

// follow lets one override decide.
func (d *Decision) follow(o capacity.Override, how string) {
	d.Ask, d.Planned, d.Partial, d.Units = true, false, false, o.Units
	d.Why = fmt.Sprintf("%s ordered %s %d until %s: %s", o.By, how, o.Units, o.Until.Format(time.RFC3339), o.Why)
}

package executor_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
)

// truth is the orders that are in force, as the world has seen them given.
type truth struct {
	overrides []capacity.Override
	pause     *executor.Order
	aborted   bool
}

func (t truth) clone() truth {
	t.overrides = slices.Clone(t.overrides)
	return t
}

// give lets an order count.
func (t *truth) give(e executor.Ordered) {
	switch e.Order.Name {
	case executor.OverrideOrder:
		if !slices.ContainsFunc(t.overrides, func(o capacity.Override) bool { return o.ID == e.Override.ID }) {
			t.overrides = append(slices.Clone(t.overrides), *e.Override)
		}
	case executor.ClearOrder:
		t.overrides = slices.DeleteFunc(slices.Clone(t.overrides), func(o capacity.Override) bool { return o.ID == e.Order.Override })
	case executor.PauseOrder:
		t.pause = &e.Order
	case executor.ResumeOrder:
		t.pause = nil
	case executor.AbortOrder:
		t.aborted = true
	}
}

// expire ends what has ended.
func (t *truth) expire(now time.Time) {
	t.overrides = slices.DeleteFunc(slices.Clone(t.overrides), func(o capacity.Override) bool { return !now.Before(o.Until) })
	if t.pause != nil && !t.pause.Until.IsZero() && !now.Before(t.pause.Until) {
		t.pause = nil
	}
}

// checks is what the world remembers to check what the machine decides.
type checks struct {
	truth    truth
	conflict map[capacity.TargetName]bool           // somebody else changed it
	stops    map[capacity.TargetName]time.Time      // it was stopped then
	settled  map[string]bool                        // actions with an outcome
	open     map[string]bool                        // actions that were requested and have none
	taken    map[string]bool                        // plans that this run, or one that it continues, carried out
	accepted map[string]bool                        // actions that their target accepted
	last     map[capacity.TargetName]capacity.Units // that a target is known to have been asked for
	doubt    bool                                   // something failed that need not be repeated
}

func newChecks() checks {
	return checks{
		conflict: map[capacity.TargetName]bool{}, stops: map[capacity.TargetName]time.Time{},
		settled: map[string]bool{}, open: map[string]bool{}, taken: map[string]bool{},
		accepted: map[string]bool{}, last: map[capacity.TargetName]capacity.Units{},
	}
}

func (c checks) clone() checks {
	c.conflict, c.stops, c.settled, c.open, c.taken = maps.Clone(c.conflict), maps.Clone(c.stops), maps.Clone(c.settled), maps.Clone(c.open), maps.Clone(c.taken)
	c.accepted, c.last = maps.Clone(c.accepted), maps.Clone(c.last)
	return c
}

// forget is for a run that does not continue the one before.
func (c *checks) forget() {
	t, doubt := c.truth, c.doubt
	*c = newChecks()
	c.truth, c.doubt = t, doubt
}

// begun notes with what a run begins.
func (w *world) begun(s executor.State) {
	w.conflict = map[capacity.TargetName]bool{}
	for target, t := range s.Targets {
		if t.Conflict != "" {
			w.conflict[target] = true
		}
	}
	w.stops = map[capacity.TargetName]time.Time{}
}

// orderRead and damagedRead note what a run has read.
func (w *world) orderRead() {
	if w.elsewhere {
		w.truth, w.elsewhere = w.bucket.truth.clone(), false
		w.truth.expire(w.now)
		for _, e := range w.given {
			w.truth.give(e)
		}
	}
}

func (w *world) damagedRead() {
	if w.m.State().Seq == w.m.Unstored() {
		given := w.truth
		w.truth = truth{pause: &executor.Order{}}
		if given.pause != nil {
			w.truth.pause = given.pause
		}
		w.truth.overrides, w.truth.aborted = given.overrides, given.aborted
	}
}

// check checks the effects of a step against what is in force.
func (w *world) check(before executor.State, e executor.Event, effects []executor.Effect) error {
	s := w.m.State()
	w.truth.expire(w.now)
	if s.Plan.ID != before.Plan.ID {
		w.conflict = map[capacity.TargetName]bool{}
		w.taken[s.Plan.ID] = true
		if w.truth.aborted && s.Aborted == nil {
			w.truth.aborted = false // it was given for an earlier plan
		}
	}
	if _, read := e.(executor.OrdersRead); read && s.Aborted == nil {
		w.truth.aborted = false
	}
	maps.DeleteFunc(w.stops, func(target capacity.TargetName, _ time.Time) bool { // a target that left is forgotten
		return !slices.ContainsFunc(s.Policy.Pools, func(p capacity.Pool) bool { return p.Target == target })
	})
	w.note(e)
	for _, effect := range effects {
		switch effect := effect.(type) {
		case executor.Ask:
			if err := w.checkAsk(effect, before); err != nil {
				return fmt.Errorf("requested %d of %s (%s): %w", effect.Action.Units, effect.Action.Target, effect.Action.ID, err)
			}
			w.open[effect.Action.ID] = true
		case executor.RollBack:
			if err := w.inFlight(effect.Action.Target); err != nil {
				return fmt.Errorf("rolled back %s: %w", effect.Action.ID, err)
			}
			_, asked := s.Targets[effect.Action.Target] // one that left is not known any more
			if n, known := w.last[effect.Action.Target]; known && asked && w.accepted[effect.Action.ID] && n != effect.Action.Units {
				return fmt.Errorf("rolled back %s although %d were requested after it", effect.Action.ID, n)
			}
		case executor.Audit:
			if w.cancels && effect.Record.Kind == audit.Failed {
				return fmt.Errorf("the run was canceled, and it is on record that %s", effect.Record.Text)
			}
		case executor.Record:
			for _, o := range effect.Outcomes {
				if w.settled[o.Action.ID] {
					return fmt.Errorf("%s has a second outcome: %s, %s", o.Action.ID, o.Verdict, o.Note)
				}
				w.settled[o.Action.ID] = true
				delete(w.open, o.Action.ID)
			}
		}
	}
	return w.checkOrders(s)
}

// note notes what an event tells of a target.
func (w *world) note(e executor.Event) {
	switch e := e.(type) {
	case executor.Asked:
		target := e.Outcome.Action.Target
		if e.Outcome.Verdict == capacity.Drifted {
			w.conflict[target] = true
		}
		if e.Failure != nil && e.Failure.Kind != executor.TargetBusy && e.Failure.Kind != executor.Outdated && e.Failure.Kind != executor.Stopped {
			w.doubt = true
		}
	case executor.Verified:
		w.doubt = w.doubt || e.Failure != nil || e.Outcome.Verdict == capacity.Short || e.Outcome.Verdict == capacity.Failed
	case executor.Ordered:
		w.doubt = w.doubt || e.Order.Name == executor.AbortOrder // what is left of the plan is not carried out
		if o := e.Override; o != nil {
			for _, pool := range w.policy.Pools {
				if o.Pool == pool.Name || o.Pool == "" {
					delete(w.conflict, pool.Target)
				}
			}
		}
	}
}

// checkOrders checks that the machine knows exactly the orders that were given, once it
// has read those that are stored.
func (w *world) checkOrders(s executor.State) error {
	if !w.m.OrdersKnown() {
		return nil
	}
	var given, known []string
	for _, o := range w.truth.overrides {
		given = append(given, o.ID)
	}
	for _, o := range s.Overrides {
		known = append(known, o.ID)
	}
	if !slices.Equal(given, known) {
		return fmt.Errorf("overrides %v were given and hold, the machine knows %v", given, known)
	}
	if (w.truth.pause != nil) != (s.Pause != nil) {
		return fmt.Errorf("a pause holds: %t, the machine has it %t", w.truth.pause != nil, s.Pause != nil)
	}
	if w.truth.aborted && s.Aborted == nil {
		return fmt.Errorf("it was aborted, and the machine does not know")
	}
	return nil
}

// settledChecks checks what holds once all results were delivered that come by themselves.
func (w *world) settledChecks() error {
	if w.bucket.away || w.elsewhere || !w.m.OrdersKnown() || w.gone || w.bucket.damaged {
		return nil
	}
	if known, stored := w.m.State().Seq, w.bucket.orders.Seq; known != stored {
		return fmt.Errorf("orders %d are in force, %d are stored", known, stored)
	}
	if d := w.bucket.truth; len(d.overrides) > 0 || len(w.truth.overrides) > 0 || d.pause != nil {
		d = d.clone()
		if d.expire(w.now); len(d.overrides) != len(w.truth.overrides) || (d.pause != nil) != (w.truth.pause != nil) {
			return fmt.Errorf("other orders are stored than are in force")
		}
	}
	return nil
}

// inFlight refuses a second request of a target.
func (w *world) inFlight(target capacity.TargetName) error {
	if w.answered(target, false) >= 0 {
		return fmt.Errorf("another request of the target is in flight")
	}
	return nil
}

// checkAsk checks that a request may be made.
func (w *world) checkAsk(e executor.Ask, before executor.State) error {
	s, target, units := w.m.State(), e.Action.Target, e.Action.Units
	window, deny, frozen := w.policy.Control.Freeze.At(w.now)
	i := slices.IndexFunc(w.policy.Pools, func(p capacity.Pool) bool { return p.Target == target })
	switch {
	case !w.m.OrdersKnown():
		return fmt.Errorf("the standing orders are not known")
	case w.truth.aborted:
		return fmt.Errorf("it is aborted")
	case w.cancels:
		return fmt.Errorf("the run is canceled")
	case w.truth.pause != nil:
		return fmt.Errorf("it is paused")
	case w.policy.Control.Mode == capacity.Propose:
		return fmt.Errorf("control.mode is propose")
	case frozen && deny == capacity.DenyAll:
		return fmt.Errorf("everything is frozen until %v", window.To)
	case w.conflict[target]:
		return fmt.Errorf("somebody else changed it")
	case i < 0:
		return fmt.Errorf("its pool is not in the policy")
	case !w.stops[target].IsZero() && w.now.Before(w.stops[target].Add(time.Minute)):
		return fmt.Errorf("its changes were stopped at %v", w.stops[target])
	case frozen && !e.Least && units < w.targets[target].Units:
		return fmt.Errorf("lowering is frozen until %v", window.To)
	}
	if err := w.inFlight(target); err != nil {
		return err
	}
	return w.checkUnits(e, w.policy.Pools[i], s.Targets[target], before.Next[target], frozen)
}

// ordered is the number that was ordered exactly of a pool, and at least; -1: none was.
func (w *world) ordered(pool capacity.Pool) (exact, least capacity.Units) {
	exact, least = -1, -1
	for _, o := range w.truth.overrides {
		switch {
		case o.Pool != "" && o.Pool != pool.Name || !o.Holds(w.now):
		case o.AtLeast:
			least = max(least, o.Units)
		default:
			exact = o.Units
		}
	}
	return exact, least
}

// checkUnits checks the number that is requested of a pool.
func (w *world) checkUnits(e executor.Ask, pool capacity.Pool, t executor.Target, next int, frozen bool) error {
	units := e.Action.Units
	exact, least := w.ordered(pool)
	switch {
	case exact >= 0 && (units < exact || units > exact && !frozen):
		return fmt.Errorf("exactly %d were ordered", exact)
	case exact < 0 && units < least:
		return fmt.Errorf("at least %d were ordered", least)
	case exact >= 0 || least >= 0 || frozen:
		return nil
	case units > pool.Max && (!t.Known || units > t.Requested), units < pool.Min:
		return fmt.Errorf("outside of %d to %d", pool.Min, pool.Max)
	}
	rate, by := pool.Ramp.Up, units-t.Requested
	if by < 0 {
		rate, by = pool.Ramp.Down, -by
	}
	most, i, s := rate.Units, 0, w.m.State()
	for _, a := range w.plans[s.Plan.ID].actions {
		if a.Target != pool.Target {
			continue
		}
		if waits := i >= next && !a.At.After(w.now); waits || a.ID == e.Action.ID {
			most = max(most, a.Units-a.From, a.From-a.Units) // the step is the plan's own
		}
		i++
	}
	if rate.Limited() && t.Known && by > most {
		return fmt.Errorf("%d more or less than %d, the ramp allows %d", by, t.Requested, most)
	}
	return nil
}

package executor_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// order gives an order if the machine does not refuse it.
func (w *world) order(o executor.Order, override *capacity.Override) error {
	e := executor.Ordered{ID: fmt.Sprintf("%s/%d", o.Name, w.m.State().Seq), Order: o, Override: override}
	if err := w.m.Check(w.now, e); err != nil {
		return refused{err}
	}
	// As the workflow does: orders are read again before one is refused that ends none.
	if w.m.OrdersKnown() && w.m.CheckStanding(o) != nil && !w.bucket.away {
		if err := w.step(executor.Reread{}); err != nil {
			return err
		}
	}
	if w.m.OrdersKnown() {
		if err := w.m.CheckStanding(o); err != nil {
			return refused{err}
		}
	}
	w.truth.give(e)
	w.given = append(w.given, e)
	return w.step(e)
}

// refused says that the machine refused what it was asked for, which is no fault.
type refused struct{ error }

// offer hands over a plan, which the bucket holds from now on.
func (w *world) offer(p plan) error {
	o := executor.Offer{Plan: p.ref}
	if err := w.m.CheckOffer(o); err != nil {
		return refused{err}
	}
	w.plans[p.ref.ID], w.newest = p, p.ref.ID
	return w.step(executor.Offered{Offer: o})
}

// apply brings another policy in force.
func (w *world) apply(p capacity.Policy) error {
	w.policy = p
	return w.step(executor.PolicyApplied{Policy: p})
}

// cancel cancels the run: what is in flight and can be is broken off.
func (w *world) cancel() error {
	w.cancels = true
	broken := []executor.Event{executor.Canceled{}}
	for _, f := range w.flight {
		if e, ok := f.effect.(executor.LoadPlan); ok {
			broken = append(broken, executor.PlanUnreadable{Plan: e.Plan.ID, Why: "canceled"})
		}
	}
	w.flight = slices.DeleteFunc(slices.Clone(w.flight), func(f flight) bool {
		switch f.effect.(type) {
		case executor.ReadOrders, executor.LoadPlan, executor.ReadLoad, executor.ReadTargets:
			return true
		}
		return false
	})
	for _, e := range broken {
		if err := w.step(e); err != nil {
			return err
		}
	}
	return nil
}

// terminate ends the run at once. What is in flight is lost, or written without an answer.
func (w *world) terminate(written bool) {
	for _, f := range w.flight {
		if e, ok := f.effect.(executor.Ask); ok && written {
			w.act(e, accepted)
		}
	}
	w.flight, w.gone = nil, true
	w.truth = w.bucket.truth.clone()
	w.truth.expire(w.now)
	w.elsewhere = false
	w.forget()
}

// restart begins a run that does not continue another, and offers it the newest plan.
func (w *world) restart() error {
	if err := w.outcomes(); err != nil {
		return err
	}
	w.forget()
	w.again = true
	if err := w.begin(w.fresh()); err != nil || w.newest == "" {
		return err
	}
	p := w.plans[w.newest]
	p.policy = w.policy // a plan is handed over with the policy in force
	return w.offer(p)
}

// reset goes back to the state with which the run began.
func (w *world) reset() error {
	w.terminate(false)
	w.again = true
	var s executor.State
	if err := json.Unmarshal(w.start, &s); err != nil {
		return err
	}
	w.policy = s.Policy // another that was in force has to be applied again
	if err := w.begin(w.start); err != nil || w.newest == "" {
		return err
	}
	if w.m.State().Plan.ID == w.newest || w.m.Waits(w.newest) {
		return nil
	}
	p := w.plans[w.newest] // a reset applies updates again
	p.policy = w.policy
	return w.offer(p)
}

// A change of a plan: so long after its beginning, a pool is asked for units.
type change struct {
	after    time.Duration
	target   capacity.TargetName
	from, to capacity.Units
}

// planned is a plan made now.
func (w *world) planned(id string, changes ...change) plan {
	p := plan{ref: capacity.PlanRef{ID: id, Now: w.now, End: w.now.Add(6 * time.Hour)}, policy: w.policy, most: map[capacity.TargetName]capacity.Units{}}
	for i, c := range changes {
		p.actions = append(p.actions, capacity.Action{
			ID: fmt.Sprintf("%s/%d", id, i), Target: c.target, At: w.now.Add(c.after), Due: w.now.Add(c.after + 5*time.Minute),
			From: c.from, Units: c.to, Why: "the plan",
		})
	}
	for _, pool := range w.policy.Pools {
		for _, c := range changes {
			if c.target == pool.Target {
				p.most[pool.Target] = c.to // of its last day
			}
		}
	}
	return p
}

// events are the events that may happen next, in a fixed order. The results in flight
// that the driver answers are among them.
func (w *world) events(all []string) (out []string) {
	if w.gone {
		return []string{"new run"}
	}
	for _, name := range all {
		if w.enabled(name) {
			out = append(out, name)
		}
	}
	for _, pool := range w.base.Pools {
		for _, verify := range []bool{false, true} {
			if i := w.answered(pool.Target, verify); i >= 0 {
				for _, how := range answers(w.flight[i].effect) {
					out = append(out, fmt.Sprintf("%s: %s", w.called(i), how))
				}
			}
		}
	}
	return out
}

// called is the name of an effect in flight.
func (w *world) called(i int) string {
	switch e := w.flight[i].effect.(type) {
	case executor.Ask:
		return "request of " + string(e.Action.Target)
	case executor.Verify:
		return "verification of " + string(e.Outcome.Action.Target)
	case executor.RollBack:
		return "rollback of " + string(e.Action.Target)
	}
	return ""
}

func (w *world) enabled(name string) bool {
	s := w.m.State()
	switch name {
	case "time passes":
		at, _ := w.m.Wake()
		return !at.IsZero()
	case "clear":
		return len(s.Overrides) > 0 && w.m.OrdersKnown()
	case "pause":
		return s.Pause == nil
	case "resume":
		return s.Pause != nil && w.m.OrdersKnown()
	case "a pause is stored elsewhere":
		return !w.bucket.away && !w.elsewhere && w.bucket.truth.pause == nil
	case "override exactly 3", "override at least 8":
		return len(s.Overrides) < 2
	case "continue as new":
		return w.m.Idle() && s.Plan.ID != ""
	case "newer plan":
		return len(w.plans) < 3
	case "load rises":
		return w.load != 7
	case "load falls":
		return w.load != 1
	case "the policy as before":
		return !w.samePolicy()
	case "cancel":
		return !w.cancels
	case "terminate, a request is written":
		return slices.ContainsFunc(w.flight, func(f flight) bool { _, asks := f.effect.(executor.Ask); return asks })
	case "bucket away":
		return !w.bucket.away
	case "bucket back":
		return w.bucket.away
	}
	return true
}

func (w *world) samePolicy() bool {
	return w.policy.Control.Mode == w.base.Control.Mode && len(w.policy.Control.Freeze.Windows) == 0 &&
		reflect.DeepEqual(w.policy.Pools, w.base.Pools)
}

// do lets an event happen.
func (w *world) do(name string) error {
	override := func(pool string, units capacity.Units, least bool) error {
		o := capacity.Override{ID: fmt.Sprintf("o%d", w.m.State().Seq+1), Pool: pool, Units: units, AtLeast: least, From: w.now, Until: w.now.Add(30 * time.Minute), By: "ann", Why: "tests"}
		return w.order(executor.Order{Name: executor.OverrideOrder, By: "ann", Why: "tests"}, &o)
	}
	freeze := func(deny capacity.Deny) error {
		p := w.base
		p.Control.Freeze = capacity.Freeze{Deny: deny, Windows: []capacity.Window{{From: w.now, To: w.now.Add(40 * time.Minute)}}}
		return w.apply(p)
	}
	last := w.base.Pools[len(w.base.Pools)-1]
	switch name {
	case "time passes":
		w.now, _ = w.m.Wake()
		return w.step(executor.Tick{})
	case "override exactly 3":
		return override(last.Name, 3, false)
	case "override at least 8":
		return override(w.base.Pools[0].Name, 8, true)
	case "clear":
		return w.order(executor.Order{Name: executor.ClearOrder, Override: w.m.State().Overrides[0].ID, By: "ann"}, nil)
	case "pause":
		return w.order(executor.Order{Name: executor.PauseOrder, By: "bob", Why: "repairs"}, nil)
	case "resume":
		return w.order(executor.Order{Name: executor.ResumeOrder, By: "bob"}, nil)
	case "abort":
		return w.order(executor.Order{Name: executor.AbortOrder, By: "bob", Why: "enough"}, nil)
	case "cancel":
		return w.cancel()
	case "freeze all":
		return freeze(capacity.DenyAll)
	case "freeze lower":
		return freeze(capacity.DenyLower)
	case "mode propose":
		p := w.base
		p.Control.Mode = capacity.Propose
		return w.apply(p)
	case "max 4":
		p := w.base
		p.Pools = slices.Clone(p.Pools)
		p.Pools[0].Max = 4
		return w.apply(p)
	case "the last pool leaves":
		p := w.base
		p.Pools = p.Pools[:len(p.Pools)-1]
		return w.apply(p)
	case "the policy as before":
		return w.apply(w.base)
	case "newer plan":
		return w.offer(w.newer())
	case "load rises", "load falls":
		w.load = map[string]capacity.Units{"load rises": 7, "load falls": 1}[name]
		return nil
	case "somebody else changes it":
		w.targets[last.Target] = capacity.State{Units: 9, Serving: 9}
		w.doubt = true
		return nil
	case "a pause is stored elsewhere": // by a run that is gone, or by a person
		pause := &executor.Order{Name: executor.PauseOrder, At: w.now, By: "eve", Why: "elsewhere"}
		w.bucket.truth.pause, w.elsewhere = pause, true
		w.bucket.orders.Seq++
		pause.Seq, w.bucket.orders.Pause = w.bucket.orders.Seq, pause
		return nil
	case "bucket away":
		w.bucket.away = true
		return nil
	case "bucket back":
		w.bucket.away = false
		return w.drain()
	case "continue as new":
		return w.continueAsNew()
	case "terminate", "terminate, a request is written":
		w.terminate(name != "terminate")
		return nil
	case "new run":
		return w.restart()
	case "reset":
		return w.reset()
	}
	what, how, _ := strings.Cut(name, ": ")
	for i := range w.flight {
		if w.called(i) == what {
			return w.answer(i, how)
		}
	}
	panic("no event " + name)
}

// newer is a plan made now that begins with what the targets run.
func (w *world) newer() plan {
	var changes []change
	for _, pool := range w.policy.Pools {
		runs := w.targets[pool.Target].Units
		changes = append(changes, change{0, pool.Target, runs, 5}, change{time.Hour, pool.Target, 5, 2})
	}
	return w.planned(fmt.Sprintf("p%d", len(w.plans)+1), changes...)
}

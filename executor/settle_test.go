package executor_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// settle lets everything succeed from now on and time pass, and checks that the targets
// come to the numbers of the plan, that nothing is stuck, and that each action of a plan
// that was carried out has exactly one outcome.
func (w *world) settle() error {
	w.bucket.away, w.load = false, 1
	if err := w.drainAll(); err != nil {
		return err
	}
	if w.gone {
		if err := w.restart(); err != nil && !errors.As(err, new(refused)) {
			return err
		}
	}
	if !w.ends() {
		if err := w.quiet(); err != nil {
			return err
		}
	}
	if !w.ends() {
		if err := w.atPlan(); err != nil {
			return err
		}
	}
	return w.finish()
}

// ends reports whether the run is to end by itself.
func (w *world) ends() bool { return w.gone || w.cancels || w.m.State().Aborted != nil }

// drainAll delivers all that is in flight, without a fault.
func (w *world) drainAll() error {
	if w.gone {
		return nil
	}
	if err := w.drain(); err != nil {
		return err
	}
	for range 100 {
		i := max(w.answered("", false), w.answered("", true))
		if i < 0 || w.gone {
			break
		}
		if err := w.answer(i, answers(w.flight[i].effect)[0]); err != nil {
			return err
		}
	}
	if len(w.flight) > 0 && !w.gone {
		return fmt.Errorf("%d effects are in flight although everything was answered: %T", len(w.flight), w.flight[0].effect)
	}
	return nil
}

// quiet ends what was ordered and lets time pass until all of it is over.
func (w *world) quiet() error {
	if !w.samePolicy() {
		if err := w.apply(w.base); err != nil {
			return err
		}
	}
	if w.elsewhere { // the run learns of it no later than when it stores orders of its own
		if err := w.do("pause"); err != nil {
			return err
		}
		if err := w.drainAll(); err != nil {
			return err
		}
	}
	if w.truth.pause != nil {
		if err := w.do("resume"); err != nil {
			return err
		}
	}
	if err := w.await(7 * time.Minute); err != nil {
		return err
	}
	if err := w.atOrders(); err != nil {
		return err
	}
	return w.await(88 * time.Minute)
}

// atOrders checks that each target runs what overrides ask for that still hold.
func (w *world) atOrders() error {
	if w.gone || w.doubt {
		return nil
	}
	for _, pool := range w.m.State().Policy.Pools {
		if t := w.m.State().Targets[pool.Target]; t.Conflict != "" {
			continue
		}
		exact, least := w.ordered(pool)
		switch got := w.targets[pool.Target].Units; {
		case exact >= 0 && got != exact:
			return fmt.Errorf("%s runs %d units, and exactly %d were ordered", pool.Target, got, exact)
		case exact < 0 && got < least:
			return fmt.Errorf("%s runs %d units, and at least %d were ordered", pool.Target, got, least)
		}
	}
	return nil
}

// await lets time pass, and everything succeed.
func (w *world) await(d time.Duration) error {
	until := w.now.Add(d)
	for range 200 {
		if err := w.drainAll(); err != nil || w.gone {
			return err
		}
		at, _ := w.m.Wake()
		if at.IsZero() || at.After(until) {
			w.now = until
			return nil
		}
		w.now = at
		if err := w.step(executor.Tick{}); err != nil {
			return err
		}
	}
	return fmt.Errorf("it does not come to rest: woken 200 times in %v", d)
}

// atPlan checks that each target is at the number of the plan, unless something failed
// that is not repeated, or somebody else changed it.
func (w *world) atPlan() error {
	s := w.m.State()
	p, known := w.plans[s.Plan.ID]
	if !known || w.doubt {
		return nil
	}
	for _, pool := range s.Policy.Pools {
		t, asked := s.Targets[pool.Target]
		if !asked || t.Conflict != "" {
			continue
		}
		want, due := p.at(pool.Target, w.now)
		if !due {
			continue
		}
		want = max(pool.Min, min(want, pool.Max))
		ended := !w.now.Before(p.ref.End) // what was not requested before that is not any more
		if got := w.targets[pool.Target].Units; got != want && (!ended || got <= want) {
			return fmt.Errorf("%s runs %d units, the plan %s asks for %d", pool.Target, got, p.ref.ID, want)
		}
	}
	return nil
}

// at is the number of a plan for a target at a time, if one is known.
func (p plan) at(target capacity.TargetName, now time.Time) (units capacity.Units, known bool) {
	for _, a := range p.actions {
		switch {
		case a.Target != target:
		case !a.At.After(now):
			units, known = a.Units, true
		case !known:
			return a.From, true
		}
	}
	if extends := p.ref.End.Add(-5 * time.Minute); !now.Before(extends) {
		units = max(units, p.most[target])
	}
	return units, known
}

// finish hands over a last plan, which must be carried out, and aborts it.
func (w *world) finish() error {
	if err := w.drainAll(); err != nil {
		return err
	}
	if w.cancels && !w.gone {
		return errors.New("the run was canceled, everything was answered, and it has not ended")
	}
	if w.m.State().Aborted != nil && !w.gone {
		return errors.New("the run was aborted, everything was answered, and it has not ended")
	}
	if err := w.outcomes(); err != nil {
		return err
	}
	if w.gone {
		w.newest = ""
		w.forget()
		if err := w.restart(); err != nil {
			return err
		}
	}
	w.now = w.now.Add(time.Second)
	var changes []change
	for _, pool := range w.base.Pools {
		changes = append(changes, change{0, pool.Target, w.targets[pool.Target].Units, 5})
	}
	w.policy = w.base
	if err := w.offer(w.planned("last", changes...)); err != nil {
		return fmt.Errorf("the last plan: %w", err)
	}
	if w.truth.pause != nil {
		if err := w.do("resume"); err != nil {
			return err
		}
	}
	if err := w.await(40 * time.Minute); err != nil {
		return err
	}
	for _, pool := range w.base.Pools {
		if got := w.targets[pool.Target]; got.Units != 5 || got.Serving != 5 {
			return fmt.Errorf("a plan of 5 units was handed over and nothing failed, and %s runs %d, of which %d serve", pool.Target, got.Units, got.Serving)
		}
	}
	if err := w.do("abort"); err != nil {
		return err
	}
	if err := w.drainAll(); err != nil {
		return err
	}
	if !w.gone {
		return errors.New("the last plan was aborted and the run has not ended")
	}
	return w.outcomes()
}

// outcomes checks that, when a run has ended, each action of each plan that it carried
// out has an outcome, and each request too.
func (w *world) outcomes() error {
	if !w.gone {
		return nil
	}
	for _, id := range slices.Sorted(keys(w.taken)) {
		if w.cancels {
			break // the next run goes on with the plan
		}
		for _, a := range w.plans[id].actions {
			if w.outcomesOf(a.ID) == 0 && !w.plans[id].broken {
				return fmt.Errorf("action %s of %s has no outcome", a.ID, a.Target)
			}
		}
	}
	for _, id := range slices.Sorted(keys(w.open)) {
		return fmt.Errorf("what was requested as %s has no outcome", id)
	}
	return nil
}

func keys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

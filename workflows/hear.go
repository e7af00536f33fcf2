package workflows

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/capacity"
)

// hear takes orders by update: an order that cannot count is refused at once, and
// one that the policy does not let its speaker give, once it is known who that is.
func (c *conductor) hear(ctx workflow.Context) error {
	s := c.state
	override := func(ctx workflow.Context, o capacity.Override, token string) error {
		who, err := c.admit(ctx, speaks(ctx, o.By, token, o.ID), "override "+s.Service+" with "+o.Text(), s.wish(o, c.now(ctx)))
		if err == nil {
			o.By = who.Name
			err = c.checkOverride(c.now(ctx), o)
		}
		if err == nil {
			c.override(ctx, o)
		}
		return err
	}
	check := func(ctx workflow.Context, o capacity.Override, token string) error {
		if o.By == "" && token != "" {
			o.By = "whom the token names" // who that is comes out when it is verified
		}
		return c.checkOverride(c.now(ctx), o)
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, OverrideUpdate, override, workflow.UpdateHandlerOptions{Validator: check}); err != nil {
		return err
	}
	for _, order := range []struct {
		name  string
		may   capacity.Permission
		check func(now time.Time, o Order) error
		do    func(o Order)
	}{
		{ClearUpdate, capacity.MayOverride, c.checkClear, func(o Order) {
			s.Overrides = slices.DeleteFunc(s.Overrides, func(other capacity.Override) bool { return other.ID == o.Override })
		}},
		{PauseUpdate, capacity.MayPause, checkPause, func(o Order) { s.Pause = &o }},
		{ResumeUpdate, capacity.MayPause, c.checkResume, func(Order) { s.Pause = nil }},
		{AbortUpdate, capacity.MayAbort, checkAbort, func(o Order) { s.Aborted = &o }},
	} {
		check := func(ctx workflow.Context, o Order, token string) error {
			switch {
			case s.Aborted != nil:
				return fmt.Errorf("%s has aborted it: %s", s.Aborted.By, s.Aborted.Why)
			case o.By == "" && token == "":
				return errors.New("say who orders it")
			}
			return order.check(c.now(ctx), o)
		}
		do := func(ctx workflow.Context, o Order, token string) error {
			who, err := c.admit(ctx, speaks(ctx, o.By, token, o.Override), order.name+" "+s.Service, capacity.Wish{Permission: order.may})
			if err == nil { // another may have spoken meanwhile
				err = check(ctx, o, token)
			}
			if err != nil {
				return err
			}
			o.Name, o.At, o.By = order.name, c.now(ctx), who.Name
			c.ordered(ctx, o, o.text(s.Service))
			order.do(o)
			return c.still(ctx)
		}
		if err := workflow.SetUpdateHandlerWithOptions(ctx, order.name, do, workflow.UpdateHandlerOptions{Validator: check}); err != nil {
			return err
		}
	}
	return nil
}

// stillWithin is how long the answer to an order may wait for what is being asked of
// a target at that moment.
const stillWithin = 5 * time.Second

// still waits until nothing is being asked of a target, so that who has paused sees
// nothing change after the answer; but no longer than a target that fails may take,
// since the order counts already.
func (c *conductor) still(ctx workflow.Context) error {
	if !c.acting.IsLocked() {
		return nil
	}
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{Timeout: stillWithin, TimerOptions: workflow.TimerOptions{Summary: "until the request under way ends"}}, func() bool { return !c.acting.IsLocked() })
	return err
}

// admit asks whether the policy lets somebody do what they want to a service.
func (c *conductor) admit(ctx workflow.Context, s speaker, text string, wish capacity.Wish) (capacity.Identity, error) {
	return admit(ctx, c.state.Policy, c.now(ctx), s, c.state.Plan.ID, text, wish)
}

// wish is how much an override changes: against what its pool was asked for last,
// or against nothing if that is not known.
func (s *ExecuteState) wish(o capacity.Override, now time.Time) capacity.Wish {
	w := capacity.Wish{Permission: capacity.MayOverride, Units: o.Units}
	for _, pool := range s.Policy.Pools {
		if o.Pool != pool.Name && o.Pool != "" {
			continue
		}
		more := o.Units
		if h := s.Held[pool.Target]; h.Known {
			more -= h.Units
		}
		if o.AtLeast {
			more = max(0, more)
		}
		from := o.From
		if from.Before(now) {
			from = now
		}
		w.Units, w.Cost = max(more, -more), float64(more)*pool.Price*o.Until.Sub(from).Hours()
	}
	return w
}

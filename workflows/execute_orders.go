package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/signedcalls"
)

// listen takes plans, policies and orders by update, and answers the query for the
// status. What cannot count is refused at once, and what the policy does not let its
// sender order, once it is known who that is.
func (x *executeRun) listen() error {
	ctx := x.ctx
	if err := workflow.SetQueryHandler(ctx, StatusQuery, func() (executor.Status, error) { return x.m.Status(x.now()), nil }); err != nil {
		return err
	}
	check := func(ctx workflow.Context, in execution.TakeInput) error {
		if keys := signedcalls.Keys(ctx); !keys.None() {
			if _, err := keys.Verify(in.Proof, TakeRequest(in, workflow.GetInfo(ctx).FirstRunID), workflow.Now(ctx)); err != nil {
				return err
			}
		}
		return x.m.CheckOffer(executor.Offer{Plan: in.Plan})
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, TakeUpdate, x.take, workflow.UpdateHandlerOptions{Validator: check}); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandler(ctx, PolicyUpdate, x.applyPolicy); err != nil {
		return err
	}
	checkOverride := func(_ workflow.Context, o capacity.Override, token string) error {
		if err := sized(token, o.By, o.Why, o.ID, o.Pool); err != nil {
			return err
		}
		if o.By == "" && token != "" {
			o.By = "whom the token names" // who that is comes out when it is verified
		}
		return x.m.Check(x.now(), executor.Ordered{Order: executor.Order{Name: executor.OverrideOrder}, Override: &o})
	}
	override := func(ctx workflow.Context, o capacity.Override, token string) (by string, err error) {
		e := executor.Ordered{Order: executor.Order{Name: executor.OverrideOrder, By: o.By, Why: o.Why}, Override: &o}
		return x.order(ctx, e, speaks(ctx, o.By, token, o), "override "+x.m.State().Service+" with "+o.Text())
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, executor.OverrideOrder, override, workflow.UpdateHandlerOptions{Validator: checkOverride}); err != nil {
		return err
	}
	for _, name := range []string{executor.ClearOrder, executor.PauseOrder, executor.ResumeOrder, executor.AbortOrder} {
		check := func(_ workflow.Context, o executor.Order, token string) error {
			if o.By == "" && token == "" {
				return errors.New("say who orders it")
			}
			if err := sized(token, o.By, o.Why, o.Override); err != nil {
				return err
			}
			o.Name = name
			return x.m.Check(x.now(), executor.Ordered{Order: o})
		}
		order := func(ctx workflow.Context, o executor.Order, token string) (by string, err error) {
			said := speaks(ctx, o.By, token, o)
			o.Name = name
			return x.order(ctx, executor.Ordered{Order: o}, said, name+" "+x.m.State().Service)
		}
		if err := workflow.SetUpdateHandlerWithOptions(ctx, name, order, workflow.UpdateHandlerOptions{Validator: check}); err != nil {
			return err
		}
	}
	return nil
}

// answerWithin is how long the answer to an update may wait: until nothing is being
// requested, so that who has paused sees nothing change after the answer, or until a
// plan was read. What was said counts already.
const answerWithin = 10 * time.Second

// answered waits until a condition holds, but no longer than an answer may wait.
func answered(ctx workflow.Context, what string, condition func() bool) error {
	if condition() {
		return nil
	}
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{Timeout: answerWithin, TimerOptions: workflow.TimerOptions{Summary: what}}, condition)
	return err
}

// applyPolicy lets the policy in force count for the plan that is carried out.
func (x *executeRun) applyPolicy(ctx workflow.Context) error {
	if err := x.policies.Lock(ctx); err != nil {
		return err
	}
	defer x.policies.Unlock()
	now, err := inForce(ctx, x.m.State().Service, "")
	if err != nil {
		return err
	}
	x.step(executor.PolicyApplied{Policy: now.Policy})
	return nil
}

// take hands a plan to the machine, and says if it could not be read.
func (x *executeRun) take(ctx workflow.Context, in execution.TakeInput) error {
	x.step(executor.Offered{Offer: executor.Offer{Plan: in.Plan, Clock: in.Clock.Started(workflow.Now(ctx))}})
	if err := answered(ctx, "until the plan is read", func() bool { return !x.m.Waits(in.Plan.ID) }); err != nil {
		return err
	}
	if why := x.m.Unreadable(in.Plan.ID); why != "" {
		return temporal.NewNonRetryableApplicationError(fmt.Sprintf("plan %s cannot be read: %s", in.Plan.ID, why), "BadData", nil)
	}
	return nil
}

// order hands an order to the machine once its sender is known and allowed to give it, and
// returns who that is.
func (x *executeRun) order(ctx workflow.Context, e executor.Ordered, s speaker, text string) (by string, err error) {
	now, state := x.now(), x.m.State()
	pauses := x.pauses // more may be given before it is known who gives this order
	who, err := admit(ctx, state.Service, now, s, state.Plan.ID, text, x.m.Request(now, e))
	if err != nil {
		return "", err
	}
	e.ID, e.Order.By = inRun(ctx, s.id), who.Name
	if e.Override != nil {
		e.Override.By = who.Name
	}
	if err := x.check(ctx, e); err != nil {
		return "", err
	}
	switch pause := x.m.State().Pause; {
	case e.Order.Name == executor.PauseOrder:
		x.pauses++
	case e.Order.Name == executor.ResumeOrder && pause != nil && x.pauses > pauses:
		return "", fmt.Errorf("%s has paused it after this resume was given (%s): resume it again to end that pause", pause.By, pause.Why)
	}
	x.step(e)
	return who.Name, answered(ctx, "until the request under way ends", func() bool { return !x.m.Requesting() })
}

// check refuses an order that cannot count on the standing orders. Those that are known
// may be outdated, such as after a reset: they are read again before it is refused.
func (x *executeRun) check(ctx workflow.Context, e executor.Ordered) error {
	if e.Order.Name == executor.ResumeOrder || e.Order.Name == executor.ClearOrder {
		if err := workflow.Await(ctx, x.m.OrdersKnown); err != nil {
			return err
		}
	}
	if x.m.OrdersKnown() && x.m.CheckStanding(e.Order) != nil {
		x.step(executor.Reread{})
		if err := answered(ctx, "until the standing orders are read again", func() bool { return !x.m.Rereads() }); err != nil {
			return err
		}
	}
	err := x.m.Check(x.now(), e) // another order may have been given meanwhile
	if err == nil && x.m.OrdersKnown() {
		err = x.m.CheckStanding(e.Order)
	}
	if errors.Is(err, executor.ErrNotPaused) {
		return temporal.NewNonRetryableApplicationError(err.Error(), NotPaused, nil)
	}
	return err
}

// NotPaused is the type of the error by which a service that is not paused refuses to be
// resumed.
const NotPaused = "NotPaused"

package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// TakeUpdate is the name under which a conductor is offered a plan.
const TakeUpdate = "take"

// ExecuteState is all that a conductor knows: its input, its memory, and what
// it continues as new with.
type ExecuteState struct {
	Service string
	Policy  capacity.Policy
	Clock   capacity.Clock
	Plan    activities.PlanRef
	Next    int // the first action of the plan that is not begun
	// Counts is how many actions of all plans so far ended with which verdict.
	Counts map[capacity.Verdict]int
}

// Execute is a service's conductor. It takes plans, the newest counts, asks
// for each action's units when they are due, verifies that they serve, takes
// back a cut that failed, and ends with its last plan.
func Execute(ctx workflow.Context, s ExecuteState) (ExecuteState, error) {
	if s.Counts == nil {
		s.Counts = map[capacity.Verdict]int{}
	}
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	c := &conductor{state: &s, verifying: workflow.NewWaitGroup(ctx), recording: workflow.NewMutex(ctx)}
	if err := c.listen(ctx); err != nil {
		return s, err
	}
	// The plan that the conductor was started with arrives as an update.
	if err := workflow.Await(ctx, func() bool { return c.state.Plan.ID != "" }); err != nil {
		return s, err
	}
	for {
		more, err := c.turn(ctx)
		if err != nil {
			return s, err
		}
		if more && !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			continue
		}
		c.verifying.Wait(ctx)
		if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
			return s, err
		}
		switch {
		case c.loaded != s.Plan.ID: // a plan arrived while waiting
		case more:
			return s, workflow.NewContinueAsNewError(ctx, Execute, s)
		default:
			return s, c.finish(ctx)
		}
	}
}

// conductor is Execute at work.
type conductor struct {
	state     *ExecuteState
	loaded    string // the plan whose actions are loaded
	actions   []capacity.Action
	verifying workflow.WaitGroup
	recording workflow.Mutex // outcomes are added to one object, one at a time
}

// listen takes plans by update and tells the state by query.
func (c *conductor) listen(ctx workflow.Context) error {
	take := func(_ workflow.Context, in activities.TakeInput) error {
		if in.Plan.ID != c.state.Plan.ID {
			c.state.Plan, c.state.Policy, c.state.Next = in.Plan, in.Policy, 0
		}
		return nil
	}
	validate := func(in activities.TakeInput) error {
		if in.Plan.Now.Before(c.state.Plan.Now) {
			return fmt.Errorf("plan %s is older than %s, which is being carried out", in.Plan.ID, c.state.Plan.ID)
		}
		return nil
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, TakeUpdate, take, workflow.UpdateHandlerOptions{Validator: validate}); err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, StatusQuery, func() (ExecuteState, error) { return *c.state, nil })
}

// turn carries out the next action, or waits for its time; a new plan breaks
// the waiting off. It reports whether there is more to do.
func (c *conductor) turn(ctx workflow.Context) (bool, error) {
	s := c.state
	if c.loaded != s.Plan.ID {
		plan := s.Plan
		loaded, err := do(remote(ctx, "actions of plan "+plan.ID), a.Load, activities.LoadInput{Plan: plan})
		if err != nil {
			return false, err
		}
		c.loaded, c.actions = plan.ID, loaded.Actions
		if err := stage(ctx, s.Service, "executing", fmt.Sprintf("Plan %s: %d actions.", plan.ID, len(c.actions))); err != nil {
			return false, err
		}
		return true, nil
	}
	until := s.Plan.End
	if s.Next < len(c.actions) {
		until = c.actions[s.Next].At
	}
	if d := s.Clock.Wall(until.Sub(s.Clock.Now(workflow.Now(ctx)))); d > 0 {
		_, err := workflow.AwaitWithTimeout(ctx, d, func() bool { return c.loaded != s.Plan.ID })
		return true, err
	}
	if s.Next >= len(c.actions) {
		return false, nil
	}
	action := c.actions[s.Next]
	s.Next++
	return true, c.act(ctx, action)
}

// act asks for an action's units, and has them verified beside what follows.
func (c *conductor) act(ctx workflow.Context, action capacity.Action) error {
	plan := c.loaded
	outcome, err := do(remote(ctx, fmt.Sprintf("%d → %d units: %s", action.From, action.Units, action.Why)), a.Act, activities.ActInput{Action: action, Clock: c.state.Clock})
	if err != nil {
		return c.settle(ctx, plan, action, outcome, err)
	}
	c.verifying.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.verifying.Done()
		patience := 2*c.state.Policy.Pools[0].LeadTime + time.Minute
		verified, err := do(watch(ctx, fmt.Sprintf("do %d units serve?", action.Units), c.state.Clock.Wall(patience)), a.Verify, activities.VerifyInput{
			Outcome: outcome, Clock: c.state.Clock, Deadline: outcome.Asked.Add(patience),
		})
		if err := c.settle(ctx, plan, action, verified, err); err != nil {
			workflow.GetLogger(ctx).Error("an outcome was not recorded", "action", action.ID, "error", err)
		}
	})
	return nil
}

// settle compensates what failed or was broken off, and records the outcome.
// It works on although the workflow may be cancelled.
func (c *conductor) settle(ctx workflow.Context, plan string, action capacity.Action, outcome capacity.Outcome, failure error) error {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if failure != nil || outcome.Verdict == capacity.Failed {
		restored, err := do(remote(ctx, "take back "+action.ID), a.Restore, activities.ActInput{Action: action, Clock: c.state.Clock})
		if err != nil {
			restored = capacity.Outcome{Action: action, Before: outcome.Before, After: outcome.After, Verdict: capacity.Failed, Note: err.Error()}
		}
		if failure != nil {
			restored.Note = errors.Join(failure, errors.New(restored.Note)).Error()
		}
		outcome = restored
	}
	c.state.Counts[outcome.Verdict]++
	if err := c.recording.Lock(ctx); err != nil {
		return err
	}
	defer c.recording.Unlock()
	return run(remote(ctx, "record "+string(outcome.Verdict)), a.Record, activities.RecordInput{Service: c.state.Service, Plan: plan, Outcome: outcome})
}

// finish writes the last report.
func (c *conductor) finish(ctx workflow.Context) error {
	s := c.state
	verdict := "executed"
	if s.Counts[capacity.Failed]+s.Counts[capacity.Short]+s.Counts[capacity.Compensated] > 0 {
		verdict = "executed with failures"
	}
	story := fmt.Sprintf("Plan %s is carried out: %d done, %d already so, %d superseded, %d short, %d compensated, %d failed.", s.Plan.ID,
		s.Counts[capacity.Done], s.Counts[capacity.AlreadySo], s.Counts[capacity.Superseded], s.Counts[capacity.Short], s.Counts[capacity.Compensated], s.Counts[capacity.Failed])
	if err := workflow.UpsertTypedSearchAttributes(ctx, verdictKey.ValueSet(verdict)); err != nil {
		return err
	}
	if err := stage(ctx, s.Service, "done", story); err != nil {
		return err
	}
	return publish(ctx, s.Service, s.Plan, PlanVerdict(verdict))
}

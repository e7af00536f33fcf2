package workflows

import (
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
	err := c.conduct(ctx)
	// What was begun is settled before the conductor goes, also when it was
	// cancelled.
	settling, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	c.verifying.Wait(settling)
	return s, err
}

// conductor is Execute at work.
type conductor struct {
	state     *ExecuteState
	loaded    string // the plan whose actions are loaded
	actions   []capacity.Action
	leadTimes map[capacity.TargetName]time.Duration // that were measured for it
	verifying workflow.WaitGroup
	recording workflow.Mutex // outcomes are added to one object, one at a time
}

// listen takes plans by update and tells the state by query.
func (c *conductor) listen(ctx workflow.Context) error {
	take := func(ctx workflow.Context, in activities.TakeInput) error {
		if in.Plan.ID != c.state.Plan.ID {
			c.supersede(ctx, in.Plan)
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

// conduct takes turns until the last plan is carried out.
func (c *conductor) conduct(ctx workflow.Context) error {
	// The plan that the conductor was started with arrives as an update.
	if err := workflow.Await(ctx, func() bool { return c.state.Plan.ID != "" }); err != nil {
		return err
	}
	for {
		more, err := c.turn(ctx)
		if err != nil {
			return err
		}
		if more && !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			continue
		}
		c.verifying.Wait(ctx)
		if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
			return err
		}
		if c.loaded != c.state.Plan.ID { // a plan arrived while waiting
			continue
		}
		if more {
			return workflow.NewContinueAsNewError(ctx, Execute, *c.state)
		}
		if err := c.finish(ctx); err != nil || c.loaded == c.state.Plan.ID {
			return err
		}
	}
}

// turn carries out the next action, or waits for its time; a new plan breaks
// the waiting off. It reports whether there is more to do.
func (c *conductor) turn(ctx workflow.Context) (bool, error) {
	s := c.state
	if c.loaded != s.Plan.ID {
		plan := s.Plan
		loaded, err := do(keep(ctx, "actions of plan "+plan.ID), a.Load, activities.LoadInput{Service: s.Service, Plan: plan})
		if err != nil {
			return false, err
		}
		if plan.ID != s.Plan.ID { // a newer one arrived meanwhile
			return true, nil
		}
		c.loaded, c.actions, c.leadTimes, s.Next = plan.ID, loaded.Actions, loaded.LeadTimes, max(s.Next, loaded.Settled)
		if err := stage(ctx, s.Service, "executing", fmt.Sprintf("Carrying out plan `%s`: %d actions, until %s.", plan.ID, len(c.actions), plan.End.Format(time.RFC3339))); err != nil {
			return false, err
		}
		return true, nil
	}
	until, summary := s.Plan.End, "until the plan ends"
	if s.Next < len(c.actions) {
		next := c.actions[s.Next]
		until, summary = next.At, fmt.Sprintf("until it is time for %d → %d units", next.From, next.Units)
	}
	if d := s.Clock.Wall(until.Sub(s.Clock.Now(workflow.Now(ctx)))); d > 0 {
		options := workflow.AwaitOptions{Timeout: d, TimerOptions: workflow.TimerOptions{Summary: summary}}
		_, err := workflow.AwaitWithOptions(ctx, options, func() bool { return c.loaded != s.Plan.ID })
		return true, err
	}
	if s.Next >= len(c.actions) {
		return false, nil
	}
	action := c.actions[s.Next]
	s.Next++
	c.act(ctx, action)
	return true, ctx.Err()
}

// finish writes the last report.
func (c *conductor) finish(ctx workflow.Context) error {
	s := c.state
	verdict := "executed"
	if s.Counts[capacity.Failed]+s.Counts[capacity.Short]+s.Counts[capacity.Compensated] > 0 {
		verdict = "executed with failures"
	}
	story := fmt.Sprintf("**Executed** plan `%s`.\n", s.Plan.ID)
	for _, v := range capacity.Verdicts() {
		if n := s.Counts[v]; n > 0 {
			story = fmt.Sprintf("%s\n- %d actions %s", story, n, v)
		}
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, verdictKey.ValueSet(verdict)); err != nil {
		return err
	}
	if err := stage(ctx, s.Service, "done", story); err != nil {
		return err
	}
	return publish(ctx, s.Service, s.Plan, PlanVerdict(verdict))
}

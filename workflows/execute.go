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
	By, Why string                      `json:",omitempty"` // who let the plan be carried out, and why
	Next    map[capacity.TargetName]int // how many of the plan's actions for a target are begun
	// Counts is how many actions of all plans so far ended with which verdict.
	Counts map[capacity.Verdict]int
	Held   map[capacity.TargetName]Held
	Seen   map[capacity.TargetName]Sight `json:",omitempty"`
	Loans  []Loan                        `json:",omitempty"`
	Floor  Floor                         `json:",omitzero"`
	// Pushed is what the timetables of targets hold, and Repush when one that was
	// not written is tried again.
	Pushed    map[capacity.TargetName][]capacity.Slot `json:",omitempty"`
	Repush    time.Time                               `json:",omitzero"`
	Overrides []capacity.Override                     `json:",omitempty"` // that count, or will
	Pause     *Order                                  `json:",omitempty"`
	Aborted   *Order                                  `json:",omitempty"`
	Orders    []Order                                 `json:",omitempty"` // the last ones, oldest first
	Notes     []string                                `json:",omitempty"` // the last that an operator should know
	Ended     PlanVerdict                             `json:",omitempty"` // what became of the last plan; empty: it is carried out
}

// Execute is a service's conductor. It takes plans, the newest counts, and the
// orders of persons; asks for units when they are due, verifies that they serve,
// takes back a cut that failed, asks another pool for what one has not got, and
// ends with its last plan.
func Execute(ctx workflow.Context, s ExecuteState) (ExecuteState, error) {
	if s.Counts == nil {
		s.Counts, s.Held = map[capacity.Verdict]int{}, map[capacity.TargetName]Held{}
	}
	if s.Next == nil {
		s.Next = map[capacity.TargetName]int{}
	}
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	c := &conductor{state: &s, verifying: workflow.NewWaitGroup(ctx), acting: workflow.NewMutex(ctx), recording: workflow.NewMutex(ctx), pages: map[string]*page{}}
	if err := c.listen(ctx); err != nil {
		return s, err
	}
	err := c.conduct(ctx)
	// What was begun is settled before the conductor goes, also when it was
	// cancelled.
	settling, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	c.verifying.Wait(settling)
	if !workflow.IsContinueAsNewError(err) {
		c.unpush(settling)
	}
	return s, err
}

// conductor is Execute at work.
type conductor struct {
	state   *ExecuteState
	loaded  string // the plan whose actions are loaded
	actions map[capacity.TargetName][]capacity.Action
	// timetabled is, of targets that carry out a timetable by themselves, how many
	// entries it may hold.
	timetabled map[capacity.TargetName]int
	woken      bool // something was said or has ended since the last turn
	verifying  workflow.WaitGroup
	acting     workflow.Mutex // one decision about targets at a time
	recording  workflow.Mutex // outcomes are added to one object, one at a time
	pages      map[string]*page
}

// now is the time on the conductor's clock.
func (c *conductor) now(ctx workflow.Context) time.Time {
	return c.state.Clock.Now(workflow.Now(ctx))
}

// listen takes plans and orders by update and tells the state by query.
func (c *conductor) listen(ctx workflow.Context) error {
	take := func(ctx workflow.Context, in activities.TakeInput) error {
		if in.Plan.ID != c.state.Plan.ID {
			why := "plan " + in.Plan.ID + " took over before it was due"
			c.pass(ctx, why)
			c.skip(ctx, why)
			c.giveUpAll(ctx, why)
			c.supplant(ctx, why)
			c.state.renew()
			c.state.Plan, c.state.Policy, c.state.Next = in.Plan, in.Policy, map[capacity.TargetName]int{}
			c.state.By, c.state.Why, c.state.Ended = in.By, in.Why, ""
			c.woken = true
		}
		return nil
	}
	validate := func(in activities.TakeInput) error {
		switch s := c.state; {
		case s.Aborted != nil:
			return fmt.Errorf("%s has aborted it: %s", s.Aborted.By, s.Aborted.Why)
		case in.Plan.Now.Before(s.Plan.Now):
			return fmt.Errorf("plan %s is older than %s, which is being carried out", in.Plan.ID, s.Plan.ID)
		}
		return nil
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, TakeUpdate, take, workflow.UpdateHandlerOptions{Validator: validate}); err != nil {
		return err
	}
	if err := c.hear(ctx); err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, StatusQuery, func() (ExecuteStatus, error) { return c.status(c.now(ctx)), nil })
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
		if more && c.loaded == c.state.Plan.ID {
			return workflow.NewContinueAsNewError(ctx, Execute, *c.state)
		}
		if more || c.woken { // a plan or an order arrived while waiting
			continue
		}
		c.pass(ctx, c.unasked())
		c.giveUpAll(ctx, c.unasked())
		c.verifying.Wait(ctx)
		if err := c.finish(ctx); err != nil || !c.woken || c.state.Aborted != nil {
			return err
		}
	}
}

// unasked says why what is left of the last plan is never asked for.
func (c *conductor) unasked() string {
	if by := c.state.Aborted; by != nil {
		return fmt.Sprintf("%s aborted it: %s", by.By, by.Why)
	}
	return "the plan ended before it could be asked for"
}

// load reads the actions of the newest plan.
func (c *conductor) load(ctx workflow.Context) error {
	s, plan := c.state, c.state.Plan
	loaded, err := do(keep(ctx, "read the actions of plan "+plan.ID), a.Load, activities.LoadInput{Service: s.Service, Plan: plan, Clock: s.Clock})
	if err != nil || plan.ID != s.Plan.ID { // a newer one arrived meanwhile
		return err
	}
	c.loaded, c.actions = plan.ID, map[capacity.TargetName][]capacity.Action{}
	s.Policy.Pools, c.timetabled = loaded.Pools, loaded.Timetabled
	for _, action := range loaded.Actions {
		c.actions[action.Target] = append(c.actions[action.Target], action)
	}
	for _, pool := range s.Policy.Pools {
		if state, seen := loaded.Seen[pool.Target]; seen {
			s.see(pool.Target, state, c.now(ctx))
		}
		s.Next[pool.Target] = max(s.Next[pool.Target], loaded.Settled[pool.Target])
	}
	return nil
}

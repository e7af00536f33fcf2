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
	// Most is the most units of the plan's last day.
	Most map[capacity.TargetName]capacity.Units `json:",omitempty"`
	// Extended is the plan whose end came near before a newer one arrived.
	Extended string      `json:",omitempty"`
	Orders   []Order     `json:",omitempty"` // the last ones, oldest first
	Notes    []string    `json:",omitempty"` // the last that an operator should know
	Ended    PlanVerdict `json:",omitempty"` // what became of the last plan; empty: it is carried out
}

// Execute is a service's conductor. It takes plans, the newest counts, and the
// orders of persons; asks for units when they are due, verifies that they serve,
// takes back a cut that failed, and asks another pool for what one has not got. When
// its plan ends before a newer one has come, it holds the most units of the plan's
// last day, until one comes. It ends when it is aborted or cancelled.
func Execute(ctx workflow.Context, s ExecuteState) (ExecuteState, error) {
	if s.Counts == nil {
		s.Counts, s.Held = map[capacity.Verdict]int{}, map[capacity.TargetName]Held{}
	}
	if s.Next == nil {
		s.Next = map[capacity.TargetName]int{}
	}
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	c := &conductor{state: &s, acting: workflow.NewMutex(ctx), recording: workflow.NewMutex(ctx), pages: map[string]*page{}}
	if err := c.listen(ctx); err != nil {
		return s, err
	}
	err := c.conduct(ctx)
	// What was begun is settled before the conductor goes, also when it was
	// cancelled.
	settling, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	c.underway.Wait(settling)
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
	closing string // the plan that has ended and is being reported on
	// timetabled is, of targets that carry out a timetable by themselves, how many
	// entries it may hold.
	timetabled map[capacity.TargetName]int
	woken      bool // something was said or has ended since the last turn
	underway   background
	acting     workflow.Mutex // one decision about targets at a time
	recording  workflow.Mutex // outcomes are added to one object, one at a time
	pages      map[string]*page
}

// background counts the coroutines that are to end before the conductor does.
type background int

// Add counts n more, and Done one less.
func (b *background) Add(n int) { *b += background(n) }

// Done counts one less.
func (b *background) Done() { b.Add(-1) }

// Wait waits until none is left, or the context is cancelled.
func (b *background) Wait(ctx workflow.Context) {
	_ = workflow.Await(ctx, func() bool { return *b == 0 }) // the caller looks at the context
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

// conduct takes turns until it is aborted.
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
		c.underway.Wait(ctx)
		if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
			return err
		}
		if more && c.loaded == c.state.Plan.ID {
			return workflow.NewContinueAsNewError(ctx, Execute, *c.state)
		}
		if more { // a newer plan arrived while waiting
			continue
		}
		by := c.state.Aborted
		why := fmt.Sprintf("%s aborted it: %s", by.By, by.Why)
		c.pass(ctx, why)
		c.giveUpAll(ctx, why)
		c.underway.Wait(ctx)
		return c.finish(ctx)
	}
}

// load reads the actions of the newest plan.
func (c *conductor) load(ctx workflow.Context) error {
	s, plan := c.state, c.state.Plan
	loaded, err := do(keep(ctx, "read the actions of plan "+plan.ID), a.Load, activities.LoadInput{Service: s.Service, Plan: plan, Clock: s.Clock})
	if err != nil || plan.ID != s.Plan.ID { // a newer one arrived meanwhile
		return err
	}
	c.loaded, c.actions = plan.ID, map[capacity.TargetName][]capacity.Action{}
	s.Policy.Pools, s.Most, c.timetabled = loaded.Pools, loaded.Most, loaded.Timetabled
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

package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// EventState is all that the preparation of an event knows: its input, and what
// it has done so far.
type EventState struct {
	Policy capacity.Policy
	Clock  capacity.Clock
	Event  capacity.Event
	By     string // who asked for it
	Token  string `json:",omitempty"` // that proves it, until they are let in
	In     bool   // they were let in
	// Pools is what the event needs. It is found from a forecast if it is not
	// handed in.
	Pools []activities.Sized
	// Most is how many of them may be asked for: a quota may be lower.
	Most []capacity.Units
	// Before is what the pools were asked for before the event.
	Before []capacity.Units
	// Raised are the bounds that were moved, or were about to be.
	Raised   []activities.Raise `json:",omitempty"`
	Findings []string           `json:",omitempty"`
	Notes    []string           `json:",omitempty"` // that an operator should know
	Ready    time.Time          `json:",omitzero"`  // since when all that is needed serves
}

const (
	// round is how often what an event needs is asked for again while it lasts.
	round = 10 * time.Minute
	// patience is how long after an event its bounds may be waited for.
	patience = 24 * time.Hour
)

// PrepareEvent makes sure that a service has what an event needs. It finds out how
// much that is and what stands in the way, days before if it is started then;
// shortly before it looks again, raises the bounds of targets, has the service's
// conductor ask for the units, sees that they serve, keeps them through the event,
// lets them go, and restores every bound that it raised. It restores also when it
// is cancelled, or fails.
func PrepareEvent(ctx workflow.Context, s EventState) (EventState, error) {
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	p := preparation{state: &s}
	if err := workflow.SetQueryHandler(ctx, StatusQuery, func() (EventState, error) { return s, nil }); err != nil {
		return s, err
	}
	if err := p.letIn(ctx); err != nil {
		return s, err
	}
	err := p.prepare(ctx)
	if ctx.Err() != nil { // whatever the cancellation broke off
		err = ctx.Err()
	}
	ending, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if left := p.rollOff(ending, err); err == nil {
		err = left
	}
	return s, err
}

// letIn finds out whether who asked for the preparation may.
func (p *preparation) letIn(ctx workflow.Context) error {
	s := p.state
	if s.In {
		return nil
	}
	who, err := admit(ctx, s.Policy, p.now(ctx), speaker{id: workflow.GetInfo(ctx).WorkflowExecution.RunID, by: s.By, token: s.Token}, "", "have "+s.Policy.Service+" prepared for "+s.Event.Name, capacity.Wish{Permission: capacity.MayEvent})
	s.By, s.Token, s.In = who.Name, "", err == nil
	return err
}

// preparation is PrepareEvent at work.
type preparation struct {
	state *EventState
	asked bool // the conductor was asked for units
}

func (p *preparation) now(ctx workflow.Context) time.Time {
	return p.state.Clock.Now(workflow.Now(ctx))
}

// until sleeps until a time on the clock.
func (p *preparation) until(ctx workflow.Context, at time.Time) error {
	if wait := p.state.Clock.Wall(at.Sub(p.now(ctx))); wait > 0 {
		return workflow.Sleep(ctx, wait)
	}
	return nil
}

// tell says in the Temporal UI where the preparation is.
func (p *preparation) tell(ctx workflow.Context, name, story string) error {
	s := p.state
	story = fmt.Sprintf("**%s**, %s to %s: %s", s.Event.Name, s.Event.From.Format(time.RFC3339), s.Event.To.Format(time.RFC3339), story)
	for _, pool := range s.Pools {
		story += fmt.Sprintf("\n\n- `%s` needs %s", pool.Target, capacity.Count(pool.Units, "unit"))
	}
	for _, text := range s.Findings {
		story += "\n\n- " + text
	}
	for _, text := range s.Notes {
		story += "\n\n- " + text
	}
	return stage(ctx, s.Policy.Service, name, story)
}

// prepare is everything until the end of the event.
func (p *preparation) prepare(ctx workflow.Context) error {
	s := p.state
	if len(s.Pools) == 0 {
		if err := p.size(ctx); err != nil {
			return err
		}
	}
	found, err := p.survey(ctx, "checking")
	if err != nil {
		return err
	}
	for _, text := range found.Blocked {
		s.Notes = append(s.Notes, "as it stands, the event cannot be served: "+text)
	}
	if err := p.tell(ctx, "waiting", "waits until "+p.begin().Format(time.RFC3339)); err != nil {
		return err
	}
	if err := p.until(ctx, p.begin()); err != nil {
		return err
	}
	if found, err = p.survey(ctx, "checking again"); err != nil {
		return err
	}
	for _, text := range found.Blocked {
		s.Notes = append(s.Notes, "not mended in time: "+text)
	}
	if err := p.raise(ctx, found.Raises); err != nil {
		return err
	}
	return p.hold(ctx)
}

// begin is when units are asked for: so long before load begins to climb that they
// serve then, even if they take twice as long as usual.
func (p *preparation) begin() time.Time {
	lead := time.Duration(0)
	for _, pool := range p.state.Pools {
		lead = max(lead, pool.Lead)
	}
	return p.state.Event.From.Add(-p.state.Event.Ramp - 2*lead - time.Minute)
}

// size finds what the event needs from a forecast that reaches beyond it.
func (p *preparation) size(ctx workflow.Context) error {
	s, now := p.state, p.now(ctx)
	if err := p.tell(ctx, "sizing", "forecasts what it needs"); err != nil {
		return err
	}
	policy, step := s.Policy, s.Policy.Demand.Step
	policy.Forecast.Horizon = max(policy.Forecast.Horizon, (s.Event.To.Add(s.Event.Ramp).Sub(now)/step+2)*step)
	fetched, err := do(remote(ctx, "fetch recent history from "+policy.Demand.Source), a.Fetch, activities.FetchInput{Policy: policy, Until: now, Columns: true})
	if err != nil {
		return err
	}
	forecast, err := do(compute(ctx, "forecast until the event is over"), a.Forecast, activities.ForecastInput{Policy: policy, Table: fetched.Table, Now: now})
	if err != nil {
		return err
	}
	sized, err := do(compute(ctx, "size "+s.Event.Name), a.Size, activities.SizeInput{
		Policy: policy, Clock: s.Clock, Now: now, Event: s.Event, Forecast: forecast, Table: fetched.Table, Columns: fetched.Columns,
	})
	if err != nil {
		return err
	}
	s.Pools, s.Notes = sized.Pools, append(s.Notes, sized.Notes...)
	return nil
}

// survey looks at the targets.
func (p *preparation) survey(ctx workflow.Context, name string) (activities.SurveyResult, error) {
	s := p.state
	if err := p.tell(ctx, name, "looks for what stands in the way"); err != nil {
		return activities.SurveyResult{}, err
	}
	found, err := do(remote(ctx, "inspect bounds, quotas and problems of the targets"), a.Survey, activities.SurveyInput{Clock: s.Clock, Pools: s.Pools})
	s.Findings, s.Most = found.Findings, found.Most
	return found, err
}

// raise moves the bounds that are too low. What is about to be moved is remembered
// first, so that it is restored whatever becomes of the call.
func (p *preparation) raise(ctx workflow.Context, raises []activities.Raise) error {
	s := p.state
	for _, r := range raises {
		s.Raised = append(s.Raised, r)
		summary := fmt.Sprintf("%s: bound %d → %d", r.Target, r.From, r.To)
		err := run(ask(ctx, summary), a.Bound, p.bound(r))
		if activities.Is(err, capacity.ErrQuota) || activities.Is(err, capacity.ErrDrifted) {
			s.Notes = append(s.Notes, fmt.Sprintf("%s was not raised to %d: %v", r.Target, r.To, err))
			continue // the others help still
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// id names what the preparation does to a target, or asks of a pool.
func (p *preparation) id(of any) string { return fmt.Sprintf("%s/%v", p.workflow(), of) }

// workflow is the ID under which it runs.
func (p *preparation) workflow() string {
	return EventID(p.state.Policy.Service, p.state.Event.Name)
}

// bound is a bound to raise, or to restore.
func (p *preparation) bound(r activities.Raise) activities.BoundInput {
	return activities.BoundInput{ID: p.id(r.Target), Service: p.state.Policy.Service, Event: p.state.Event.Name, Clock: p.state.Clock, Raise: r}
}

// hold asks for the units, again and again, since the conductor may have ended
// with its plan and another may be at work; and looks whether they serve.
func (p *preparation) hold(ctx workflow.Context) error {
	s, end := p.state, p.state.Event.To
	before, err := p.muster(ctx)
	if err != nil {
		return err
	}
	s.Before = before.Asked
	for p.now(ctx).Before(end) {
		if end.Sub(p.now(ctx)) > time.Minute {
			if err := p.order(ctx); err != nil {
				return err
			}
		}
		found, err := p.muster(ctx)
		if err != nil {
			return err
		}
		now, from := p.now(ctx), s.Event.From.Add(-s.Event.Ramp)
		name, story := "raising", fmt.Sprintf("%v units serve", found.Serving)
		switch {
		case found.Ready && s.Ready.IsZero():
			s.Ready = now
			fallthrough
		case found.Ready:
			name = "holding"
		case !now.Before(from) && s.Ready.IsZero():
			name, story = "short", story+": **not all that the event needs**"
		}
		if err := p.tell(ctx, name, story); err != nil {
			return err
		}
		next := now.Add(slow(s.Clock, round))
		if s.Ready.IsZero() {
			next = now.Add(slow(s.Clock, time.Minute))
		}
		if next.After(end) {
			next = end
		}
		if err := p.until(ctx, next); err != nil {
			return err
		}
	}
	if s.Ready.IsZero() {
		s.Notes = append(s.Notes, "what the event needed never served all at once")
	}
	return nil
}

// muster looks at what the targets run.
func (p *preparation) muster(ctx workflow.Context) (activities.MusterResult, error) {
	return do(remote(ctx, "count serving units"), a.Muster, activities.SurveyInput{Clock: p.state.Clock, Pools: p.state.Pools})
}

// order has the conductor ask for what the event needs.
func (p *preparation) order(ctx workflow.Context) error {
	s := p.state
	for i, pool := range s.Pools {
		if pool.Units == 0 {
			continue
		}
		p.asked = true
		units := s.Most[i]
		o := capacity.Override{
			ID: p.id(pool.Pool), Pool: pool.Pool, Units: units, AtLeast: true, From: p.begin(), Until: s.Event.To,
			By: s.By, Why: "event " + s.Event.Name,
		}
		err := run(remote(ctx, fmt.Sprintf("%s: at least %s until %s", pool.Pool, capacity.Count(units, "unit"), o.Until.Format(time.RFC3339))), a.Order, activities.OrderInput{Service: s.Policy.Service, Workflow: p.workflow(), Override: o})
		switch {
		case activities.Is(err, capacity.ErrNotFound), activities.Is(err, capacity.ErrRefused):
			p.note("%s: the conductor was not asked for %s of %s: %v", p.now(ctx).Format(time.RFC3339), capacity.Count(units, "unit"), pool.Pool, err)
		case err != nil:
			return err
		}
	}
	return nil
}

// note keeps the last of what an operator should know.
func (p *preparation) note(format string, args ...any) {
	s := p.state
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
	s.Notes = s.Notes[max(0, len(s.Notes)-remembered):]
}

// rollOff lets the units go and restores the bounds, whatever ended the
// preparation.
func (p *preparation) rollOff(ctx workflow.Context, failure error) error {
	s := p.state
	if err := p.tell(ctx, "rolling off", "lets go what it held"); err != nil {
		return err
	}
	if p.asked {
		p.letGo(ctx)
	}
	var left []error
	for _, r := range s.Raised {
		if err := p.restore(ctx, r); err != nil {
			left = append(left, err)
		}
	}
	story, name := "is over", "done"
	switch {
	case len(left) > 0:
		name, story = "left raised", errors.Join(left...).Error()
	case temporal.IsCanceledError(failure):
		name, story = "called off", "was called off"
	case failure != nil:
		name, story = "failed", failure.Error()
	}
	if err := p.tell(ctx, name, story); err != nil {
		return err
	}
	return errors.Join(left...)
}

// letGo ends what was ordered. Where no conductor is left that would go back to its
// plan, the targets are asked for what they were asked for before.
func (p *preparation) letGo(ctx workflow.Context) {
	s := p.state
	for i, pool := range s.Pools {
		if pool.Units == 0 {
			continue
		}
		err := run(remote(ctx, "clear the order for "+pool.Pool), a.Order, activities.OrderInput{
			Service: s.Policy.Service, Workflow: p.workflow(), Override: capacity.Override{ID: p.id(pool.Pool)}, Clear: true, By: s.By, Why: "event " + s.Event.Name + " is over",
		})
		note := ""
		if activities.Is(err, capacity.ErrNotFound) {
			note, err = do(ask(ctx, "return to the size requested before"), a.Release, activities.ReleaseInput{
				ID: p.id(pool.Pool) + "/release", Clock: s.Clock, Target: pool.Target, From: s.Most[i], Back: s.Before[i],
			})
		}
		switch {
		case err != nil && !activities.Is(err, capacity.ErrRefused): // refused: it has ended by itself
			p.note("the order for %s was not cleared, it ends at %s: %v", pool.Pool, s.Event.To.Format(time.RFC3339), err)
		case note != "":
			p.note("%s", note)
		}
	}
}

// restore takes one bound back, once the target runs no more than it allows.
func (p *preparation) restore(ctx workflow.Context, r activities.Raise) error {
	begun := p.now(ctx)
	for {
		out, err := do(keep(ctx, fmt.Sprintf("%s: bound %d → %d", r.Target, r.To, r.From)), a.Unbind, p.bound(r))
		switch {
		case err != nil:
			return fmt.Errorf("the bound of %s is left at %d, set it back to %d: %w", r.Target, r.To, r.From, err)
		case !out.Busy:
			p.note("%s", out.Note)
			return nil
		case p.now(ctx).Sub(begun) > patience:
			return fmt.Errorf("the bound of %s is left at %d, set it back to %d: %s", r.Target, r.To, r.From, out.Note)
		}
		if err := p.until(ctx, p.now(ctx).Add(5*time.Minute)); err != nil {
			return err
		}
		if p.asked { // the conductor may have gone before it went back to its plan
			p.letGo(ctx)
		}
	}
}

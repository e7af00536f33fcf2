package workflows

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/events"
	"headroom/activities/oversight"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor/event"
)

// EventState is the input of [PrepareEvent], and what it continues as new with. Of what a
// caller says, only Service, the event's name, the units of Pools, RestoreOnly and all
// before In count.
type EventState struct {
	// PolicyHash is the policy that the caller knows, which must be in force when the
	// preparation begins. Empty: whichever is.
	PolicyHash string `json:",omitempty"`
	Clock      capacity.Clock
	By         string            // who asked for it
	Token      string            `json:",omitempty"` // that proves it, until they are admitted
	In         bool              // they were admitted
	Who        capacity.Identity `json:",omitzero"` // who they are, once they were admitted
	event.State
}

// PrepareEvent makes sure that a service has what an event needs. What it does when
// is decided by [event.Machine]; the workflow carries out its commands, one at a
// time, and takes the newest tuning when a run starts. It restores what it raised
// also when it is cancelled, and continues as new, on the newest build of the
// workers, when Temporal suggests it or another build has become the current one.
func PrepareEvent(ctx workflow.Context, s EventState) (EventState, error) {
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	wanted := s
	if !continued(ctx) {
		s = EventState{Clock: s.Clock, By: s.By, Token: s.Token, State: event.State{Service: s.Service, Event: capacity.Event{Name: s.Event.Name}, RestoreOnly: s.RestoreOnly}}
	}
	if err := named(s.Service, s.Event.Name); err != nil {
		return s, err
	}
	s.ID = EventID(s.Service, s.Event.Name)
	ctx, callOff := workflow.WithCancel(ctx)
	defer callOff()
	p := preparation{state: &s}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, CallOffUpdate, func(ctx workflow.Context, c CallOff, token string) error {
		return p.callOff(ctx, c, token, callOff)
	}, workflow.UpdateHandlerOptions{Validator: func(c CallOff, token string) error {
		if c.By == "" && token == "" {
			return errors.New("say who calls it off")
		}
		return sized(token, c.By, c.Why)
	}}); err != nil {
		return s, err
	}
	if err := workflow.SetQueryHandler(ctx, StatusQuery, func() (EventState, error) { return s, nil }); err != nil {
		return s, err
	}
	if err := p.admit(ctx); err != nil {
		return s, err
	}
	if !continued(ctx) {
		if err := p.begin(ctx, wanted); err != nil {
			return s, err
		}
	}
	clock := s.Clock
	newest := workflow.SideEffect(ctx, func(workflow.Context) any { return event.Newest().On(clock) })
	if err := newest.Get(&s.Tuning); err != nil {
		return s, err
	}
	machine, err := event.New(&s.State)
	if err != nil {
		panic(err) // the task is tried again until a build takes it that knows the rule
	}
	p.machine = machine
	err = p.run(ctx)
	ending, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if waited := workflow.Await(ending, func() bool { return workflow.AllHandlersFinished(ctx) }); waited != nil {
		return s, waited
	}
	return s, err
}

// CallOffUpdate is the name under which a preparation is called off: what it raised is
// restored.
const CallOffUpdate = "call off"

// CallOff says who calls a preparation off, and why.
type CallOff struct{ By, Why string }

// callOff calls the preparation off if the policy in force lets who asks for it.
func (p *preparation) callOff(ctx workflow.Context, c CallOff, token string, cancel func()) error {
	s, update := p.state, speaks(ctx, c.By, token, c)
	who, err := admit(ctx, s.Service, p.now(ctx), update, "", "call off the preparation of "+s.Service+" for "+s.Event.Name, capacity.Wish{Permission: capacity.MayEvent})
	if err != nil {
		return err
	}
	p.witness(ctx, inRun(ctx, update.id), who, c.Why, fmt.Sprintf("%s called off the preparation of %s for %s", who.Name, s.Service, s.Event.Name))
	cancel()
	return nil
}

// witness records what somebody had done about the event.
func (p *preparation) witness(ctx workflow.Context, id string, who capacity.Identity, why, text string) {
	s := p.state
	witness(ctx, capacity.Policy{Service: s.Service}, audit.Record{ID: "event/" + s.Event.Name + "/" + id, At: p.now(ctx), Kind: audit.Event, By: who.Name, Why: why, Text: text})
}

// preparation is PrepareEvent at work.
type preparation struct {
	state   *EventState
	machine *event.Machine
	failure error // that the last command ended with
}

// admit finds out whether who asked for the preparation may.
func (p *preparation) admit(ctx workflow.Context) error {
	s := p.state
	if s.In {
		return nil
	}
	what := "have " + s.Service + " prepared for " + s.Event.Name
	if s.RestoreOnly {
		what = "have what was raised for " + s.Event.Name + " restored for " + s.Service
	}
	who, err := admit(ctx, s.Service, p.now(ctx), speaker{id: workflow.GetInfo(ctx).WorkflowExecution.RunID, by: s.By, token: s.Token}, "", what, capacity.Wish{Permission: capacity.MayEvent})
	s.By, s.Token, s.In, s.Who = who.Name, "", err == nil, who
	if err == nil {
		p.witness(ctx, workflow.GetInfo(ctx).WorkflowExecution.RunID, who, "", who.Name+": "+what)
	}
	return err
}

// begin takes over what a caller wants of an event: the event is that of the policy, or
// of what an earlier run has left, and the units are of the pools of the policy.
func (p *preparation) begin(ctx workflow.Context, wanted EventState) error {
	s := p.state
	if s.RestoreOnly {
		left, err := do(remote(ctx, "read what an earlier run has left"), a.RecallEvent, events.RecordInput{Service: s.Service, Event: s.Event.Name})
		if err == nil && left == nil {
			err = temporal.NewNonRetryableApplicationError(fmt.Sprintf("nothing is left raised for %q", s.Event.Name), "NotFound", nil)
		}
		if err == nil {
			s.Event = left.Event
		}
		return err
	}
	inForce, err := inForce(ctx, s.Service, wanted.PolicyHash)
	if err != nil {
		return err
	}
	policy := inForce.Policy
	i := slices.IndexFunc(policy.Events, func(e capacity.Event) bool { return e.Name == s.Event.Name })
	if i < 0 {
		return temporal.NewNonRetryableApplicationError(fmt.Sprintf("the policy of %q in force defines no event %q", s.Service, s.Event.Name), "BadPolicy", nil)
	}
	s.Event = policy.Events[i]
	for _, pool := range policy.Pools {
		for _, need := range wanted.Pools {
			if need.Pool == pool.Name {
				s.Pools = append(s.Pools, event.Need{Pool: pool.Name, Target: pool.Target, Units: need.Units, Lead: pool.LeadTime})
			}
		}
	}
	if len(s.Pools) != len(wanted.Pools) {
		return temporal.NewNonRetryableApplicationError(fmt.Sprintf("units are wanted of %s, and the policy of %q in force has not all of them", capacity.Count(len(wanted.Pools), "pool"), s.Service), "BadPolicy", nil)
	}
	if len(s.Pools) > 0 {
		return p.gate(ctx, s.Pools)
	}
	return nil
}

// gate asks whether the policy in force lets an event of that size pass. What is
// requested now counts as nothing where it cannot be read.
func (p *preparation) gate(ctx workflow.Context, needs []event.Need) error {
	s := p.state
	asked, _ := do(brief(ctx, "read how many units are requested"), a.CountRequested, events.PreflightInput{Clock: s.Clock, Pools: needs})
	in := oversight.GateEventInput{ID: workflow.GetInfo(ctx).WorkflowExecution.RunID, Service: s.Service, At: p.now(ctx), Who: s.Who, Event: s.Event}
	for i, need := range needs {
		pool := oversight.EventPool{Pool: need.Pool, Units: need.Units}
		if i < len(asked) {
			pool.Asked = asked[i]
		}
		in.Pools = append(in.Pools, pool)
	}
	return run(remote(ctx, "check permission: the size of "+s.Event.Name), a.GateEvent, in)
}

// run carries out what the machine asks for, until it ends or continues as new.
// Once limits are being restored, a cancellation does not interrupt it any more.
func (p *preparation) run(ctx workflow.Context) error {
	s := p.state
	ending, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	working := ctx
	command, err := p.step(ctx, event.Started{})
	for carried := 0; err == nil; carried++ {
		if end, over := command.(event.End); over {
			return p.end(ctx, end)
		}
		if carried > 0 && p.full(ctx) {
			p.machine.Step(p.now(ctx), event.Full{})
			return p.renew(ctx)
		}
		if !s.Ending.IsZero() {
			working = ending
		}
		result := p.perform(working, command)
		if ctx.Err() != nil && !s.Canceled {
			// What was under way has ended. Its result counts only where the
			// preparation was ending already.
			command, err = p.step(ctx, event.Canceled{})
			if working != ending {
				continue
			}
		}
		if err == nil {
			command, err = p.step(ctx, result)
		}
	}
	return err
}

// full reports whether the run should continue as new: its history is long, or
// another build of the workers has become the current one.
func (p *preparation) full(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || info.GetTargetWorkerDeploymentVersionChanged()
}

// renew continues as new: on the build that has become the current one, if there is
// one, and on the same one otherwise.
func (p *preparation) renew(ctx workflow.Context) error {
	options := workflow.ContinueAsNewErrorOptions{}
	if workflow.GetInfo(ctx).GetTargetWorkerDeploymentVersionChanged() {
		options.InitialVersioningBehavior = workflow.ContinueAsNewVersioningBehaviorAutoUpgrade
	}
	return workflow.NewContinueAsNewErrorWithOptions(ctx, options, PrepareEvent, *p.state)
}

// step has the machine take an event, shows its report in the Temporal UI, and
// returns its command.
func (p *preparation) step(ctx workflow.Context, ev event.Event) (command event.Effect, err error) {
	s := p.state
	for _, effect := range p.machine.Step(p.now(ctx), ev) {
		report, ok := effect.(event.Report)
		if !ok {
			command = effect
			continue
		}
		text := p.describe(report.Text)
		if !report.New {
			workflow.SetCurrentDetails(ctx, text)
		} else if err := stage(ctx, s.Service, report.Stage, text); err != nil {
			return nil, err
		}
	}
	return command, nil
}

// describe is a report with all that an operator should know, in Markdown.
func (p *preparation) describe(text string) string {
	s := p.state
	text = fmt.Sprintf("**%s**, %s to %s: %s", s.Event.Name, s.Event.From.Format(time.RFC3339), s.Event.To.Format(time.RFC3339), text)
	for _, pool := range s.Pools {
		text += fmt.Sprintf("\n\n- `%s` needs %s", pool.Target, capacity.Count(pool.Units, "unit"))
	}
	for _, finding := range s.Findings {
		text += "\n\n- " + finding
	}
	for _, note := range s.Notes {
		text += "\n\n- " + note
	}
	return text
}

// end is what the run ends with.
func (p *preparation) end(ctx workflow.Context, e event.End) error {
	switch {
	case len(e.Left) > 0:
		var text strings.Builder
		text.WriteString(e.Left[0])
		for _, more := range e.Left[1:] {
			text.WriteString("; " + more)
		}
		return temporal.NewApplicationError(text.String(), "LeftRaised")
	case e.Canceled:
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return temporal.NewCanceledError() // it was cancelled before it continued as new
	case e.Failure != "" && p.failure != nil:
		return p.failure
	case e.Failure != "":
		return temporal.NewApplicationError(e.Failure, "Preparation")
	}
	return nil
}

func (p *preparation) now(ctx workflow.Context) time.Time {
	return p.state.Clock.Now(workflow.Now(ctx))
}

package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/events"
	"headroom/activities/histories"
	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/executor/event"
)

// perform carries out a command, and returns its result.
func (p *preparation) perform(ctx workflow.Context, command event.Effect) event.Event {
	s := p.state
	switch c := command.(type) {
	case event.Size:
		sized, err := p.size(ctx)
		if err == nil {
			err = p.gate(ctx, sized.Pools)
		}
		if err != nil {
			p.failure = err
		}
		return event.Sized{Pools: sized.Pools, Notes: sized.Notes, Err: words(err)}
	case event.Check:
		looks, err := do(remote(ctx, "preflight check: upper limits, quotas and problems of the targets"), a.Preflight, events.PreflightInput{Clock: s.Clock, Pools: c.Pools})
		if err != nil {
			p.failure = err
		}
		return event.Checked{Targets: looks, Err: words(err)}
	case event.Count:
		asked, err := do(remote(ctx, "read how many units are requested"), a.CountRequested, events.PreflightInput{Clock: s.Clock, Pools: c.Pools})
		return event.Counted{Asked: asked, Err: words(err)}
	case event.Wait:
		if wait := s.Clock.Wall(c.Until.Sub(p.now(ctx))); wait > 0 {
			_ = workflow.Sleep(ctx, wait) // the caller looks at the context
		}
		return event.Woke{}
	case event.Recall:
		earlier, err := do(p.stored(ctx, "read what an earlier run left"), a.RecallEvent, events.RecordInput{Service: s.Service, Event: s.Event.Name})
		return event.Recalled{Earlier: earlier, Err: words(err)}
	case event.Record:
		return event.Recorded{Err: words(p.record(ctx, c))}
	case event.RaiseLimit:
		summary := fmt.Sprintf("%s: upper limit %d → %d", c.Raise.Target, c.Raise.Seen, c.Raise.To)
		err := run(ask(ctx, summary), a.RaiseLimit, events.RaiseLimitInput{Preparation: s.ID, Service: s.Service, Event: s.Event.Name, Clock: s.Clock, Raise: c.Raise})
		return event.LimitRaised{Target: c.Raise.Target, Err: words(err)}
	case event.Hold:
		summary := fmt.Sprintf("hold until %s: %s every %v", s.Event.To.Format(time.RFC3339), capacity.Count(c.Rounds, "check"), c.Every)
		seen, err := do(repeat(ctx, summary, s.Clock.Wall(time.Duration(c.Rounds)*c.Every)), a.HoldEvent, events.HoldEventInput{
			Service: s.Service, Clock: s.Clock, Event: s.Event, From: p.now(ctx), Hold: c,
		})
		return event.Held{Pools: seen, Err: words(err)}
	case event.Release:
		notes, err := do(ask(ctx, "clear "+capacity.Count(len(c.Orders), "order")), a.ReleaseEvent, events.ReleaseEventInput{
			Service: s.Service, Clock: s.Clock, Event: s.Event.Name, Release: c,
		})
		return event.Released{Notes: notes, Err: words(err)}
	case event.RestoreLimits:
		summary := fmt.Sprintf("restore %s: %s every %v", capacity.Count(len(c.Limits), "upper limit"), capacity.Count(c.Rounds, "attempt"), c.Every)
		restored, err := do(repeat(ctx, summary, s.Clock.Wall(time.Duration(c.Rounds)*c.Every)), a.RestoreLimits, events.RestoreLimitsInput{
			Preparation: s.ID, Service: s.Service, Event: s.Event.Name, Clock: s.Clock, Restore: c,
		})
		return event.LimitsRestored{Limits: restored, Err: words(err)}
	}
	panic(fmt.Sprintf("the workflow does not know the command %T", command))
}

// words is an error in words, or nothing.
func words(err error) string {
	if err == nil {
		return ""
	}
	return because(err)
}

// size finds what the event needs from a forecast that reaches beyond it.
func (p *preparation) size(ctx workflow.Context) (events.SizeResult, error) {
	s, now := p.state, p.now(ctx)
	inForce, err := inForce(ctx, s.Service, "")
	if err != nil {
		return events.SizeResult{}, err
	}
	policy, step := inForce.Policy, inForce.Policy.Demand.Step
	policy.Forecast.Horizon = max(policy.Forecast.Horizon, (s.Event.To.Add(s.Event.Ramp).Sub(now)/step+2)*step)
	fetched, err := do(remote(ctx, "fetch recent history from "+policy.Demand.Source), a.Fetch, histories.FetchInput{Policy: policy, Until: now, Columns: true})
	if err != nil {
		return events.SizeResult{}, err
	}
	forecast, err := do(compute(ctx, "forecast until the event is over"), a.Forecast, planning.ForecastInput{Policy: policy, Table: fetched.Table, Now: now})
	if err != nil {
		return events.SizeResult{}, err
	}
	return do(compute(ctx, "size "+s.Event.Name), a.Size, events.SizeInput{
		Policy: policy, Clock: s.Clock, Now: now, Event: s.Event, Forecast: forecast, Table: fetched.Table, Columns: fetched.Columns,
	})
}

// record stores the record of the event, or removes it.
func (p *preparation) record(ctx workflow.Context, c event.Record) error {
	s := p.state
	if c.Remove {
		return run(p.stored(ctx, "remove the record of what was raised"), a.ForgetEvent, events.RecordInput{Service: s.Service, Event: s.Event.Name})
	}
	return run(p.stored(ctx, fmt.Sprintf("store what is raised and ordered: %s", capacity.Count(len(s.Raised), "upper limit"))), a.RecordEvent, events.Record{Clock: s.Clock, By: s.By, State: s.State})
}

// stored is for the record of the event. At the end it is tried for as long as the
// store is away, before that only for some minutes: the event does not wait.
func (p *preparation) stored(ctx workflow.Context, summary string) workflow.Context {
	if p.state.Ending.IsZero() {
		return remote(ctx, summary)
	}
	return keep(ctx, summary)
}

// repeat is for an activity that is done in rounds, by attempts that fail with the
// time until the next one: attempts leave nothing in the history. A workflow that is
// cancelled meanwhile waits for the round that is under way.
func repeat(ctx workflow.Context, summary string, lasts time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ScheduleToCloseTimeout: lasts + time.Hour,
		StartToCloseTimeout:    10 * time.Minute,
		HeartbeatTimeout:       missed,
		WaitForCancellation:    true,
		Summary:                summary,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 30 * time.Second},
	})
}

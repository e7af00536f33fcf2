package activities

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"

	"headroom/audit"
	"headroom/capacity"
	"headroom/executor/event"
)

// RaiseLimitInput is an upper limit to raise, and the event that asks for it.
type RaiseLimitInput struct {
	Preparation string // begins the ID of the request
	Service     string
	Event       string
	Clock       capacity.Clock
	Raise       event.Raise
}

// RaiseLimit raises the upper limit of a target. A repeat changes nothing. Its errors
// are those of [capacity.Limited].
func (a *Activities) RaiseLimit(ctx context.Context, in RaiseLimitInput) (err error) {
	defer cross(&err)
	target, err := a.limited(in.Raise.Target, in.Clock)
	if err != nil {
		return err
	}
	r := in.Raise
	if err := target.Limit(ctx, capacity.Limiting{ID: in.Preparation + "/" + string(r.Target), From: r.Seen, Max: r.To}); err != nil {
		return err
	}
	return a.recordLimit(ctx, in, fmt.Sprintf("the upper limit of %s was raised from %d to %d", r.Target, r.Seen, r.To))
}

// RestoreLimitsInput is upper limits to restore.
type RestoreLimitsInput struct {
	Preparation string
	Service     string
	Event       string
	Clock       capacity.Clock
	Restore     event.RestoreLimits
}

// RestoreLimits restores upper limits that still are what was written: what somebody
// else made of one is left alone and reported. It is one round of
// [event.RestoreLimits]: while a limit has to be tried again, an attempt fails with
// a delay until the next one, but for the last. What is wrong with one target is in
// the result, so that it does not keep the others from being restored.
func (a *Activities) RestoreLimits(ctx context.Context, in RestoreLimitsInput) (out []event.Restoration, err error) {
	defer cross(&err)
	again := false
	for _, r := range in.Restore.Limits {
		done, err := a.restoreLimit(ctx, in, r)
		if err != nil {
			done = event.Restoration{Note: err.Error()}
		}
		done.Target = r.Target
		again = again || done.Outcome == ""
		out = append(out, done)
	}
	if again && int(activity.GetInfo(ctx).Attempt) < in.Restore.Rounds {
		return nil, nextRound(in.Clock, in.Restore.Every)
	}
	return out, nil
}

// restoreLimit restores one upper limit. A repeat changes nothing.
func (a *Activities) restoreLimit(ctx context.Context, in RestoreLimitsInput, r event.Raise) (out event.Restoration, err error) {
	ctx, cancel := context.WithTimeout(ctx, poolTimeout)
	defer cancel()
	target, err := a.limited(r.Target, in.Clock)
	if err != nil {
		return out, err
	}
	limits, err := target.Limits(ctx)
	if err != nil {
		return out, err
	}
	write, outcome, note := r.Verdict(limits.Max)
	if write {
		err = target.Limit(ctx, capacity.Limiting{ID: in.Preparation + "/" + string(r.Target) + "/restore", From: limits.Max, Max: r.From})
		if err != nil { // such as units that are in the way still
			return out, err
		}
	}
	out = event.Restoration{Outcome: outcome, Note: note}
	return out, a.recordLimit(ctx, RaiseLimitInput{Preparation: in.Preparation, Service: in.Service, Event: in.Event, Clock: in.Clock, Raise: r}, note)
}

// recordLimit records what became of an upper limit.
func (a *Activities) recordLimit(ctx context.Context, in RaiseLimitInput, text string) error {
	data, err := facts(in.Raise)
	if err != nil {
		return err
	}
	return a.witness(ctx, audit.Record{
		Service: in.Service, ID: "bounded/" + in.Preparation + "/" + string(in.Raise.Target) + "/" + text, At: in.Clock.Now(a.Now()), Kind: audit.Bounded,
		Why: "event " + in.Event, Text: text, Facts: data,
	}, nil)
}

// limited is a target with an upper limit.
func (a *Activities) limited(name capacity.TargetName, clock capacity.Clock) (capacity.Limited, error) {
	target, err := a.Targets(name, a.on(clock))
	if err != nil {
		return nil, err
	}
	limited, ok := target.(capacity.Limited)
	if !ok {
		return nil, fmt.Errorf("change the upper limit of %q: it has none: %w", name, capacity.ErrNoSuchTarget)
	}
	return limited, nil
}

package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
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

// RaiseLimit raises the upper limit of a target, unless another event has raised it
// as far already. What the event needs is stored first. A repeat changes nothing. Its
// errors are those of [capacity.Limited]; it is [capacity.ErrStopped] also while changes
// of the service are stopped in the store.
func (a *Events) RaiseLimit(ctx context.Context, in RaiseLimitInput) (err error) {
	defer failure.Cross(&err)
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return err
	}
	target, err := a.limited(in.Raise.Target, in.Clock)
	if err != nil {
		return err
	}
	r := in.Raise
	found, err := a.raiseLimit(ctx, in, target)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("the upper limit of %s was raised from %d to %d", r.Target, found, r.To)
	if found >= r.To && r.Seen >= r.To {
		text = fmt.Sprintf("the upper limit of %s is %d: other events have raised it, and it stays at %d at least", r.Target, found, r.To)
	}
	return a.recordLimit(ctx, in, text)
}

// raiseLimit stores what an event needs and then raises the limit. It returns what the
// limit was. It tries again after a conflicting write.
func (a *Events) raiseLimit(ctx context.Context, in RaiseLimitInput, target capacity.Limited) (found capacity.Units, err error) {
	r := in.Raise
	for try := 1; ; try++ {
		stored, limit, version, err := a.raisedLimit(ctx, in.Service, r.Target, target)
		if err != nil {
			return 0, err
		}
		next, err := stored.Raise(in.Preparation, r, limit)
		if err == nil && !reflect.DeepEqual(stored, next) {
			err = a.Records.SwapJSON(ctx, capacity.LimitKey(r.Target), next, version)
		}
		if err == nil {
			err = a.Records.Wanted(ctx)
		}
		if err == nil && limit < r.To {
			err = target.Limit(ctx, capacity.Limiting{ID: in.Preparation + "/" + string(r.Target), From: limit, Max: r.To})
		} else if err == nil { // an event that ends may have lowered it before it could read what this one needs
			var now capacity.Limits
			if now, err = target.Limits(ctx); err == nil && now.Max < r.To {
				err = fmt.Errorf("raise the upper limit of %q to %d: it was lowered to %d meanwhile: %w", r.Target, r.To, now.Max, capacity.ErrConflict)
			}
		}
		if !again(err) || try == records.Tries {
			return limit, err
		}
	}
}

// again reports whether a write conflicted with another one.
func again(err error) bool {
	return errors.Is(err, capacity.ErrConflict) || errors.Is(err, capacity.ErrDrifted)
}

// raisedLimit is what is stored of the upper limit of a target with its version, and
// what the limit is now.
func (a *Events) raisedLimit(ctx context.Context, service string, name capacity.TargetName, target capacity.Limited) (stored event.RaisedLimit, limit capacity.Units, version string, err error) {
	stored, version, err = records.Read[event.RaisedLimit](ctx, a.Records, service, capacity.LimitKey(name))
	if err != nil {
		return stored, 0, "", err
	}
	limits, err := target.Limits(ctx)
	return stored, limits.Max, version, err
}

// RestoreLimitsInput is upper limits to restore.
type RestoreLimitsInput struct {
	Preparation string
	Service     string
	Event       string
	Clock       capacity.Clock
	Restore     event.RestoreLimits
}

// paused reports whether the service is paused, so that its targets keep the units that
// an event has brought them to. What cannot be read counts as not paused.
func (a *Events) paused(ctx context.Context, in RestoreLimitsInput) bool {
	data, _, err := a.Records.Store.Get(ctx, capacity.OrdersKey(in.Service))
	var orders executor.StandingOrders
	if err != nil || json.Unmarshal(data, &orders) != nil || orders.Pause == nil {
		return false
	}
	return orders.Pause.Until.IsZero() || a.Records.On(in.Clock)().Before(orders.Pause.Until)
}

// RestoreLimits restores upper limits that still are what was written, as far as no
// other event needs them: a limit that was changed outside Headroom is left alone and reported. It is one round of
// [event.RestoreLimits]: while a limit has to be tried again, an attempt fails with
// a delay until the next one, but for the last. What is wrong with one target is in
// the result, so that it does not keep the others from being restored.
func (a *Events) RestoreLimits(ctx context.Context, in RestoreLimitsInput) (out []event.Restoration, err error) {
	defer failure.Cross(&err)
	again := false
	for _, r := range in.Restore.Limits {
		done, err := a.restoreLimit(ctx, in, r)
		if err != nil {
			done = event.Restoration{Note: err.Error(), Stopped: errors.Is(err, capacity.ErrStopped) || errors.Is(err, capacity.ErrOutOfBounds) && a.paused(ctx, in)}
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
func (a *Events) restoreLimit(ctx context.Context, in RestoreLimitsInput, r event.Raise) (out event.Restoration, err error) {
	ctx, cancel := context.WithTimeout(ctx, poolTimeout)
	defer cancel()
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return out, err
	}
	target, err := a.limited(r.Target, in.Clock)
	if err != nil {
		return out, err
	}
	outcome, note, err := a.endNeed(ctx, in, r, target)
	if err != nil { // such as units that are in the way still
		return out, err
	}
	out = event.Restoration{Outcome: outcome, Note: note}
	return out, a.recordLimit(ctx, RaiseLimitInput{Preparation: in.Preparation, Service: in.Service, Event: in.Event, Clock: in.Clock, Raise: r}, note)
}

// endNeed takes away what an event needs of an upper limit, and lowers the limit to what
// the others need, or to what it was before. It tries again after a conflicting
// write.
func (a *Events) endNeed(ctx context.Context, in RestoreLimitsInput, r event.Raise, target capacity.Limited) (outcome event.Outcome, note string, err error) {
	key, ended, lowered := capacity.LimitKey(r.Target), false, false
	for try := 1; ; try++ {
		stored, limit, version, err := a.raisedLimit(ctx, in.Service, r.Target, target)
		if err != nil {
			return "", "", err
		}
		next, ends, text := stored.End(in.Preparation, r, limit)
		if !reflect.DeepEqual(stored, next) {
			err = a.Records.SwapJSON(ctx, key, next, version)
		}
		if !ended { // what is read after that no longer has the need
			outcome, note = ends, text
		}
		ended = ended || err == nil && !reflect.DeepEqual(stored, next)
		needed := next.Needed()
		if moves := limit > needed || lowered && limit < needed; err == nil && moves && next.Raised(limit) {
			if err := a.Records.Wanted(ctx); err != nil {
				return "", "", err
			}
			err = target.Limit(ctx, capacity.Limiting{ID: in.Preparation + "/" + string(r.Target) + "/restore", From: limit, Max: needed})
			lowered = lowered || limit > needed
		}
		if err == nil {
			err = a.settle(ctx, in.Service, key, next)
		}
		if !again(err) || try == records.Tries {
			return outcome, note, err
		}
	}
}

// settle removes what is stored of a limit that no event needs any more. It returns an
// [capacity.ErrConflict] if another event has written meanwhile: the limit may have to
// be another now.
func (a *Events) settle(ctx context.Context, service, key string, wrote event.RaisedLimit) error {
	now, version, err := records.Read[event.RaisedLimit](ctx, a.Records, service, key)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(now, wrote) {
		return fmt.Errorf("%q was changed by another event: %w", key, capacity.ErrConflict)
	}
	if restored := wrote.Restored(); !reflect.DeepEqual(restored, wrote) {
		return a.Records.SwapJSON(ctx, key, restored, version)
	}
	return nil
}

// recordLimit records what became of an upper limit.
func (a *Events) recordLimit(ctx context.Context, in RaiseLimitInput, text string) error {
	data, err := records.Facts(in.Raise)
	if err != nil {
		return err
	}
	return a.Records.Append(ctx, audit.Record{
		Service: in.Service, ID: "bounded/" + in.Preparation + "/" + string(in.Raise.Target) + "/" + text, At: in.Clock.Now(a.Records.Now()), Kind: audit.Bounded,
		Why: "event " + in.Event, Text: text, Facts: data,
	}, nil)
}

// limited is a target with an upper limit.
func (a *Events) limited(name capacity.TargetName, clock capacity.Clock) (capacity.Limited, error) {
	target, err := a.Targets(name, a.Records.On(clock))
	if err != nil {
		return nil, err
	}
	limited, ok := target.(capacity.Limited)
	if !ok {
		return nil, fmt.Errorf("change the upper limit of %q: it has none: %w", name, capacity.ErrNoSuchTarget)
	}
	return limited, nil
}

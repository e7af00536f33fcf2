package events

import (
	"context"
	"errors"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor/event"
)

// PreflightInput is what an event needs of the targets of its pools.
type PreflightInput struct {
	Clock capacity.Clock
	Pools []event.Need
}

// Preflight checks the targets of an event and changes nothing: their upper
// limits, quotas, and what would go wrong, in the order of the pools. Its errors are
// those of [capacity.Limited] and [capacity.Inspected].
func (a *Events) Preflight(ctx context.Context, in PreflightInput) (looks []event.Look, err error) {
	defer failure.Cross(&err)
	for _, pool := range in.Pools {
		target, err := a.Targets(pool.Target, a.Records.On(in.Clock))
		if err != nil {
			return nil, err
		}
		var look event.Look
		if inspected, ok := target.(capacity.Inspected); ok {
			if look.Findings, err = inspected.Inspect(ctx); err != nil {
				return nil, err
			}
		}
		if limited, ok := target.(capacity.Limited); ok {
			before, err := a.readRaisedLimit(ctx, pool.Target)
			if err != nil {
				return nil, err
			}
			limits, err := limited.Limits(ctx)
			if err != nil {
				return nil, err
			}
			after, err := a.readRaisedLimit(ctx, pool.Target) // an event may have begun or ended meanwhile
			if err != nil {
				return nil, err
			}
			look.Limited, look.Max, look.Quota = true, limits.Max, limits.Quota
			for _, stored := range []event.RaisedLimit{before, after} {
				if stored.Raised(limits.Max) {
					look.Raised, look.Before = true, stored.Base
				}
			}
		}
		looks = append(looks, look)
	}
	return looks, nil
}

// readRaisedLimit reads which events have raised the upper limit of a target. What is
// damaged counts as none: it is set aside when the limit is raised or restored.
func (a *Events) readRaisedLimit(ctx context.Context, target capacity.TargetName) (l event.RaisedLimit, err error) {
	key := capacity.LimitKey(target)
	data, _, err := a.Records.Store.Get(ctx, key)
	if err == nil {
		err = records.Decode(key, data, &l)
	}
	if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
		return event.RaisedLimit{}, nil
	}
	return l, err
}

// CountRequested reads how many units the targets of an event are asked for, in the
// order of the pools. Its errors are those of [capacity.Target].
func (a *Events) CountRequested(ctx context.Context, in PreflightInput) (asked []capacity.Units, err error) {
	defer failure.Cross(&err)
	for _, pool := range in.Pools {
		target, err := a.Targets(pool.Target, a.Records.On(in.Clock))
		if err != nil {
			return nil, err
		}
		state, err := target.State(ctx)
		if err != nil {
			return nil, err
		}
		asked = append(asked, state.Units)
	}
	return asked, nil
}

package activities

import (
	"context"

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
func (a *Activities) Preflight(ctx context.Context, in PreflightInput) (looks []event.Look, err error) {
	defer cross(&err)
	for _, pool := range in.Pools {
		target, err := a.Targets(pool.Target, a.on(in.Clock))
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
			limits, err := limited.Limits(ctx)
			if err != nil {
				return nil, err
			}
			look.Limited, look.Max, look.Quota = true, limits.Max, limits.Quota
		}
		looks = append(looks, look)
	}
	return looks, nil
}

// CountRequested reads how many units the targets of an event are asked for, in the
// order of the pools. Its errors are those of [capacity.Target].
func (a *Activities) CountRequested(ctx context.Context, in PreflightInput) (asked []capacity.Units, err error) {
	defer cross(&err)
	for _, pool := range in.Pools {
		target, err := a.Targets(pool.Target, a.on(in.Clock))
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

package activities

import (
	"context"

	"headroom/capacity"
)

// MusterResult is what the targets of an event run.
type MusterResult struct {
	Asked   []capacity.Units // that they are asked for, in the order of the pools
	Serving []capacity.Units
	Ready   bool // each of them at least what the event needs
}

// Muster looks how many units serve of what an event needs. Its errors are those
// of [capacity.Target].
func (a *Activities) Muster(ctx context.Context, in SurveyInput) (out MusterResult, err error) {
	defer cross(&err)
	out.Ready = true
	for _, pool := range in.Pools {
		target, err := a.Targets(pool.Target, a.on(in.Clock))
		if err != nil {
			return out, err
		}
		state, err := target.State(ctx)
		if err != nil {
			return out, err
		}
		out.Asked, out.Serving = append(out.Asked, state.Units), append(out.Serving, state.Serving)
		out.Ready = out.Ready && state.Serving >= pool.Units
	}
	return out, nil
}

package execution

import (
	"context"

	"headroom/capacity"
)

// ReadTargetsInput names targets, on a clock.
type ReadTargetsInput struct {
	Clock   capacity.Clock
	Targets []capacity.TargetName
}

// ReadTargets reads what targets run, of those that answer.
func (a *Execution) ReadTargets(ctx context.Context, in ReadTargetsInput) (map[capacity.TargetName]capacity.State, error) {
	states := map[capacity.TargetName]capacity.State{}
	for _, name := range in.Targets {
		target, err := a.Targets(name, a.Records.On(in.Clock))
		if err != nil {
			continue
		}
		if state, err := glance(ctx, target); err == nil {
			states[name] = state
		}
	}
	return states, nil
}

package activities

import (
	"context"

	"headroom/capacity"
)

// ActInput is the action to carry out, on a clock.
type ActInput struct {
	Action capacity.Action
	Clock  capacity.Clock
}

// Act asks the target for the action's units. It reads before it writes: what
// is asked for already is not asked for again, so a repeat after a lost answer
// changes nothing.
func (a *Activities) Act(ctx context.Context, in ActInput) (out capacity.Outcome, err error) {
	defer cross(&err)
	now := a.on(in.Clock)
	target, err := a.Targets(in.Action.Target, now)
	if err != nil {
		return out, err
	}
	out.Action, out.Asked = in.Action, now()
	if out.Before, err = target.State(ctx); err != nil {
		return out, err
	}
	if out.Before.Units == in.Action.Units {
		out.Verdict = capacity.AlreadySo
	} else if err := target.Scale(ctx, in.Action); err != nil {
		return out, err
	}
	out.After, err = target.State(ctx)
	return out, err
}

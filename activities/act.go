package activities

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"

	"headroom/capacity"
)

// ActInput is the action to carry out, on a clock.
type ActInput struct {
	Action capacity.Action
	Clock  capacity.Clock
}

// Act asks the target for the action's units. It reads before it writes: what
// is asked for already is not asked for again, so a repeat after a lost answer
// or a lost worker changes nothing, and still tells what the first try found.
func (a *Activities) Act(ctx context.Context, in ActInput) (out capacity.Outcome, err error) {
	defer cross(&err)
	now := a.on(in.Clock)
	target, err := a.Targets(in.Action.Target, now)
	if err != nil {
		return out, err
	}
	out.Action, out.Asked = in.Action, now()
	found, err := target.State(ctx)
	if err != nil {
		return out, err
	}
	out.Before = found
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &out.Before); err != nil {
			return out, fmt.Errorf("read what the first try of action %s found: %w", in.Action.ID, err)
		}
	}
	activity.RecordHeartbeat(ctx, out.Before)
	switch in.Action.Units {
	case out.Before.Units:
		out.Verdict = capacity.AlreadySo
	case found.Units: // an earlier try has asked
	default:
		if err := target.Scale(ctx, in.Action); err != nil {
			return out, err
		}
	}
	out.After, err = target.State(ctx)
	return out, err
}

package execution

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
)

// ActInput is the action to carry out, on a clock.
type ActInput struct {
	Service string
	Action  capacity.Action
	Clock   capacity.Clock
	// Expect is the numbers that the target may be found to be asked for, beside
	// the action's own. Any other was written by somebody else. None: whatever
	// is found will do.
	Expect []capacity.Units `json:",omitempty"`
	// Least: a target that is asked for more than the action's units keeps them.
	Least bool `json:",omitempty"`
	// Orders is the Seq of the standing orders that the action follows from, or
	// [AnyOrders]. If newer ones are stored, nothing is written and the error is
	// [ErrOutdated].
	Orders int `json:",omitempty"`
	// Live: the controller may decide for the target. While it does, nothing is written and
	// the error is [failure.ErrLed].
	Live bool `json:",omitempty"`
}

// Act asks the target for the action's units. It reads before it writes: what
// is asked for already is not asked for again, so a repeat after a lost answer
// or a lost worker changes nothing, and still tells what the first try found.
// A number that somebody else wrote is left alone: the verdict is Drifted. The
// action that is returned says what was found in From. A raise beyond the worker's bounds
// is ErrRefused.
func (a *Execution) Act(ctx context.Context, in ActInput) (out capacity.Outcome, err error) {
	defer failure.Cross(&err)
	defer busy(ctx, &err)
	if in.Live {
		var cancel context.CancelFunc
		if ctx, cancel, err = a.unlessLed(ctx, in.Service); err != nil {
			return out, err
		}
		defer cancel()
	}
	repeated := activity.HasHeartbeatDetails(ctx) // an earlier try may have written
	if !repeated {
		if err := a.permitted(ctx, in); err != nil {
			return out, err
		}
	}
	now := a.Records.On(in.Clock)
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
	expect := in.Expect
	if repeated {
		if err := activity.GetHeartbeatDetails(ctx, &out.Before); err != nil {
			return out, fmt.Errorf("read what the first try of action %s found: %w", in.Action.ID, err)
		}
		if len(expect) > 0 {
			expect = append(slices.Clone(expect), out.Before.Units)
		}
		if found.Units != in.Action.Units { // or nothing more is to be written
			if err := a.permitted(ctx, in); err != nil {
				return out, err
			}
		}
	}
	for try := 1; ; try++ {
		if len(expect) > 0 && found.Units != in.Action.Units && !slices.Contains(expect, found.Units) {
			return drifted(out, found, expect[0], now), nil
		}
		if in.Least && found.Units > in.Action.Units {
			out.Action.Units, in.Action.Units = found.Units, found.Units
		}
		out.Action.From = out.Before.Units
		if found.Units == in.Action.Units {
			if out.Before.Units == in.Action.Units {
				out.Verdict = capacity.AlreadySo
			}
			break // an earlier try has asked, if it was not so before
		}
		if err := a.within(found.Units, out.Action.Units); err != nil {
			return out, fmt.Errorf("scale %s to %d: %w", in.Action.Target, out.Action.Units, err)
		}
		if err := a.Records.Wanted(ctx, out.Before); err != nil {
			return out, err
		}
		if err = target.Scale(ctx, out.Action); err == nil {
			break
		}
		if !errors.Is(err, capacity.ErrConflict) && !errors.Is(err, capacity.ErrDrifted) || try == records.Tries {
			return out, err
		}
		var unread error
		if found, unread = target.State(ctx); unread != nil {
			return out, unread
		}
		if errors.Is(err, capacity.ErrDrifted) && found.Units != in.Action.Units {
			return drifted(out, found, in.Action.From, now), nil
		}
	}
	out.After, err = target.State(ctx)
	return out, err
}

// drifted is the outcome of an action whose target somebody else has changed.
func drifted(out capacity.Outcome, found capacity.State, expected capacity.Units, now func() time.Time) capacity.Outcome {
	out.Verdict, out.After, out.Settled = capacity.Drifted, found, now()
	out.Note = fmt.Sprintf("the target is asked for %s, %d were expected: somebody else changed it, so it was left alone", capacity.Count(found.Units, "unit"), expected)
	return out
}

// quickTries is how often a busy target is asked in quick succession; then the
// conductor asks it again, and does other work meanwhile.
const quickTries = 4

// busy ends the attempts of an activity whose target stays busy.
func busy(ctx context.Context, err *error) {
	if errors.Is(*err, capacity.ErrTargetBusy) && activity.GetInfo(ctx).Attempt >= quickTries {
		*err = temporal.NewNonRetryableApplicationError((*err).Error(), "TargetBusy", *err)
	}
}

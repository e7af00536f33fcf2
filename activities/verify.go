package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/capacity"
)

// VerifyInput is an action that was asked for, and until when its units must
// serve.
type VerifyInput struct {
	Outcome  capacity.Outcome
	Clock    capacity.Clock
	Deadline time.Time // on that clock
}

// Verify watches the target until the action's units serve, somebody asks it
// for another number, or the deadline has passed, and gives the verdict. It
// heartbeats at every look.
func (a *Activities) Verify(ctx context.Context, in VerifyInput) (out capacity.Outcome, err error) {
	defer cross(&err)
	now := a.on(in.Clock)
	out = in.Outcome
	target, err := a.Targets(out.Action.Target, now)
	if err != nil {
		return out, err
	}
	pause := min(max(in.Clock.Wall(10*time.Second), 20*time.Millisecond), 10*time.Second)
	for {
		if out.After, err = target.State(ctx); err != nil {
			return out, err
		}
		out.Settled = now()
		switch {
		case out.After.Units != out.Action.Units:
			out.Verdict, out.Note = capacity.Superseded, fmt.Sprintf("the target was asked for %s meanwhile", capacity.Count(out.After.Units, "unit"))
			return out, nil
		case out.After.Settled():
			if out.Verdict == "" {
				out.Verdict = capacity.Done
			}
			return out, nil
		case out.Settled.After(in.Deadline):
			out.Verdict = capacity.Short
			out.Note = fmt.Sprintf("%d of %d units serve", out.After.Serving, out.Action.Units)
			if out.After.Serving < min(out.Before.Serving, out.Action.Units) {
				out.Verdict = capacity.Failed
			}
			return out, nil
		}
		activity.RecordHeartbeat(ctx, out.After)
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-time.After(pause): //nolint:forbidigo // an activity waits on the wall
		}
	}
}

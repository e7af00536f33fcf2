package execution

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/capacity"
)

// VerifyInput is an action that was asked for, and how long its units may need to
// serve.
type VerifyInput struct {
	Outcome capacity.Outcome
	Clock   capacity.Clock
	Within  time.Duration // on that clock
}

// watched is what Verify heartbeats: what it saw last, and how long it has waited on
// the wall, in all tries.
type watched struct {
	State  capacity.State
	Waited time.Duration
}

// longestLook is the most that one look at a target counts of the time that its units
// may need. It bounds what a jump of the worker's clock does.
const longestLook = time.Minute

// Verify watches the target until the action's units serve, somebody asks it for
// another number, or the time has passed, and gives the verdict. It heartbeats at every
// look. The time is measured between looks, so that no clock is compared with another.
func (a *Execution) Verify(ctx context.Context, in VerifyInput) (out capacity.Outcome, err error) {
	defer failure.Cross(&err)
	out = in.Outcome
	target, err := a.Targets(out.Action.Target, a.Records.On(in.Clock))
	if err != nil {
		return out, err
	}
	seen := watched{}
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &seen); err != nil {
			return out, fmt.Errorf("read how long the first try of verifying action %s has waited: %w", in.Outcome.Action.ID, err)
		}
	}
	last := a.Records.Now()
	pause := min(max(in.Clock.Wall(10*time.Second), 20*time.Millisecond), 10*time.Second)
	for {
		if out.After, err = target.State(ctx); err != nil {
			return out, err
		}
		wall := a.Records.Now()
		seen.Waited += min(max(wall.Sub(last), 0), pause+longestLook)
		last, seen.State = wall, out.After
		out.Settled = out.Asked.Add(in.Clock.Shows(seen.Waited))
		switch {
		case out.After.Units != out.Action.Units:
			out.Verdict, out.Note = capacity.Superseded, fmt.Sprintf("the target was asked for %s meanwhile", capacity.Count(out.After.Units, "unit"))
			return out, nil
		case out.After.Settled():
			if out.Verdict == "" {
				out.Verdict = capacity.Done
			}
			return out, nil
		case seen.Waited > in.Clock.Wall(in.Within):
			out.Verdict = capacity.Short
			out.Note = fmt.Sprintf("%d of %d units serve", out.After.Serving, out.Action.Units)
			if out.After.Serving < min(out.Before.Serving, out.Action.Units) {
				out.Verdict = capacity.Failed
			}
			return out, nil
		}
		activity.RecordHeartbeat(ctx, seen)
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-time.After(pause): //nolint:forbidigo // an activity waits on the wall
		}
	}
}

package execution

import (
	"context"
	"fmt"

	"headroom/activities/failure"
	"headroom/capacity"
)

// Restore takes a cut back that failed or was broken off: it asks for what the
// target was asked for before, but only while it still holds the number that
// the action wrote. A raise is kept, and a number that somebody else wrote is
// left alone and reported: a compensation never takes capacity away.
func (a *Execution) Restore(ctx context.Context, in ActInput) (out capacity.Outcome, err error) {
	defer failure.Cross(&err)
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return out, err
	}
	now := a.Records.On(in.Clock)
	out = capacity.Outcome{Action: in.Action, Asked: now(), Verdict: capacity.Failed}
	target, err := a.Targets(in.Action.Target, now)
	if err != nil {
		return out, err
	}
	if out.Before, err = target.State(ctx); err != nil {
		return out, err
	}
	out.After = out.Before
	switch {
	case in.Action.Units >= in.Action.From:
		out.Note = "what was raised is kept"
	case out.Before.Units == in.Action.From:
		out.Verdict, out.Note = capacity.Compensated, fmt.Sprintf("the target still holds %s", capacity.Count(in.Action.From, "unit"))
	case out.Before.Units != in.Action.Units:
		out.Note = fmt.Sprintf("somebody else asked for %s: left alone", capacity.Count(out.Before.Units, "unit"))
	default:
		back := in.Action
		back.ID += "/restore"
		back.Units, back.From = in.Action.From, in.Action.Units
		if err := a.Records.Wanted(ctx); err != nil {
			return out, err
		}
		if err := target.Scale(ctx, back); err != nil {
			return out, err
		}
		out.Verdict, out.Note = capacity.Compensated, fmt.Sprintf("taken back to %d units", back.Units)
		out.After, err = target.State(ctx)
	}
	out.Settled = now()
	return out, err
}

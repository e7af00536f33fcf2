package activities

import (
	"context"
	"fmt"

	"headroom/capacity"
)

// ReleaseInput is a target that an event had brought to a number of units, and
// what it was asked for before.
type ReleaseInput struct {
	ID         string
	Clock      capacity.Clock
	Target     capacity.TargetName
	From, Back capacity.Units
}

// Release asks a target for what it was asked for before an event, where nobody
// conducts it any more; but only while it still holds what the event brought it
// to. It says what came of it. Its errors are those of [capacity.Target].
func (a *Activities) Release(ctx context.Context, in ReleaseInput) (note string, err error) {
	defer cross(&err)
	now := a.on(in.Clock)
	target, err := a.Targets(in.Target, now)
	if err != nil {
		return "", err
	}
	found, err := target.State(ctx)
	if err != nil || found.Units != in.From || in.Back >= in.From {
		return "", err
	}
	err = target.Scale(ctx, capacity.Action{ID: in.ID, Target: in.Target, At: now(), Due: now(), From: in.From, Units: in.Back, Why: "the event is over, and nobody conducts the service"})
	return fmt.Sprintf("nobody conducts %s any more: it was asked for %s, as before the event, and no longer for %d", in.Target, capacity.Count(in.Back, "unit"), in.From), err
}

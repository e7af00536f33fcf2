package targetworker

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/capacity"
)

// Activities are all that a target worker does.
type Activities struct {
	Worker string            // its name
	Key    ed25519.PublicKey // of the planning workers
	// Targets opens a target that the worker's own bounds allow.
	Targets func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	// Units returns ErrRefused if one target may not run so many units.
	Units func(capacity.Units) error
	Now   func() time.Time // on the wall clock
}

// CallTarget calls a target once. Its errors are those of the method, and ErrRefused for a
// call that the planning workers have not signed for this activity, and for more units
// than the worker's bounds allow.
func (a *Activities) CallTarget(ctx context.Context, in Signed) (Answer, error) {
	return a.serve(ctx, activity.GetInfo(ctx).ActivityID, in)
}

// serve is CallTarget for the activity of that ID.
func (a *Activities) serve(ctx context.Context, id string, in Signed) (out Answer, err error) {
	defer failure.Cross(&err)
	c, err := in.open(a.Key, a.Worker, id, a.Now())
	if err != nil {
		return out, err
	}
	target, err := a.Targets(c.Target, func() time.Time { return c.Now })
	if err != nil {
		return out, err
	}
	switch c.Method {
	case describe:
		out.Can = featuresOf(target)
		return out, nil
	case state:
		out.State, err = target.State(ctx)
		return out, err
	case scale:
		if err := a.within(ctx, c, target); err != nil {
			return out, err
		}
		return out, target.Scale(ctx, *c.Action)
	case limits, limit:
		return a.limits(ctx, c, target)
	case inspect:
		if t, ok := target.(capacity.Inspected); ok {
			out.Findings, err = t.Inspect(ctx)
			return out, err
		}
	case push, timetable:
		return a.timetable(ctx, c, target)
	}
	return out, unknown(c)
}

// within returns ErrRefused for an action that raises a target beyond the bounds.
func (a *Activities) within(ctx context.Context, c call, target capacity.Target) error {
	if c.Action == nil {
		return unknown(c)
	}
	beyond := a.Units(c.Action.Units)
	if beyond == nil {
		return nil
	}
	now, err := target.State(ctx)
	if err != nil || c.Action.Units <= now.Units { // a cut brings it nearer to the bounds
		return err
	}
	return fmt.Errorf("scale %s to %d: %w", c.Target, c.Action.Units, beyond)
}

func (a *Activities) limits(ctx context.Context, c call, target capacity.Target) (out Answer, err error) {
	t, ok := target.(capacity.Limited)
	switch {
	case ok && c.Method == limits:
		out.Limits, err = t.Limits(ctx)
		return out, err
	case ok && c.Limiting != nil:
		return out, t.Limit(ctx, *c.Limiting)
	}
	return out, unknown(c)
}

func (a *Activities) timetable(ctx context.Context, c call, target capacity.Target) (out Answer, err error) {
	t, ok := target.(capacity.Timetabled)
	if !ok {
		return out, unknown(c)
	}
	if c.Method == timetable {
		out.Slots, err = t.Timetable(ctx)
		return out, err
	}
	for _, slot := range c.Slots {
		if err := a.Units(slot.Units); err != nil {
			return out, fmt.Errorf("push a timetable to %q: %w", c.Target, err)
		}
	}
	out.Pushed, err = t.Push(ctx, c.Now, c.Slots)
	return out, err
}

// unknown is the error of a call that the target does not have.
func unknown(c call) error {
	return fmt.Errorf("%s of %q: this target has none: run the same version of the target worker %s and of the planning workers: %w", c.Method, c.Target, c.Worker, capacity.ErrNoSuchTarget)
}

// featuresOf are what a target can do.
func featuresOf(target capacity.Target) (f features) {
	_, f.Limited = target.(capacity.Limited)
	_, f.Inspected = target.(capacity.Inspected)
	if t, ok := target.(capacity.Timetabled); ok {
		f.Timetabled, f.Slots = true, t.Slots()
	}
	return f
}

package execution

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/capacity"
)

// PushInput is the timetable that a target should hold from now on.
type PushInput struct {
	Target capacity.TargetName
	Now    time.Time // on the clock
	Clock  capacity.Clock
	Slots  []capacity.Slot
}

// Push writes a target's own timetable, so that it carries the plan out although
// nobody asks it to. Its errors are those of [capacity.Timetabled],
// and ErrRefused for more units than the worker's bounds allow.
func (a *Execution) Push(ctx context.Context, in PushInput) (err error) {
	defer failure.Cross(&err)
	target, err := a.Targets(in.Target, a.Records.On(in.Clock))
	if err != nil {
		return err
	}
	t, ok := target.(capacity.Timetabled)
	if !ok {
		return fmt.Errorf("push a timetable to %q: it has none: %w", in.Target, capacity.ErrNoSuchTarget)
	}
	for _, slot := range in.Slots {
		if err := a.within(0, slot.Units); err != nil {
			return fmt.Errorf("push a timetable to %q: %w", in.Target, err)
		}
	}
	if err := a.Records.Wanted(ctx); err != nil {
		return err
	}
	_, err = t.Push(ctx, in.Now, in.Slots)
	return err
}

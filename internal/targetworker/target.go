package targetworker

import (
	"context"
	"time"

	"headroom/capacity"
)

// A remote is a target that a target worker reaches. Its errors are those of the target
// there, and those of [Caller].
type remote struct {
	caller *Caller
	worker string
	local  capacity.TargetName
	now    func() time.Time
}

func (r remote) call(ctx context.Context, c call) (Answer, error) {
	c.Worker, c.Target, c.Now = r.worker, r.local, r.now().UTC()
	return r.caller.call(ctx, c)
}

// State implements [capacity.Target].
func (r remote) State(ctx context.Context) (capacity.State, error) {
	a, err := r.call(ctx, call{Method: state})
	return a.State, err
}

// Scale implements [capacity.Target].
func (r remote) Scale(ctx context.Context, a capacity.Action) error {
	_, err := r.call(ctx, call{Method: scale, Action: &a})
	return err
}

// A limited adds what [capacity.Limited] has to a remote target.
type limited struct{ remote }

// Limits implements [capacity.Limited].
func (r limited) Limits(ctx context.Context) (capacity.Limits, error) {
	a, err := r.call(ctx, call{Method: limits})
	return a.Limits, err
}

// Limit implements [capacity.Limited].
func (r limited) Limit(ctx context.Context, l capacity.Limiting) error {
	_, err := r.call(ctx, call{Method: limit, Limiting: &l})
	return err
}

// An inspected adds what [capacity.Inspected] has.
type inspected struct{ remote }

// Inspect implements [capacity.Inspected].
func (r inspected) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	a, err := r.call(ctx, call{Method: inspect})
	return a.Findings, err
}

// A timetabled adds what [capacity.Timetabled] has.
type timetabled struct {
	remote
	slots int
}

// Slots implements [capacity.Timetabled].
func (r timetabled) Slots() int { return r.slots }

// Push implements [capacity.Timetabled].
func (r timetabled) Push(ctx context.Context, now time.Time, slots []capacity.Slot) (capacity.Pushed, error) {
	r.now = func() time.Time { return now }
	a, err := r.call(ctx, call{Method: push, Slots: slots})
	return a.Pushed, err
}

// Timetable implements [capacity.Timetabled].
func (r timetabled) Timetable(ctx context.Context) ([]capacity.Slot, error) {
	a, err := r.call(ctx, call{Method: timetable})
	return a.Slots, err
}

// with is the target with the interfaces of what it can do, and no others.
func (r remote) with(f features) capacity.Target {
	l, i, t := limited{r}, inspected{r}, timetabled{r, f.Slots}
	type (
		limitsOf interface {
			Limits(context.Context) (capacity.Limits, error)
			Limit(context.Context, capacity.Limiting) error
		}
		findingsOf interface {
			Inspect(context.Context) ([]capacity.Finding, error)
		}
		timetableOf interface {
			Slots() int
			Push(context.Context, time.Time, []capacity.Slot) (capacity.Pushed, error)
			Timetable(context.Context) ([]capacity.Slot, error)
		}
	)
	switch {
	case f.Limited && f.Inspected && f.Timetabled:
		return struct {
			remote
			limitsOf
			findingsOf
			timetableOf
		}{r, l, i, t}
	case f.Limited && f.Inspected:
		return struct {
			remote
			limitsOf
			findingsOf
		}{r, l, i}
	case f.Limited && f.Timetabled:
		return struct {
			remote
			limitsOf
			timetableOf
		}{r, l, t}
	case f.Inspected && f.Timetabled:
		return struct {
			remote
			findingsOf
			timetableOf
		}{r, i, t}
	case f.Limited:
		return l
	case f.Inspected:
		return i
	case f.Timetabled:
		return t
	}
	return r
}

package appscaling

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"headroom/adapters/aws/timetable"
	"headroom/capacity"
)

// MaxSlots is the most scheduled actions of a scalable target; AWS does not raise
// it.
const MaxSlots = 200

// A Timetabled is a scalable target to which a plan is pushed as scheduled actions,
// one for each slot and named after it. Each sets MinCapacity only.
type Timetabled struct {
	*Target
	Room int // the most actions of ours
}

var _ capacity.Timetabled = (*Timetabled)(nil)

// at is how a scheduled action says when, in UTC.
const at = "at(2006-01-02T15:04:05)"

// Slots is the most entries of ours.
func (t *Timetabled) Slots() int { return t.Room }

// found is the scheduled actions of the target.
type found struct {
	ours  map[string]timetable.Entry
	taken map[int64]bool // the seconds of the others
	other []timetable.Entry
}

// timetable reads the scheduled actions.
func (t *Target) timetable(ctx context.Context, verb string) (found, error) {
	f := found{ours: map[string]timetable.Entry{}, taken: map[int64]bool{}}
	in := &applicationautoscaling.DescribeScheduledActionsInput{
		ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension,
	}
	for pages := applicationautoscaling.NewDescribeScheduledActionsPaginator(t.Client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return f, t.explain(verb, err)
		}
		for _, action := range page.ScheduledActions {
			e, ours := read(action)
			if ours {
				f.ours[e.Name] = e
				continue
			}
			f.other = append(f.other, e)
			f.taken[e.At.Unix()] = true
		}
	}
	return f, nil
}

// read is an action as AWS shows it, and whether it is ours.
func read(a types.ScheduledAction) (timetable.Entry, bool) {
	e := timetable.Entry{Units: timetable.Edited}
	if a.ScheduledActionName != nil {
		e.Name = *a.ScheduledActionName
	}
	once := false
	if a.Schedule != nil && (a.Timezone == nil || *a.Timezone == "UTC") {
		if when, err := time.Parse(at, *a.Schedule); err == nil {
			e.At, once = when, true
		}
	}
	if s := a.ScalableTargetAction; once && s != nil && s.MinCapacity != nil && s.MaxCapacity == nil {
		e.Units = *s.MinCapacity
	}
	return e, timetable.Ours(e.Name)
}

// Timetable reads our actions that have yet to run.
func (t *Timetabled) Timetable(ctx context.Context) ([]capacity.Slot, error) {
	const verb = "read the timetable of"
	if _, err := t.describe(ctx, verb); err != nil {
		return nil, err
	}
	f, err := t.timetable(ctx, verb)
	if err != nil {
		return nil, err
	}
	var slots []capacity.Slot
	for _, e := range slices.SortedFunc(maps.Values(f.ours), timetable.Earlier) {
		if e.Units != timetable.Edited {
			slots = append(slots, capacity.Slot{At: e.At, Units: capacity.Units(e.Units)})
		}
	}
	return slots, nil
}

// Push makes our actions that begin after now equal to slots, by one call for each
// that differs, since there are no batches, and reads back what came of it. Slots
// above MaxCapacity are ErrOutOfBounds, and more than [Timetabled.Slots], or than
// other people's actions leave room for, ErrQuota: then nothing is written.
func (t *Timetabled) Push(ctx context.Context, now time.Time, slots []capacity.Slot) (capacity.Pushed, error) {
	const verb = "push a timetable to"
	if err := t.check(ctx, verb, slots); err != nil {
		return capacity.Pushed{}, err
	}
	f, err := t.timetable(ctx, verb)
	if err != nil {
		return capacity.Pushed{}, err
	}
	if free := MaxSlots - len(f.other); len(slots) > free {
		return capacity.Pushed{}, t.fail(verb, fmt.Sprintf("%s, and others leave room for %d of the %d that a target may have; delete some of theirs, or set slots=%d",
			capacity.Count(len(slots), "slot"), free, MaxSlots, max(free, 1)), capacity.ErrQuota)
	}
	want := timetable.Place(slots, now, f.taken)
	todo := timetable.Difference(f.ours, want, now)
	if todo.None() {
		return todo.Pushed(), nil
	}
	if err := t.Service.Stopped(ctx, verb); err != nil {
		return capacity.Pushed{}, err
	}
	if err := t.write(ctx, verb, todo); err != nil {
		return todo.Pushed(), err
	}
	if f, err = t.timetable(ctx, verb); err != nil {
		return todo.Pushed(), err
	}
	if left := timetable.Difference(f.ours, want, now); !left.None() {
		return todo.Pushed(), t.fail(verb, fmt.Sprintf("what is there is not what was written (%s); see who else writes it", left), capacity.ErrConflict)
	}
	return todo.Pushed(), nil
}

// write removes and puts entries. A put replaces what has the same name.
func (t *Timetabled) write(ctx context.Context, verb string, c timetable.Change) error {
	for _, e := range c.Gone {
		_, err := t.Client.DeleteScheduledAction(ctx, &applicationautoscaling.DeleteScheduledActionInput{
			ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension, ScheduledActionName: &e.Name,
		})
		if err != nil {
			return t.explain(verb, err)
		}
	}
	for _, e := range c.Put {
		_, err := t.Client.PutScheduledAction(ctx, &applicationautoscaling.PutScheduledActionInput{
			ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension, ScheduledActionName: &e.Name,
			Schedule: new(e.At.UTC().Format(at)), ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: &e.Units},
		})
		if err != nil {
			return t.explain(verb, err)
		}
	}
	return nil
}

// check refuses what cannot be a timetable of the target.
func (t *Timetabled) check(ctx context.Context, verb string, slots []capacity.Slot) error {
	found, err := t.describe(ctx, verb)
	if err != nil {
		return err
	}
	if err := timetable.Check(slots, t.Room, MaxSlots, capacity.Units(*found.MaxCapacity), "MaxCapacity of the target"); err != nil {
		return t.explain(verb, err)
	}
	return nil
}

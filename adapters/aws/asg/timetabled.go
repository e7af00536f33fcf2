package asg

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/adapters/aws/timetable"
	"headroom/capacity"
)

// looks is how often a timetable that was just written is read, until AWS shows
// what was written.
const looks = 5

// A Timetabled is a group to which a plan is pushed as scheduled actions, one
// for each slot and named after it, such as "headroom-20261124T0815Z". Each sets
// MinSize only. AWS runs an action up to two minutes late, and then forgets it.
type Timetabled struct {
	*Target
	slots int
	pause time.Duration
}

var _ capacity.Timetabled = (*Timetabled)(nil)

// Slots is the most entries of ours.
func (t *Timetabled) Slots() int { return t.slots }

// Timetable reads our actions that have yet to run, at the times at which AWS
// will begin them.
func (t *Timetabled) Timetable(ctx context.Context) ([]capacity.Slot, error) {
	const verb = "read the timetable of"
	if _, err := t.describe(ctx, verb); err != nil {
		return nil, err
	}
	found, err := t.timetable(ctx, verb)
	if err != nil {
		return nil, err
	}
	var slots []capacity.Slot
	for _, e := range slices.SortedFunc(maps.Values(found.ours), timetable.Earlier) {
		if e.Units != timetable.Edited {
			slots = append(slots, capacity.Slot{At: e.At, Units: capacity.Units(e.Units)})
		}
	}
	return slots, nil
}

// Push makes our actions that begin after now equal to slots. Slots that have
// begun are left out: what runs now is for Scale to set; and an action of ours
// that is late is left to run. A slot whose minute is taken moves to the next
// free one, and is left out if the slot after it comes no later. Slots above
// MaxSize are ErrOutOfBounds, and more than [Timetabled.Slots], or than other
// people's actions leave room for, ErrQuota: then nothing is written.
func (t *Timetabled) Push(ctx context.Context, now time.Time, slots []capacity.Slot) (capacity.Pushed, error) {
	const verb = "push a timetable to"
	g, err := t.check(ctx, verb, slots)
	if err != nil {
		return capacity.Pushed{}, err
	}
	found, err := t.timetable(ctx, verb)
	if err != nil {
		return capacity.Pushed{}, err
	}
	if free := maxSlots - len(found.other); len(slots) > free {
		return capacity.Pushed{}, t.fail(verb, fmt.Sprintf("%s, and others leave room for %d of the %d that a group may have; delete some of theirs, or set slots=%d",
			capacity.Count(len(slots), "slot"), free, maxSlots, max(free, 1)), capacity.ErrQuota)
	}
	todo := timetable.Difference(found.ours, timetable.Place(slots, now, found.taken), now)
	if !todo.None() {
		if err := t.stopped(verb, g); err != nil {
			return capacity.Pushed{}, err
		}
	}
	pushed := todo.Pushed()
	begun := time.Now()
	for range 2 { // the second time repairs what somebody else undid
		if todo.None() {
			return pushed, nil
		}
		want, err := t.write(ctx, verb, now, slots, found)
		if err != nil {
			return pushed, err
		}
		for look := range looks {
			if found, err = t.timetable(ctx, verb); err != nil {
				return pushed, err
			}
			// What has begun meanwhile may have run, and so be gone.
			todo = timetable.Difference(found.ours, want, now).Without(now.Add(time.Since(begun)))
			if todo.None() {
				return pushed, nil
			}
			if look < looks-1 {
				if err := t.rest(ctx, verb); err != nil {
					return pushed, err
				}
			}
		}
	}
	return pushed, t.fail(verb, fmt.Sprintf("what is there is not what was written (%s); see who else writes it", todo), capacity.ErrConflict)
}

// check reads the group, and refuses what cannot be a timetable of it.
func (t *Timetabled) check(ctx context.Context, verb string, slots []capacity.Slot) (types.AutoScalingGroup, error) {
	g, err := t.describe(ctx, verb)
	if err != nil {
		return g, err
	}
	if err := timetable.Check(slots, t.slots, maxSlots, capacity.Units(*g.MaxSize), "MaxSize of the group"); err != nil {
		return g, t.explain(verb, err)
	}
	return g, nil
}

// rest waits a little.
func (t *Timetabled) rest(ctx context.Context, verb string) error {
	select {
	case <-ctx.Done():
		return t.explain(verb, ctx.Err())
	case <-time.After(t.pause):
		return nil
	}
}

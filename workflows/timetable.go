package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

const (
	// lateness is how late a target may be with its timetable: so much before an
	// action that adds units its slot begins.
	lateness = 2 * time.Minute
	// recent is how long after a slot has begun the target may be found at its
	// number.
	recent = 10 * time.Minute
	// repush is how long after a push that failed the next one is tried.
	repush = 5 * time.Minute
)

// Timetable is what a target that carries out a timetable by itself should do if
// nobody asks it for anything: at each of the actions that are left the number that
// [Decide] gives, and nothing where it leaves the target as it is. The floor counts
// until its load is no longer fresh. The last slot is for a plan that ends before a
// newer one has come. A slot that adds units begins a little before
// its action, and every slot on a whole minute.
func Timetable(s Stand, actions []capacity.Action, until time.Time) []capacity.Slot {
	var slots []capacity.Slot
	actions = s.withExtension(actions)
	for i := range actions {
		at := s
		at.Now, at.Next = actions[i].At, &actions[i]
		if !at.Now.After(s.Now) {
			continue
		}
		if s.Held != nil {
			// A plan keeps to the ramps by itself.
			held := *s.Held
			held.Known = false
			at.Held = &held
		}
		if !at.Now.Before(until) {
			at.Floor = 0
		}
		w := Decide(at)
		if !w.Ask {
			continue
		}
		slot := capacity.Slot{At: at.Now.Add(time.Minute - 1).Truncate(time.Minute), Units: w.Units}
		if actions[i].Units > actions[i].From {
			slot.At = at.Now.Add(-lateness).Truncate(time.Minute)
		}
		if n := len(slots); n > 0 && !slot.At.After(slots[n-1].At) {
			slot.At = slots[n-1].At.Add(time.Minute)
		}
		slots = append(slots, slot)
	}
	return slots
}

// withExtension is the actions, with one more where the plan is about to end.
func (s Stand) withExtension(actions []capacity.Action) []capacity.Action {
	if !s.Extends.After(s.Now) || s.Most == 0 {
		return actions
	}
	place := len(actions)
	for place > 0 && actions[place-1].At.After(s.Extends) {
		place--
	}
	units := capacity.Units(0)
	switch {
	case place > 0:
		units = actions[place-1].Units
	case s.Held != nil && s.Held.Planned != nil:
		units = *s.Held.Planned
	}
	if s.Most <= units {
		return actions
	}
	return slices.Insert(slices.Clone(actions), place, capacity.Action{At: s.Extends, From: units, Units: s.Most})
}

// push makes the timetables of targets that have one equal to what is left of the
// plan, and to what was ordered meanwhile.
func (c *conductor) push(ctx workflow.Context, now time.Time) {
	s := c.state
	for _, pool := range s.Policy.Pools {
		target := pool.Target
		room := c.timetabled[target]
		if room == 0 || now.Before(s.Repush) {
			continue
		}
		actions := c.actions[target]
		want := ahead(Timetable(c.stand(pool, now), actions[min(s.Next[target], len(actions)):], s.Floor.Measured.Add(activities.Fresh)), now)
		want = want[:min(len(want), room)] // the others follow as these are over
		if slices.EqualFunc(ahead(s.Pushed[target], now), want, same) {
			continue
		}
		c.pushTo(ctx, target, now, want)
	}
}

// pushTo writes one timetable. What cannot be written is told, and tried again:
// the conductor asks for the same numbers at their time.
func (c *conductor) pushTo(ctx workflow.Context, target capacity.TargetName, now time.Time, want []capacity.Slot) {
	s := c.state
	err := run(remote(ctx, "write the timetable of the target"), a.Push, activities.PushInput{Target: target, Now: now, Clock: s.Clock, Slots: want})
	if err != nil {
		s.note("%s: the timetable of %s was not written: %v", now.Format(time.RFC3339), target, err)
		s.Repush = now.Add(repush)
		return
	}
	begun := slices.DeleteFunc(slices.Clone(s.Pushed[target]), func(slot capacity.Slot) bool {
		return slot.At.After(now) || now.Sub(slot.At) > recent
	})
	if s.Pushed == nil {
		s.Pushed = map[capacity.TargetName][]capacity.Slot{}
	}
	s.Pushed[target] = append(begun, want...)
}

// unpush clears the timetables, so that no target goes on by itself when nobody
// conducts it any more.
func (c *conductor) unpush(ctx workflow.Context) {
	now := c.now(ctx)
	for _, pool := range c.state.Policy.Pools {
		if len(ahead(c.state.Pushed[pool.Target], now)) > 0 {
			c.pushTo(ctx, pool.Target, now, nil)
		}
	}
}

// begun is the numbers of the slots that a target has begun lately.
func (s *ExecuteState) begun(target capacity.TargetName, now time.Time) []capacity.Units {
	var units []capacity.Units
	for _, slot := range s.Pushed[target] {
		if !slot.At.After(now) && now.Sub(slot.At) <= recent {
			units = append(units, slot.Units)
		}
	}
	return units
}

// ahead is the slots after now.
func ahead(slots []capacity.Slot, now time.Time) []capacity.Slot {
	i := slices.IndexFunc(slots, func(slot capacity.Slot) bool { return slot.At.After(now) })
	if i < 0 {
		return nil
	}
	return slots[i:]
}

func same(a, b capacity.Slot) bool { return a.At.Equal(b.At) && a.Units == b.Units }

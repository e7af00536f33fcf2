package executor

import (
	"slices"
	"time"

	"headroom/capacity"
)

// Timetable is what a target that carries out a timetable of its own should do if it is
// not asked for anything: at each of the actions that are left the number that
// [Rules.Decide] gives, and nothing where that leaves the target as it is. The floor
// counts until its load is no longer fresh. The last slot is for a plan that ends
// before a newer one has come. A slot that adds units begins a little before its
// action, and every slot on a whole minute.
func (r Rules) Timetable(s PoolStatus, actions []capacity.Action, floorUntil time.Time) []capacity.Slot {
	var slots []capacity.Slot
	if s.Target != nil && s.Target.Stopped != "" {
		return nil
	}
	actions = s.withExtension(actions)
	last, known := capacity.Units(0), false
	if s.Target != nil {
		_, last, known = s.Target.bounds()
	}
	for i := range actions {
		at := s
		at.Now, at.Next = actions[i].At, &actions[i]
		if !at.Now.After(s.Now) {
			continue
		}
		if s.Target != nil {
			// A plan keeps to the ramps by itself.
			target := *s.Target
			target.Known, target.Possible = false, nil
			at.Target = &target
		}
		if !at.Now.Before(floorUntil) {
			at.Floor = 0
		}
		d := r.Decide(at)
		_, deny, frozen := s.Freeze.At(at.Now)
		if !d.Ask || frozen && deny == capacity.DenyLower && known && d.Units < last {
			continue
		}
		slot := capacity.Slot{At: at.Now.Add(time.Minute - 1).Truncate(time.Minute), Units: d.Units}
		if actions[i].Units > actions[i].From {
			slot.At = at.Now.Add(-r.SlotLead).Truncate(time.Minute)
		}
		if n := len(slots); n > 0 && !slot.At.After(slots[n-1].At) {
			slot.At = slots[n-1].At.Add(time.Minute)
		}
		slots = append(slots, slot)
		last, known = slot.Units, true
	}
	return slots
}

// withExtension is the actions, with one more where the plan is about to end.
func (s PoolStatus) withExtension(actions []capacity.Action) []capacity.Action {
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
	case s.Target != nil && s.Target.Planned != nil:
		units = *s.Target.Planned
	}
	if s.Most <= units {
		return actions
	}
	return slices.Insert(slices.Clone(actions), place, capacity.Action{At: s.Extends, From: units, Units: s.Most})
}

// writeTimetables makes the timetables of targets that have one equal to what is left
// of the plan, and to what was ordered meanwhile.
func (m *Machine) writeTimetables() {
	s := &m.s
	if m.loaded == nil {
		return
	}
	for _, pool := range s.Policy.Pools {
		target := pool.Target
		room := m.loaded.Slots[target]
		if room == 0 || m.writing[target] || m.now.Before(s.RetryTimetable) {
			continue
		}
		actions := m.actions[target]
		left := actions[min(s.Next[target], len(actions)):]
		want := ahead(m.rules.Timetable(m.status(pool), left, s.Floor.Measured.Add(m.rules.FloorFresh)), m.now)
		want = want[:min(len(want), room)] // the others follow as these are over
		if !slices.EqualFunc(ahead(s.Timetables[target], m.now), want, sameSlot) {
			m.writeTimetable(target, want)
		}
	}
	m.wakeAt(s.RetryTimetable, "until a timetable is written again")
}

// writeTimetable writes one timetable.
func (m *Machine) writeTimetable(target capacity.TargetName, slots []capacity.Slot) {
	m.writing[target] = true
	m.emit(WriteTimetable{Target: target, Slots: slots})
}

// timetableWritten notes what a target holds. What could not be written is tried again:
// the same numbers are requested at their time anyway.
func (m *Machine) timetableWritten(e TimetableWritten) {
	s := &m.s
	delete(m.writing, e.Target)
	if e.Failure != nil {
		s.note("%s: the timetable of %s was not written: %s", m.now.Format(time.RFC3339), e.Target, e.Failure.Text)
		s.RetryTimetable, m.changed = m.now.Add(m.rules.SlotRetry), true
		return
	}
	begun := slices.DeleteFunc(slices.Clone(s.Timetables[e.Target]), func(slot capacity.Slot) bool {
		return slot.At.After(m.now) || m.now.Sub(slot.At) > m.rules.SlotRecent
	})
	if s.Timetables[e.Target] = append(begun, e.Slots...); len(s.Timetables[e.Target]) == 0 {
		delete(s.Timetables, e.Target)
	}
}

// clearTimetables clears all timetables, so that no target goes on by itself when the
// run has ended.
func (m *Machine) clearTimetables() {
	for _, pool := range m.s.Policy.Pools {
		if len(ahead(m.s.Timetables[pool.Target], m.now)) > 0 && !m.writing[pool.Target] {
			m.writeTimetable(pool.Target, nil)
		}
	}
}

// begunSlots is the numbers of the slots that a target has begun lately.
func (m *Machine) begunSlots(target capacity.TargetName) []capacity.Units {
	var units []capacity.Units
	for _, slot := range m.s.Timetables[target] {
		if !slot.At.After(m.now) && m.now.Sub(slot.At) <= m.rules.SlotRecent {
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

func sameSlot(a, b capacity.Slot) bool { return a.At.Equal(b.At) && a.Units == b.Units }

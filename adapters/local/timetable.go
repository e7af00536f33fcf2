package local

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// An entry is a line of a simulated target's own timetable.
type entry struct {
	At    time.Time // when it runs
	Slot  time.Time // what it was pushed for; zero: somebody else made it
	Units capacity.Units
}

// A Timetabled is a simulated target that carries out a timetable by itself: what
// has become due is done when anybody next asks for anything.
type Timetabled struct{ *Target }

var _ capacity.Timetabled = (*Timetabled)(nil)

// Slots is the most entries of ours.
func (t *Timetabled) Slots() int { return t.traits.slots }

// Timetable is our entries that have yet to run.
func (t *Timetabled) Timetable(context.Context) ([]capacity.Slot, error) {
	var slots []capacity.Slot
	err := t.change(func(s *ledger) error {
		for _, e := range s.Entries {
			if !e.Slot.IsZero() {
				slots = append(slots, capacity.Slot{At: e.At, Units: e.Units})
			}
		}
		return nil
	})
	return slots, err
}

// Push makes our entries from now on equal to slots, as [capacity.Timetabled] says.
func (t *Timetabled) Push(_ context.Context, now time.Time, slots []capacity.Slot) (pushed capacity.Pushed, err error) {
	err = t.change(func(s *ledger) error {
		if err := t.check(s, slots); err != nil {
			return fmt.Errorf("push a timetable to %q: %w", t.name, err)
		}
		var others, ours []entry
		for _, e := range s.Entries {
			if e.Slot.IsZero() {
				others = append(others, e)
			} else {
				ours = append(ours, e)
			}
		}
		want := place(slots, now, others)
		for _, e := range want {
			if slices.ContainsFunc(ours, e.is) {
				pushed.Kept++
			} else {
				pushed.Put++
			}
		}
		for _, e := range ours {
			if !slices.ContainsFunc(want, func(w entry) bool { return w.Slot.Equal(e.Slot) }) {
				pushed.Removed++
			}
		}
		if pushed.Put+pushed.Removed > 0 {
			if err := t.stopped(); err != nil {
				pushed = capacity.Pushed{}
				return fmt.Errorf("push a timetable to %q: %w", t.name, err)
			}
		}
		s.Entries = slices.Concat(others, want)
		slices.SortStableFunc(s.Entries, func(a, b entry) int { return a.At.Compare(b.At) })
		return nil
	})
	return pushed, err
}

// Disturb adds an entry of somebody else's.
func (t *Timetabled) Disturb(at time.Time, units capacity.Units) error {
	return t.change(func(s *ledger) error {
		s.Entries = append(s.Entries, entry{At: at, Units: units})
		slices.SortStableFunc(s.Entries, func(a, b entry) int { return a.At.Compare(b.At) })
		return nil
	})
}

// Disturbed is how many entries of somebody else's have yet to run.
func (t *Timetabled) Disturbed() (n int, err error) {
	err = t.change(func(s *ledger) error {
		for _, e := range s.Entries {
			if e.Slot.IsZero() {
				n++
			}
		}
		return nil
	})
	return n, err
}

// check refuses what cannot be a timetable of the target.
func (t *Timetabled) check(s *ledger, slots []capacity.Slot) error {
	if len(slots) > t.traits.slots {
		return fmt.Errorf("%s, and there is room for %d; plan fewer changes: %w", capacity.Count(len(slots), "slot"), t.traits.slots, capacity.ErrQuota)
	}
	for i, slot := range slots {
		switch at := slot.At.Format(time.RFC3339); {
		case !slot.At.Equal(slot.At.Truncate(time.Minute)):
			return fmt.Errorf("the slot at %s is not on a whole minute; correct the plan", at)
		case i > 0 && !slot.At.After(slots[i-1].At):
			return fmt.Errorf("the slot at %s does not come after the one before it; correct the plan", at)
		case slot.Units < 0 || slot.Units > s.Max:
			return fmt.Errorf("the slot at %s has %s, and it may run 0 to %d: %w", at, capacity.Count(slot.Units, "unit"), s.Max, capacity.ErrOutOfBounds)
		}
	}
	return nil
}

// place gives each slot after now its minute: its own, or the next that nobody
// else has taken, unless the slot after it comes first.
func place(slots []capacity.Slot, now time.Time, others []entry) []entry {
	var want []entry
	for i, slot := range slots {
		if !slot.At.After(now) {
			continue
		}
		at := slot.At
		for slices.ContainsFunc(others, func(e entry) bool { return e.At.Truncate(time.Minute).Equal(at) }) {
			at = at.Add(time.Minute)
		}
		if i+1 == len(slots) || at.Before(slots[i+1].At) {
			want = append(want, entry{At: at, Slot: slot.At, Units: slot.Units})
		}
	}
	return want
}

func (e entry) is(other entry) bool {
	return e.At.Equal(other.At) && e.Slot.Equal(other.Slot) && e.Units == other.Units
}

// run carries out the entries that are due, in order.
func (s *ledger) run(now time.Time, t traits) {
	for len(s.Entries) > 0 && !s.Entries[0].At.After(now) {
		e := s.Entries[0]
		s.Entries = s.Entries[1:]
		s.scale(capacity.Action{ID: "slot/" + e.At.UTC().Format(time.RFC3339), Units: min(e.Units, s.Max)}, e.At, t)
	}
}

package timetable

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// Check refuses what cannot be a timetable: more slots than the room that a target
// gives to ours, slots out of order or between two minutes, and units beyond the
// highest, which messages call by the name of the bound. AWS allows at most so many
// of all.
func Check(slots []capacity.Slot, room, most int, highest capacity.Units, bound string) error {
	if len(slots) > room {
		return fmt.Errorf("%s, and %d are allowed; plan fewer changes, or set slots of the target (at most %d): %w", capacity.Count(len(slots), "slot"), room, most, capacity.ErrQuota)
	}
	for i, s := range slots {
		at := s.At.UTC().Format(time.RFC3339)
		switch {
		case !s.At.Equal(s.At.Truncate(time.Minute)):
			return fmt.Errorf("the slot at %s is not on a whole minute; correct the plan", at)
		case i > 0 && !s.At.After(slots[i-1].At):
			return fmt.Errorf("the slot at %s does not come after the one before it; correct the plan", at)
		case s.Units < 0 || s.Units > highest:
			return fmt.Errorf("the slot at %s has %s, and %s is %d; raise it, or lower max in the policy: %w", at, capacity.Count(s.Units, "unit"), bound, highest, capacity.ErrOutOfBounds)
		}
	}
	return nil
}

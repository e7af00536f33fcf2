package capacity

import (
	"context"
	"time"
)

// A Slot is an entry of a target's own timetable: from At on it runs Units.
type Slot struct {
	At    time.Time // on a whole minute
	Units Units
}

// Pushed says what a push changed in a target's timetable.
type Pushed struct {
	Put, Removed, Kept int
}

// A Timetabled is a target that carries out a plan by itself, from a timetable
// that is pushed to it: also while nothing else runs.
type Timetabled interface {
	Target
	// Slots is the most entries of ours that its timetable may hold.
	Slots() int
	// Push makes our entries from now on equal to slots, which are in order of
	// time, at most Slots of them, and no two in the same minute. Entries that
	// are as they should be are not touched, entries that others made stay, and
	// an entry whose minute somebody else has taken moves by a minute. A repeat
	// changes nothing. What was pushed is read back; ErrConflict says that it
	// is not what was written. Its other errors are those of Scale.
	Push(ctx context.Context, now time.Time, slots []Slot) (Pushed, error)
	// Timetable is our entries that have yet to run, in order of time.
	Timetable(ctx context.Context) ([]Slot, error)
}

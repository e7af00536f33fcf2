package timetable

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"headroom/capacity"
)

// A Change is what makes one timetable into another.
type Change struct {
	Gone  []Entry // to be removed
	Moved []Entry // to be removed where they are, before they are put again
	Put   []Entry
	kept  int
}

// Difference is what makes have into want. What begins by now is left alone.
func Difference(have, want map[string]Entry, now time.Time) Change {
	var c Change
	for _, e := range slices.SortedFunc(maps.Values(have), Earlier) {
		w, wanted := want[e.Name]
		switch {
		case e == w:
			c.kept++
		case wanted && !e.At.Equal(w.At):
			// Put in its place only, it could meet another of ours that has yet
			// to leave the minute.
			c.Moved = append(c.Moved, e)
		case !wanted && e.At.After(now):
			c.Gone = append(c.Gone, e)
		}
	}
	for _, e := range slices.SortedFunc(maps.Values(want), Earlier) {
		if have[e.Name] != e {
			c.Put = append(c.Put, e)
		}
	}
	return c
}

// None reports whether nothing is different.
func (c Change) None() bool { return len(c.Gone)+len(c.Moved)+len(c.Put) == 0 }

// Pushed says how much is different.
func (c Change) Pushed() capacity.Pushed {
	return capacity.Pushed{Put: len(c.Put), Removed: len(c.Gone), Kept: c.kept}
}

// Without leaves out what begins by a time.
func (c Change) Without(until time.Time) Change {
	over := func(e Entry) bool { return !e.At.After(until) }
	c.Gone, c.Moved, c.Put = slices.DeleteFunc(c.Gone, over), slices.DeleteFunc(c.Moved, over), slices.DeleteFunc(c.Put, over)
	return c
}

// String tells the first of what is different.
func (c Change) String() string {
	for _, e := range c.Put {
		return fmt.Sprintf("%s should be there with MinSize %d, and is not", e.Name, e.Units)
	}
	for _, e := range c.Gone {
		return e.Name + " should be gone, and is not"
	}
	return fmt.Sprintf("%d entries begin at other times", len(c.Moved))
}

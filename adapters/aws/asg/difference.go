package asg

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"headroom/capacity"
)

// change is what makes one timetable into another.
type change struct {
	gone  []entry // to be removed
	moved []entry // to be removed where they are, before they are put again
	put   []entry
	kept  int
}

// difference is what makes have into want. What begins by now is left alone.
func difference(have, want map[string]entry, now time.Time) change {
	var c change
	for _, e := range slices.SortedFunc(maps.Values(have), earlier) {
		w, wanted := want[e.name]
		switch {
		case e == w:
			c.kept++
		case wanted && !e.at.Equal(w.at):
			// Put in its place only, it could meet another of ours that has yet
			// to leave the minute.
			c.moved = append(c.moved, e)
		case !wanted && e.at.After(now):
			c.gone = append(c.gone, e)
		}
	}
	for _, e := range slices.SortedFunc(maps.Values(want), earlier) {
		if have[e.name] != e {
			c.put = append(c.put, e)
		}
	}
	return c
}

func (c change) none() bool { return len(c.gone)+len(c.moved)+len(c.put) == 0 }

func (c change) pushed() capacity.Pushed {
	return capacity.Pushed{Put: len(c.put), Removed: len(c.gone), Kept: c.kept}
}

// without leaves out what begins by a time.
func (c change) without(until time.Time) change {
	over := func(e entry) bool { return !e.at.After(until) }
	c.gone, c.moved, c.put = slices.DeleteFunc(c.gone, over), slices.DeleteFunc(c.moved, over), slices.DeleteFunc(c.put, over)
	return c
}

// String tells the first of what is different.
func (c change) String() string {
	for _, e := range c.put {
		return fmt.Sprintf("%s should be there with MinSize %d, and is not", e.name, e.units)
	}
	for _, e := range c.gone {
		return e.name + " should be gone, and is not"
	}
	return fmt.Sprintf("%d entries begin at other times", len(c.moved))
}

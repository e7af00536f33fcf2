// Package timetable is what the timetables of AWS targets share: entries that are
// ours are told by their names, get a minute of their own, and are written only
// as far as they differ.
package timetable

import (
	"strings"
	"time"

	"headroom/capacity"
)

// prefix marks the scheduled actions that are ours.
const prefix = "headroom-"

// Edited stands for the units of an action of ours that somebody has changed into
// something that we never write.
const Edited = -1

// An Entry is a scheduled action of ours.
type Entry struct {
	Name  string
	At    time.Time
	Units int32
}

// Name names an action after its slot, so that the same slot is always the same
// action, and a repeat writes it over itself.
func Name(at time.Time) string { return prefix + at.UTC().Format("20060102T1504Z") }

// Ours reports whether an action of that name is ours.
func Ours(name string) bool { return strings.HasPrefix(name, prefix) }

// Earlier orders entries by time.
func Earlier(a, b Entry) int { return a.At.Compare(b.At) }

// Place gives each slot that begins after now its minute: its own, or the next
// that nobody has taken; taken is in seconds since 1970. A slot that would then
// begin no earlier than the one after it is left out.
func Place(slots []capacity.Slot, now time.Time, taken map[int64]bool) map[string]Entry {
	want := map[string]Entry{}
	for i, s := range slots {
		if !s.At.After(now) {
			continue
		}
		at := s.At.UTC().Truncate(time.Minute)
		for taken[at.Unix()] {
			at = at.Add(time.Minute)
		}
		if i+1 < len(slots) && !at.Before(slots[i+1].At) {
			continue
		}
		want[Name(s.At)] = Entry{Name(s.At), at, int32(s.Units)}
	}
	return want
}

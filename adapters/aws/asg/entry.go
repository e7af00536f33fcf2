package asg

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/capacity"
)

// prefix marks the scheduled actions that are ours.
const prefix = "headroom-"

// edited stands for the units of an action of ours that somebody has changed
// into something that we never write.
const edited = -1

// entry is a scheduled action of ours.
type entry struct {
	name  string
	at    time.Time
	units int32
}

// slotName names an action after its slot, so that the same slot is always the
// same action, and a repeat writes it over itself.
func slotName(at time.Time) string { return prefix + at.UTC().Format("20060102T1504Z") }

// read is an action as AWS shows it, and whether it is ours.
func read(a types.ScheduledUpdateGroupAction) (entry, bool) {
	var e entry
	if a.ScheduledActionName != nil {
		e.name = *a.ScheduledActionName
	}
	if a.StartTime != nil {
		e.at = a.StartTime.UTC()
	}
	e.units = edited
	if a.MinSize != nil && a.MaxSize == nil && a.DesiredCapacity == nil && a.Recurrence == nil {
		e.units = *a.MinSize
	}
	return e, strings.HasPrefix(e.name, prefix)
}

func earlier(a, b entry) int { return a.at.Compare(b.at) }

// place gives each slot that begins after now its minute: its own, or the next
// that nobody has taken. A slot that would then begin no earlier than the one
// after it is left out.
func place(slots []capacity.Slot, now time.Time, taken map[int64]bool) map[string]entry {
	want := map[string]entry{}
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
		want[slotName(s.At)] = entry{slotName(s.At), at, int32(s.Units)}
	}
	return want
}

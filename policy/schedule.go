package policy

import (
	"time"

	"headroom/capacity"
)

// A state says whether schedules begin anything.
type state string

const (
	active state = "active"
	paused state = "paused"
)

// formatState writes whether schedules are paused.
func formatState(held bool) state {
	if held {
		return paused
	}
	return active
}

// leastCatchUp is the shortest catch-up window that Temporal takes.
const leastCatchUp = 10 * time.Second

func (f *file) schedule(top *section) capacity.Schedule {
	var s capacity.Schedule
	in := top.sub("schedule", "")
	s.Plan = optional(in, "plan", sometimes, "0 * * * *", "every hour, so that each plan rests on what the hour before has shown")
	s.Watch = optional(in, "watch", sometimes, "*/10 * * * *", "load that leaves its forecast is seen before the next plan")
	s.Regret = optional(in, "regret", sometimes, "0 5 * * 1", "on Monday the week before is over, and its load has been delivered")
	s.Replan = optional(in, "replan", duration(time.Minute), "30m", "a plan needs some time to show what it is worth")
	s.Overlap = optional(in, "overlap", oneOf(capacity.Skip, capacity.Wait, capacity.Replace), "skip", "what runs is finished first")
	s.CatchUp = optional(in, "catchUp", duration(leastCatchUp), "1h", "after an outage, older times are no longer of use")
	s.Jitter = optional(in, "jitter", duration(0), "30s", "services with the same times do not all begin at once")
	s.Paused = optional(in, "state", oneOf(active, paused), string(active), "what is scheduled is done") == paused
	return s
}

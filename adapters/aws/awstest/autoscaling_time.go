package awstest

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// activity is a launch or a scheduled action as the group remembers it.
type activity struct {
	id, description string
	status, message string
	started, ended  time.Time
}

// pass lets everything happen that is due by now.
func (a *AutoScaling) pass() {
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	until := now()
	for {
		g, next, due := a.next()
		if g == nil || due.After(until) {
			break
		}
		a.clock = due
		a.run(g, next)
	}
	a.clock = until
	for _, g := range a.groups {
		for i := range g.activities {
			if r := &g.activities[i]; r.status == inProgress && !r.ended.After(until) {
				r.status = successful
			}
		}
	}
}

// The states of an activity.
const (
	inProgress = "InProgress"
	successful = "Successful"
	failed     = "Failed"
)

// next is the scheduled action that is due first. Those of one group run in
// the order in which they start, however late.
func (a *AutoScaling) next() (first *group, next action, due time.Time) {
	for _, name := range slices.Sorted(maps.Keys(a.groups)) {
		g := a.groups[name]
		var own *action
		for _, s := range g.schedule {
			if s.recurrence == "" && (own == nil || s.start.Before(own.start)) { // recurring ones are shown, and never run
				own = &s
			}
		}
		if own == nil {
			continue
		}
		at := own.runs
		if at.Before(a.clock) {
			at = a.clock
		}
		if first == nil || at.Before(due) {
			first, next, due = g, *own, at
		}
	}
	return first, next, due
}

// run carries a scheduled action out; then it is gone.
func (a *AutoScaling) run(g *group, s action) {
	delete(g.schedule, s.name)
	if slices.Contains(g.Suspended, "ScheduledActions") {
		return
	}
	done := activity{id: a.id(), description: "Executing scheduled action " + s.name, status: successful, started: a.clock, ended: a.clock}
	if err := a.resize(g, s.name, s.numbers); err != nil {
		done.status, done.message = failed, err.Error()
	}
	g.activities = append(g.activities, done)
}

// launch starts and ends instances until there are as many as are desired.
func (a *AutoScaling) launch(g *group) {
	for !slices.Contains(g.Suspended, "Terminate") && len(g.instances) > g.Desired {
		g.instances = g.instances[:len(g.instances)-1] // the newest, which may still be starting
	}
	for !slices.Contains(g.Suspended, "Launch") && len(g.instances) < g.Desired {
		start := activity{id: a.id(), description: "Launching a new EC2 instance", status: inProgress, started: a.clock, ended: a.clock.Add(g.Launch)}
		if g.Broken != "" || g.Stock > 0 && len(g.instances) >= g.Stock {
			start.status, start.ended = failed, a.clock
			start.message = cmp.Or(g.Broken, "We currently do not have sufficient g5.xlarge capacity in the Availability Zone you requested (us-east-1a). Launching EC2 instance failed.")
			g.activities = append(g.activities, start)
			return
		}
		one := instance{id: a.id(), serves: start.ended}
		start.description += ": " + one.id
		if !start.ended.After(a.clock) {
			start.status = successful
		}
		g.activities = append(g.activities, start)
		g.instances = append(g.instances, one)
	}
}

// lateness draws how late a scheduled action runs.
func (a *AutoScaling) lateness() time.Duration {
	if a.Late <= 0 {
		return 0
	}
	if a.lot == nil {
		a.lot = rand.New(rand.NewPCG(a.Seed, 0))
	}
	return time.Duration(a.lot.Int64N(int64(a.Late) + 1))
}

// state is the lifecycle state of an instance.
func (i instance) state(now time.Time) string {
	if i.serves.After(now) {
		return "Pending"
	}
	return "InService"
}

// Package scheduling makes Temporal's schedules equal to policies: what should
// be there, what is there, the difference, and carrying it out. Schedules of
// others are never touched.
package scheduling

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/workflows"
)

// An Entry is a schedule as it should be.
type Entry struct {
	ID       string
	Service  string
	Workflow string // the workflow that it starts
	RunID    string // under this ID, to which Temporal adds the time
	In       any    // what the workflow is given
	Cron     string // of five fields, in the zone
	Zone     string // IANA name
	Overlap  capacity.Overlap
	CatchUp  time.Duration
	Jitter   time.Duration
	Paused   bool
	// Key is the name of the key that seals what the workflow is given; another
	// key is a change, so that a sync seals anew. Empty: it is not sealed.
	Key string `json:",omitempty"`
}

// entryID is the ID of a service's schedule for a task.
func entryID(service string, task workflows.Task) string {
	return policies.SchedulePrefix + service + "/" + string(task)
}

// serviceOf is the service in an ID of ours, and whether it is one.
func serviceOf(id string) (string, bool) {
	rest, ours := strings.CutPrefix(id, policies.SchedulePrefix)
	service, _, both := strings.Cut(rest, "/")
	return service, ours && both
}

// A Want is all that should be there: schedules by their IDs, and the services
// that have a policy, some of which may ask for none.
type Want struct {
	Entries  []Entry
	Renew    bool // every schedule is to be written anew
	services map[string]bool
}

// Wanted are the schedules that policies ask for. The clock is what scheduled runs
// believe in; the zero one is the wall clock.
func Wanted(policies []capacity.Policy, clock capacity.Clock) Want {
	w := Want{services: map[string]bool{}}
	for _, p := range policies {
		w.services[p.Service] = true
		s := p.Schedule
		for _, task := range workflows.Tasks() {
			cron := map[workflows.Task]string{
				workflows.RetrainTask: p.Forecast.Retrain, workflows.PlanTask: s.Plan, workflows.WatchTask: s.Watch,
				workflows.RegretTask: s.Regret,
			}[task]
			if cron == "" || task == workflows.RegretTask && len(p.Pools) != 1 { // the simulator runs one pool
				continue
			}
			w.Entries = append(w.Entries, Entry{
				ID: entryID(p.Service, task), Service: p.Service, Workflow: "Due",
				RunID: workflows.DueID(p.Service, task),
				In:    workflows.DueInput{Service: p.Service, Task: task, Clock: clock},
				Cron:  cron, Zone: p.Demand.Timezone, Overlap: s.Overlap, CatchUp: s.CatchUp, Jitter: s.Jitter, Paused: s.Paused,
			})
		}
	}
	w.sort()
	return w
}

func (w *Want) sort() {
	slices.SortFunc(w.Entries, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
}

// onHold ends the mark of a schedule that its policy pauses.
const onHold = "-paused"

// mark says all that a schedule was made from, in a few letters, and whether its
// policy pauses it.
func (e Entry) mark() (string, error) {
	paused := e.Paused
	e.Paused = false
	data, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("encode the schedule %s: %w", e.ID, err)
	}
	sum := sha256.Sum256(data)
	text := hex.EncodeToString(sum[:8])
	if paused {
		text += onHold
	}
	return text, nil
}

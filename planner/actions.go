package planner

import (
	"slices"
	"time"

	"headroom/capacity"
)

// actions are what brings the steps about, one for each change of the number:
// more units are asked for a lead time before they must serve, fewer when they
// are no longer needed, nothing before now. What should have been asked for already
// is asked for at once, and serves in the middle of a step.
func actions(in Input, id string, steps []capacity.Step) []capacity.Action {
	pool, before, count := in.Policy.Pools[0], in.States[0].Units, 0
	for i, s := range steps {
		if i > 0 && s.Units != steps[i-1].Units || i == 0 && s.Units != before {
			count++
		}
	}
	list := slices.Grow([]capacity.Action(nil), count)
	for _, s := range steps {
		if s.Units == before {
			continue
		}
		due := s.Start
		if due.Before(in.Now) { // in the step that runs already
			due = in.Now
		}
		at := due
		if s.Units > before {
			if ready := in.Now.Add(pool.LeadTime); due.Before(ready) { // in the middle of the step
				due = ready
			}
			at = due.Add(-pool.LeadTime)
		}
		list = append(list, capacity.Action{
			ID:     id + "/" + pool.Name + "/" + due.UTC().Format(time.RFC3339),
			Target: pool.Target,
			At:     at,
			Due:    due,
			From:   before,
			Units:  s.Units,
			Why:    s.Why.Text,
		})
		before = s.Units
	}
	return list
}

package scheduling

import (
	"fmt"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/workflows"
)

// Schedule is what the workers are to sign of a change, and whether there is anything:
// what is deleted starts nothing, and pruning asks for no permission.
func (c Change) Schedule() (s policies.Schedule, signed bool) {
	s = policies.Schedule{ID: c.ID, Service: c.Service, Start: c.entry.RunID, Order: c.entry.In}
	switch c.entry.In.(type) {
	case workflows.DueInput:
		return s, c.Verb != Delete
	case workflows.FleetState:
		s.Service = capacity.AllServices
		return s, c.Verb != Delete
	}
	return s, false
}

// Sign gives the runs of a change the proof of the workers.
func (c *Change) Sign(proof string) error {
	s, _ := c.Schedule()
	caller := workflows.Caller{By: s.Name(), Token: proof}
	switch in := c.entry.In.(type) {
	case workflows.DueInput:
		in.Caller = caller
		c.entry.In = in
	case workflows.FleetState:
		in.Caller = caller
		c.entry.In = in
	default:
		return fmt.Errorf("sign the schedule %s: it starts %T, which asks for no permission", c.ID, in)
	}
	return nil
}

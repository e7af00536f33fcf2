package pipeline

import (
	"time"

	"headroom/capacity"
	"headroom/planner/initial"
)

// InitialStates is what the policy's pools run at the start of a plan for which no
// target can be asked, by [initial.States], and the end of the measured hour whose
// highest load they serve. The load is the demand in the policy's steps; outages in it
// are gaps.
func InitialStates(p capacity.Policy, load capacity.Series) ([]capacity.State, time.Time) {
	return initialStates(p, load, load.Len())
}

// initialStates is InitialStates for a plan that starts at step end of the load.
func initialStates(p capacity.Policy, load capacity.Series, end int) ([]capacity.State, time.Time) {
	highest, until := initial.Load(load, end)
	return initial.States(p.Pools, p.Demand.Rate(highest)), until
}

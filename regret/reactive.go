package regret

import (
	"headroom/capacity"
	"headroom/planner/reactive"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// reacting is what plain reactive policies are called together.
const reacting = "reactive"

// plain is the autoscaler that a service would have without plans, and what it
// is called: the strategies of the policy's floor, and where it has none,
// dynamic with its usual target.
func plain(f capacity.Floor) (simulate.Policy, string) {
	tracking := baseline.Dynamic{Rule: reactive.Dynamic{Target: f.Dynamic}}
	named := "dynamic at " + capacity.Trim(100*tracking.Setting(), 1) + "%"
	switch {
	case f.Threshold && f.Dynamic > 0:
		return simulate.Highest{tracking, baseline.Threshold{}}, named + " and threshold"
	case f.Threshold:
		return baseline.Threshold{}, "threshold"
	}
	return tracking, named
}

package workflows

import (
	"headroom/activities/planning"
	"headroom/capacity"
)

// VerdictOn is what a policy lets happen to a plan, and why: what the workflow
// Plan does, for plans that are made elsewhere.
func VerdictOn(p capacity.Policy, plan planning.OptimiseResult) (PlanVerdict, string) {
	return decide(p.Control, plan)
}

package workflows_test

import (
	"testing"

	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/workflows"
)

func TestVerdictOn(t *testing.T) {
	units := func(n capacity.Units) capacity.Approval { return capacity.Approval{Above: n} }
	for name, test := range map[string]struct {
		mode     capacity.Mode
		approval capacity.Approval
		largest  capacity.Units
		extra    float64
		want     workflows.PlanVerdict
	}{
		"propose":               {capacity.Propose, units(100), 1, 0, workflows.Proposed},
		"auto":                  {capacity.Auto, units(0), 100, 1e9, workflows.HandedOver},
		"within units":          {capacity.Approve, units(20), 20, 1e9, workflows.HandedOver},
		"beyond units":          {capacity.Approve, units(20), 21, -5, workflows.Waiting},
		"every change":          {capacity.Approve, units(0), 1, 0, workflows.Waiting},
		"no change":             {capacity.Approve, units(0), 0, 0, workflows.HandedOver},
		"within money":          {capacity.Approve, capacity.Approval{Above: capacity.NoUnits, Cost: 250}, 100, 250, workflows.HandedOver},
		"beyond money":          {capacity.Approve, capacity.Approval{Above: capacity.NoUnits, Cost: 250}, 1, 251, workflows.Waiting},
		"that saves":            {capacity.Approve, capacity.Approval{Above: capacity.NoUnits, Cost: 250}, 100, -1e6, workflows.HandedOver},
		"both, within":          {capacity.Approve, capacity.Approval{Above: 20, Cost: 250}, 20, 250, workflows.HandedOver},
		"both, beyond units":    {capacity.Approve, capacity.Approval{Above: 20, Cost: 250}, 21, 0, workflows.Waiting},
		"both, beyond money":    {capacity.Approve, capacity.Approval{Above: 20, Cost: 250}, 1, 300, workflows.Waiting},
		"no limit: all of them": {capacity.Approve, units(capacity.NoUnits), 1, 0, workflows.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			p := capacity.Policy{Control: capacity.Control{Mode: test.mode, Approval: test.approval}}
			if got, why := workflows.VerdictOn(p, planning.OptimiseResult{Largest: test.largest, Extra: test.extra}); got != test.want || why == "" {
				t.Errorf("got %s (%s), want %s", got, why, test.want)
			}
		})
	}
}

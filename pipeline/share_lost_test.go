package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/pipeline"
)

// While a share cannot be read, a service stays within what its last plan was made
// within, and within its minima if there is none.
func TestLastShare(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	p := capacity.Policy{Service: "chat", Pools: []capacity.Pool{{Name: "a", Min: 2, Max: 40, Price: 3, Quota: "gpus"}, {Name: "b", Min: 1, Max: 9, Price: 1}}}
	p.Objective.Budget = capacity.Budget{Shared: "team"}
	granted, _, err := pipeline.ApplyShare(p, pipeline.Share{
		Made: now, Pools: []pipeline.PoolShare{{Pool: "a", Quota: pipeline.Quota{Name: "gpus", Units: 50}, Units: 12}},
		Budget: capacity.Budget{Shared: "team", Amount: 800, Per: capacity.Week},
	})
	if err != nil {
		t.Fatal(err)
	}
	last := pipeline.StoredPlan{Policy: granted, Asked: p, Plan: capacity.Plan{ID: "3f2a", Made: now}}
	for name, tc := range map[string]struct {
		last   pipeline.StoredPlan
		most   capacity.Units
		budget capacity.Budget
		note   string
	}{
		"of the last plan": {last, 12, capacity.Budget{Amount: 800, Per: capacity.Week}, "the limits of its last plan"},
		"no plan":          {pipeline.StoredPlan{}, 2, capacity.Budget{Amount: 25 * (2*3 + 1), Per: capacity.Day}, "min of each pool"},
	} {
		t.Run(name, func(t *testing.T) {
			got, notes, err := pipeline.ApplyShare(p, pipeline.LastShare(p, tc.last, now))
			if err != nil {
				t.Fatal(err)
			}
			if got.Pools[0].Max != tc.most || got.Pools[1].Max != 9 || got.Objective.Budget != tc.budget || !strings.Contains(notes[0], tc.note) {
				t.Errorf("got max %d and %d, %+v and %q, want %d and 9, %+v and %q", got.Pools[0].Max, got.Pools[1].Max, got.Objective.Budget, notes, tc.most, tc.budget, tc.note)
			}
		})
	}
}

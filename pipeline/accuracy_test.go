package pipeline

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

// TestAccuracy: four steps of ten minutes were measured, one of them before the
// forecast and one not at all.
func TestAccuracy(t *testing.T) {
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	f := capacity.Forecast{
		Start: start, Step: 10 * time.Minute, Levels: []float64{0.025, 0.5, 0.975},
		Values: [][]float64{{80, 80, 80}, {100, 100, 100}, {120, 120, 120}},
	}
	stored := StoredPlan{Policy: capacity.Policy{Pools: []capacity.Pool{{UnitRate: 40}, {UnitRate: 10}}}}
	stored.Plan = capacity.Plan{Start: start, Step: 10 * time.Minute, Pools: []capacity.PoolPlan{
		{Steps: []capacity.Step{{Units: 2}, {Units: 3}, {Units: 3}}}, // 80, 120, 120
		{Steps: []capacity.Step{{Units: 1}, {Units: 0}, {Units: 1}}}, // 10, 0, 10
	}}
	s := capacity.Series{Start: start.Add(-10 * time.Minute), Step: 10 * time.Minute, Values: []float64{900, 110, math.NaN(), 130}}
	// 110 is inside and above 90; 130 is outside, and not above 130.
	want := &PlanAccuracy{Steps: 2, Error: 40.0 / 240, Covered: 0.5, Short: 10 * time.Minute}
	if diff := cmp.Diff(want, Accuracy(s, f, stored)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Accuracy(s.Slice(0, 1), f, stored); got != nil {
		t.Errorf("nothing was measured since, got %+v", got)
	}
}

package activities_test

import (
	"fmt"
	"testing"
	"time"

	"headroom/activities"
	"headroom/capacity"
)

// Four units of a, 100 of load each, are missing. b serves 50 at the lowest
// price per load, c 100 at a higher one; both run 2 units.
func TestSubstitute(t *testing.T) {
	tests := map[string]struct {
		change func(p []capacity.Pool)
		tried  []string
		pool   string
		units  capacity.Units
		left   float64
	}{
		"the cheapest per load":   {func([]capacity.Pool) {}, []string{"a"}, "b", 10, 0},
		"not what was tried":      {func([]capacity.Pool) {}, []string{"a", "b"}, "c", 6, 0},
		"within max":              {func(p []capacity.Pool) { p[1].Max = 5 }, []string{"a"}, "b", 5, 250},
		"no room":                 {func(p []capacity.Pool) { p[1].Max = 2 }, []string{"a"}, "c", 6, 0},
		"as the ramp allows":      {func(p []capacity.Pool) { p[1].Ramp.Up = capacity.Rate{Units: 1, Per: time.Minute} }, []string{"a"}, "b", 3, 350},
		"a pool without a rate":   {func(p []capacity.Pool) { p[1].UnitRate = 0 }, []string{"a"}, "c", 6, 0},
		"a pool that is not read": {func(p []capacity.Pool) { p[1].Target = "gone" }, []string{"a"}, "c", 6, 0},
		"none":                    {func([]capacity.Pool) {}, []string{"a", "b", "c"}, "", 0, 400},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pools := []capacity.Pool{
				{Name: "a", Target: "a", UnitRate: 100, Max: 9, Price: 1},
				{Name: "b", Target: "b", UnitRate: 50, Max: 20, Price: 0.3},
				{Name: "c", Target: "c", UnitRate: 100, Max: 20, Price: 2},
			}
			test.change(pools)
			a := &activities.Activities{Now: time.Now, Targets: func(name capacity.TargetName, _ func() time.Time) (capacity.Target, error) {
				if name == "gone" {
					return nil, fmt.Errorf("%q: %w", name, capacity.ErrNoSuchTarget)
				}
				return &dial{units: 2}, nil
			}}
			got, err := a.Substitute(t.Context(), activities.SubstituteInput{
				Policy: capacity.Policy{Pools: pools}, Action: capacity.Action{ID: "p/0", Target: "a"}, Missing: 4, Tried: test.tried,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Pool != test.pool || got.Action.Units != test.units || got.Left != test.left {
				t.Errorf("got pool %q, %d units and %v left, want %q, %d and %v", got.Pool, got.Action.Units, got.Left, test.pool, test.units, test.left)
			}
			if id := "p/0/" + test.pool; test.pool != "" && got.Action.ID != id {
				t.Errorf("got action %q, want %q", got.Action.ID, id)
			}
		})
	}
}

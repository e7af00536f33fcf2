package simulate_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
	"headroom/simulate"
)

// TestRunScore counts by hand. Each unit serves 10; by tick:
//
//	load    5  25  35  15   ?  30   0  10
//	need    1   3   4   2   -   3   0   1
//	ready   2   2   2   2   2   4   1   1
//	paid    2   2   2   4   4   4   1   1
func TestRunScore(t *testing.T) {
	c := simulate.Case{
		Load: load(5, 25, 35, 15, math.NaN(), 30, 0, 10), Pool: pool(), Start: 2, Drain: -1,
		Events: []capacity.Window{{From: monday.Add(30 * time.Second), To: monday.Add(60 * time.Second)}},
	}
	c.Pool.Paid = 1
	run := mustRun(t, c, script{asks: []capacity.Units{2, 2, 2, 4, 4, 4, 1, 1}})
	got := run.Score()
	const tick = 0.25 // minutes
	want := simulate.Score{
		Policy: "script", Minutes: 7 * tick, Violation: 2 * tick, Share: 2.0 / 7, Longest: 2 * tick,
		Unserved:     20.0 / 120,
		EventMinutes: 2 * tick, EventViolation: tick,
		Missing: 3 * tick / 60, Spare: (1 + 1 + 1) * tick / 60, Paid: 16 * tick / 60, Needed: 14 * tick / 60,
		Cost:   9 * tick / 60 * 4,
		ThetaU: 100 * (1.0/3 + 2.0/4) / 6, ThetaO: 100 * (1 + 1.0/3) / 6,
		TauU: 100 * 2.0 / 7, TauO: 100 * 3.0 / 7,
		Actions: 2, PerDay: 2 / (8 * tick / 60 / 24), Reversals: 1, MaxStep: 3,
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("asked %v, ready %v, paid %v\nscore (-want +got):\n%s", run.Asked, run.Ready, run.Paid, diff)
	}
}

// TestRunScore_Reversals: an action is one if it goes against one of the 15
// minutes before.
func TestRunScore_Reversals(t *testing.T) {
	asks := make([]capacity.Units, 200)
	for i := range asks {
		switch {
		case i < 10, i >= 70 && i < 131:
			asks[i] = 1
		default:
			asks[i] = 2
		}
	}
	run := mustRun(t, simulate.Case{Load: load(steady(200, 5)...), Pool: pool(), Start: 1}, script{asks: asks})
	// Up at 10, down at 70 (60 ticks are 15 minutes), up at 131 (61 ticks).
	if got := run.Score(); got.Actions != 3 || got.Reversals != 1 {
		t.Errorf("got %d actions and %d reversals, want 3 and 1", got.Actions, got.Reversals)
	}
}

package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/report"
)

// TestWrite_PolicyLimits: each limit of the policy is on the page if it is set.
func TestWrite_PolicyLimits(t *testing.T) {
	limits := []string{
		"<dt>Market</dt><dd>spot", "<dt>Taken back</dt><dd>5%", "<dt>Paid for</dt><dd>3 units", "<dt>Ramp down</dt><dd>1 per 5m",
		"<dt>Hold</dt><dd>30m", "<dt>Most changes</dt><dd>125", "<dt>Start or stop</dt><dd>costs 0.2", "<dt>Budget</dt><dd>900 per day",
		"<dt>Freeze</dt><dd>denies lowering<span>from Mon 2 Mar 09:00",
	}
	bare, full := sample(), sample()
	pool := &full.Policy.Pools[0]
	pool.Market, pool.Interruption, pool.Paid, pool.Hold, pool.Changes = capacity.Spot, 0.05, 3, 30*time.Minute, 125
	pool.Ramp.Down = capacity.Rate{Units: 1, Per: 5 * time.Minute}
	full.Policy.Objective.Change, full.Policy.Objective.Budget = 0.2, capacity.Budget{Amount: 900, Per: capacity.Day}
	full.Policy.Control.Freeze.Windows = []capacity.Window{
		{From: start.Add(time.Hour), To: start.Add(2 * time.Hour)},
		{From: start.Add(-2 * time.Hour), To: start},           // over when the plan is made
		{From: full.Plan.End(), To: full.Plan.End().Add(1e12)}, // begins when the plan ends
	}
	for _, tc := range []struct {
		r    report.Report
		want int
	}{{bare, 0}, {full, 1}} {
		var page bytes.Buffer
		if err := report.Write(&page, tc.r); err != nil {
			t.Fatal(err)
		}
		for _, limit := range limits {
			if got := strings.Count(page.String(), limit); got != tc.want {
				t.Errorf("got %q %d times on the page, want %d", limit, got, tc.want)
			}
		}
		if got := strings.Count(page.String(), "<dt>Freeze</dt>"); got != tc.want {
			t.Errorf("got %d freezes on the page, want %d", got, tc.want)
		}
	}
}

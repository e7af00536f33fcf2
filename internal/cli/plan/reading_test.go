package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/loadtest"
)

// TestReading_Kinds draws exports that are spoiled in one way, and plans from each
// as from the load without that fault: units may differ by 5 % of the unit-hours
// and the peak by one. A plan that is further off has to be refused or flagged,
// which may happen in one draw of ten of a kind.
func TestReading_Kinds(t *testing.T) {
	for name, spoil := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := map[string]int{}
			for seed := range uint64(*draws) {
				d := draw(seed + 1)
				p := d.policy
				p.Pools = slices.Clone(p.Pools)
				files := spoil(d, &p)
				want := d.read(t, d.policy, one(loadtest.CSV(d.clean)), time.Time{})
				if want.err != nil {
					t.Fatalf("seed %d without the fault: %v", seed+1, want.err)
				}
				got := d.read(t, p, files, time.Time{})
				verdict := judge(got, want)
				counts[verdict]++
				if verdict == silent {
					t.Errorf(name+", seed %d: %.0f unit-hours for %.0f, without a word (interval %s, step %s, zone %s)", seed+1, got.hours, want.hours, d.interval, d.policy.Demand.Step, d.zone)
				}
				if verdict == flagged {
					t.Logf("seed %d: %.0f unit-hours for %.0f: %v %q", seed+1, got.hours, want.hours, got.err, got.notes)
				}
			}
			t.Logf("%d draws: %v", *draws, counts)
			if !slices.Contains(onlyFlagged, name) && 10*counts[flagged] > *draws {
				t.Errorf("%d of %d draws were flagged or refused and wrong, want one of ten at most", counts[flagged], *draws)
			}
		})
	}
}

// TestReading_Clean: an ordinary history is never flagged.
func TestReading_Clean(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		if got := d.read(t, d.policy, one(loadtest.CSV(d.samples)), time.Time{}); got.err != nil || len(got.notes) > 0 {
			t.Errorf("seed %d: %v, flagged: %q", seed+1, got.err, got.notes)
		}
	}
}

// TestReading_HostsUnsaid: rows of one time that differ are refused with both
// totals where the policy does not say how they go together.
func TestReading_HostsUnsaid(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		p := d.policy
		files := kinds["rows for each host"](d, &p)
		p.Demand.Across = ""
		got := d.read(t, p, files, time.Time{})
		if !errors.Is(got.err, capacity.ErrBadData) || !strings.Contains(got.err.Error(), "demand.across") || !strings.Contains(got.err.Error(), "added up") {
			t.Errorf("seed %d: got %v, want both totals and the remedy", seed+1, got.err)
		}
	}
}

// TestReading_LateHistory: a plan reaches its horizon however late the history
// ends, and says so.
func TestReading_LateHistory(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		want := d.read(t, d.policy, one(loadtest.CSV(d.samples)), d.end)
		late := time.Duration(3+d.IntN(30)) * time.Hour
		d.samples = slices.DeleteFunc(d.samples, func(s loadtest.Sample) bool { return s.At.After(d.end.Add(-late)) })
		got := d.read(t, d.policy, one(loadtest.CSV(d.samples)), d.end)
		if got.err != nil || len(got.notes) == 0 || len(got.units) < len(want.units) {
			t.Errorf("seed %d: %v, %d of %d minutes planned, notes %q", seed+1, got.err, len(got.units), len(want.units), got.notes)
		}
	}
}

// TestReading_LocalSteps: hours and days that were summed on a wall clock are
// planned for on that clock.
func TestReading_LocalSteps(t *testing.T) {
	for _, name := range []string{"Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns", "Asia/Shanghai", "America/Los_Angeles", "Australia/Lord_Howe"} {
		zone := mustZone(name)
		for _, hours := range []int{1, 6, 12, 24} {
			step := time.Duration(hours) * time.Hour
			p := draw(1).policy
			p.Demand.Step, p.Demand.Timezone, p.Forecast.Horizon = step, name, 7*24*time.Hour
			p.Pools[0].UnitRate = 20
			rate := func(local time.Time) float64 { // changes only where steps begin
				if hours == 24 && (local.Weekday() == time.Saturday || local.Weekday() == time.Sunday) || hours < 24 && local.Hour()/hours*hours != 12 {
					return 100
				}
				return 1000
			}
			var b strings.Builder
			b.WriteString("ts,requests\n")
			start := time.Date(2026, 6, 1, 0, 0, 0, 0, zone)
			for i := range 28 * 24 / hours {
				at := start.Add(time.Duration(i) * step)
				fmt.Fprintf(&b, "%s,%.0f\n", at.Format(time.RFC3339), rate(at)*step.Seconds())
			}
			d := drawn{}
			got := d.read(t, p, one([]byte(b.String())), time.Time{})
			if got.err != nil || len(got.notes) > 0 {
				t.Errorf("%s, %s: %v %q", name, step, got.err, got.notes)
				continue
			}
			end := start.Add(28 * 24 * time.Hour)
			for i, n := range got.units {
				at := end.Add(time.Duration(i) * time.Minute).In(zone)
				if want := capacity.Units(rate(at) / 20); n != want {
					t.Errorf("%s, %s: %d units at %s, want %d", name, step, n, at.Format("Mon 15:04"), want)
					break
				}
			}
		}
	}
}

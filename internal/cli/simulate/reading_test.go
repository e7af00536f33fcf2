package simulate

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/internal/cli/loadtest"
)

// TestReadTrial_Faults reads traces with one fault each. A simulation says about them
// what a plan does, and leaves out the steps that a plan masks.
func TestReadTrial_Faults(t *testing.T) {
	const minutes10 = 10 * time.Minute
	clean := func() []loadtest.Sample { return loadtest.Peak(14, minutes10, 0.03) }
	raised := func(n, length int, factor float64) []loadtest.Sample {
		s := clean()
		for i := range length {
			s = loadtest.Times(s, n-i, factor)
		}
		return s
	}
	rates := clean()
	for i := range rates {
		rates[i].Rate /= 600
	}
	stray := append(clean(), loadtest.Sample{At: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), Rate: 1, Cover: minutes10})
	for name, c := range map[string]struct {
		samples         []loadtest.Sample
		last            time.Duration
		masked, nowhere int
		says            string
	}{
		"no fault":                {clean(), 0, 0, 0, ""},
		"12 times":                {raised(300, 1, 12), 0, 1, 1, "treated as missing data: a single value is many times the usual load"},
		"12 times in 1 of 3 days": {raised(300, 1, 12), 72 * time.Hour, 1, 1, "treated as missing data: a single value is many times the usual load"},
		"12 times for 3 steps":    {raised(300, 3, 12), 0, 0, 0, "many times the usual load of the time of day, but taken for load: 3 steps"},
		"an hour of next to none": {raised(300, 6, 0.001), 0, 6, 6, "near-zero load at a normally busy time"},
		"never from 12 to 13":     {loadtest.Without(clean(), 720, 780), 0, 0, 14 * 6, "no step from 12:00 to 13:00 has enough measurements on any day: these steps are left out"},
		"rates read as counts":    {rates, 0, 0, 0, "set demand.aggregate to mean"},
		"a row of 2019":           {stray, 0, 0, 0, "left out 1 row up to 1 Jan 2019 00:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			p := capacity.Policy{
				Service:   "chat",
				Demand:    capacity.Demand{Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: minutes10, Timezone: "UTC", ZoneGiven: true, Window: 28 * 24 * time.Hour},
				Forecast:  capacity.Outlook{Horizon: 24 * time.Hour},
				Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: 20, Min: 2, Max: 100, Price: 1, LeadTime: 4 * time.Minute}},
				Objective: capacity.Objective{Missing: 40},
			}
			path := filepath.Join(t.TempDir(), "trace.csv")
			if err := os.WriteFile(path, loadtest.CSV(c.samples), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readTrial(t.Context(), p, simulateFlags{files: local.Source{}, trace: path, seed: 1}, 0.6, c.last)
			if err != nil {
				t.Fatal(err)
			}
			gaps := slices.DeleteFunc(slices.Clone(got.tested.Load.Values), func(v float64) bool { return !math.IsNaN(v) })
			if got.told.Load.Masked != c.masked || len(gaps) != c.nowhere*int(minutes10/got.told.Tick) {
				t.Errorf("%d steps are masked, %d ticks are unknown, want %d and %d steps", got.told.Load.Masked, len(gaps), c.masked, c.nowhere)
			}
			if notes := strings.Join(got.told.Notes, "; "); c.says == "" && notes != "" || !strings.Contains(notes, c.says) {
				t.Errorf("got notes %q, want %q", notes, c.says)
			}
		})
	}
}

// Of dated prices the one at the end of the trace counts, or the newest with a note where
// none is that old.
func TestReadTrial_Prices(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace.csv")
	samples := loadtest.Peak(3, 10*time.Minute, 0.03)
	if err := os.WriteFile(path, loadtest.CSV(samples), 0o600); err != nil {
		t.Fatal(err)
	}
	begin, end := samples[0].At, samples[len(samples)-1].At
	for name, c := range map[string]struct {
		from time.Time // of the first price; the second begins a year after the trace
		want float64
		says string
	}{
		"known":  {begin, 2, ""},
		"so old": {end.Add(24 * time.Hour), 3, "the newest price counts: "},
	} {
		t.Run(name, func(t *testing.T) {
			p := capacity.Policy{
				Service:  "chat",
				Demand:   capacity.Demand{Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: 10 * time.Minute, Timezone: "UTC", ZoneGiven: true, Window: 28 * 24 * time.Hour},
				Forecast: capacity.Outlook{Horizon: 24 * time.Hour},
				Pools: []capacity.Pool{{
					Name: "g5", Target: "sim://chat", UnitRate: 20, Min: 2, Max: 100, LeadTime: 4 * time.Minute,
					Price: 3, Prices: []capacity.DatedPrice{{From: c.from, Price: 2}, {From: end.Add(365 * 24 * time.Hour), Price: 3}},
				}},
				Objective: capacity.Objective{Missing: 40},
			}
			got, err := readTrial(t.Context(), p, simulateFlags{files: local.Source{}, trace: path, seed: 1}, 0.6, 0)
			if err != nil {
				t.Fatal(err)
			}
			if price := got.tested.Pool.Price; price != c.want {
				t.Errorf("got price %v, want %v", price, c.want)
			}
			if notes := strings.Join(got.told.Notes, "; "); (c.says == "") == strings.Contains(notes, "price counts") || !strings.Contains(notes, c.says) {
				t.Errorf("got notes %q, want %q", notes, c.says)
			}
		})
	}
}

package plan

import (
	"context"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/internal/cli/loadtest"
	"headroom/models"
	"headroom/pipeline"
)

var draws = flag.Int("draws", 50, "how many histories of each kind TestReading_Kinds draws")

var everyModel = flag.Bool("every-model", false, "plan with all models in TestReading, and not with the seasonal naive ones only")

// A Drawn is a load that is known at every moment, and how it was measured.
type drawn struct {
	*rand.Rand
	mean, swing, peak float64 // a wave of a day: requests per second, and its local hour
	weekend           float64 // of the load of other days
	noise             float64
	zone              *time.Location
	start, end        time.Time
	interval          time.Duration // between measurements
	policy            capacity.Policy
	samples           []loadtest.Sample
	clean             []loadtest.Sample // as they were before a fault was added
}

// draw draws a load and measures it without any fault.
func draw(seed uint64) *drawn {
	r := rand.New(rand.NewPCG(seed, 77))
	d := &drawn{Rand: r, mean: 50 * math.Exp(4*r.Float64()), peak: 24 * r.Float64(), weekend: 1}
	d.swing = (0.3 + 0.5*r.Float64()) * d.mean
	if d.IntN(3) == 0 {
		d.weekend = 0.5 + 0.4*r.Float64()
	}
	d.noise = []float64{0, 0.01, 0.03}[d.IntN(3)]
	d.zone = mustZone([]string{"UTC", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Adelaide"}[d.IntN(6)])
	step := []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour}[d.IntN(3)]
	d.interval = step / time.Duration([]int{1, 1, 2, 5, 10}[d.IntN(5)])
	days := 22 + d.IntN(6)
	first := time.Date(2026, time.Month(1+d.IntN(12)), 1+d.IntN(27), 0, 0, 0, 0, d.zone)
	d.start, d.end = first, first.AddDate(0, 0, days)
	units := 6 + 20*r.Float64()
	d.policy = capacity.Policy{
		Service:   "chat",
		Demand:    capacity.Demand{Source: "file:///x/", Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: step, Timezone: d.zone.String(), ZoneGiven: true, Window: 28 * 24 * time.Hour},
		Forecast:  capacity.Outlook{Horizon: 24 * time.Hour},
		Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: (d.mean + d.swing) / units, Min: 1, Max: 200, Price: 1, LeadTime: 4 * time.Minute}},
		Objective: capacity.Objective{Missing: 40},
		Control:   capacity.Control{Mode: capacity.Propose},
	}
	d.measure()
	return d
}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// measure measures the load at equal intervals.
func (d *drawn) measure() {
	d.samples = nil
	for t := d.start; t.Before(d.end); t = t.Add(d.interval) {
		d.samples = append(d.samples, loadtest.Sample{At: t, Rate: d.load(t.Add(d.interval/2)) * math.Exp(d.noise*d.NormFloat64()), Cover: d.interval})
	}
	d.clean = slices.Clone(d.samples)
}

// load is the load at a moment, in requests per second.
func (d *drawn) load(t time.Time) float64 {
	local := t.In(d.zone)
	hour := float64(local.Hour()) + float64(local.Minute())/60
	v := d.mean + d.swing*math.Cos((hour-d.peak)/24*2*math.Pi)
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		v *= d.weekend
	}
	return v
}

// A reading is what a plan from an export came to.
type reading struct {
	units []capacity.Units
	hours float64
	notes []string
	err   error
}

// read plans from files, each under its name, for the moment now.
func (d *drawn) read(t *testing.T, p capacity.Policy, files map[string][]byte, now time.Time) reading {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var clock capacity.Clock
	s, account, err := offlineHistory(context.Background(), local.Source{}, p, dir, clock)
	if err != nil {
		return reading{err: err}
	}
	if now.IsZero() {
		now = s.End()
	}
	prepared, err := pipeline.PrepareHistory(p, s, account, now)
	if err != nil {
		return reading{err: err}
	}
	pool := models.New(models.Seasons(s.Step))
	if !*everyModel {
		pool = slices.DeleteFunc(pool, func(m capacity.Model) bool {
			return m.Name() != backtest.SeasonalNaive && m.Name() != "seasonal-naive-week"
		})
	}
	f, _, err := prepared.Best(context.Background(), pool)
	if err != nil {
		return reading{err: err}
	}
	if f, err = prepared.Finish(f); err != nil {
		return reading{err: err}
	}
	made, err := pipeline.MakePlan(pipeline.PlanInput{Asked: p, Learned: pipeline.Learned{Policy: p}, Forecast: f, Load: s, States: []capacity.State{{Units: 5, Serving: 5}}, Now: now})
	if err != nil {
		return reading{err: err}
	}
	plan := made.Plan
	out := reading{notes: prepared.Load.Notes}
	for _, note := range f.Notes {
		if strings.HasPrefix(note, "LATE HISTORY") {
			out.notes = append(out.notes, note)
		}
	}
	// Units at each minute, so that plans of different steps can be compared.
	steps := plan.Pools[0].Steps
	for i, step := range steps {
		end := step.Start.Add(plan.Step)
		from := step.Start
		if i == 0 {
			from = now
		}
		for at := from; at.Before(end); at = at.Add(time.Minute) {
			out.units = append(out.units, step.Units)
			out.hours += float64(step.Units) / 60
		}
	}
	return out
}

// verdicts of a draw.
const (
	right   = "right"
	flagged = "flagged or refused"
	silent  = "wrong without a word"
)

// judge compares a reading with the right one.
func judge(got, want reading) string {
	if got.err != nil {
		return flagged
	}
	off, peak, wantPeak := 0.0, capacity.Units(0), capacity.Units(0)
	n := min(len(got.units), len(want.units))
	for i := range n {
		off += math.Abs(float64(got.units[i]-want.units[i])) / 60
		peak, wantPeak = max(peak, got.units[i]), max(wantPeak, want.units[i])
	}
	short := math.Abs(float64(len(got.units)-len(want.units))) > 0.05*float64(len(want.units))
	if off <= 0.05*want.hours && peak-wantPeak <= 1 && wantPeak-peak <= 1 && !short {
		return right
	}
	if len(got.notes) > 0 {
		return flagged
	}
	return silent
}

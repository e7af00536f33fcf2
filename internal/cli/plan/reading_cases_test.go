package plan

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/loadtest"
)

// coarser puts samples of [from, to) together, so many at a time.
func coarser(samples []loadtest.Sample, from, to, times int) []loadtest.Sample {
	var out []loadtest.Sample
	for i := 0; i < len(samples); i++ {
		s := samples[i]
		if i >= from && i+times <= to {
			for range times - 1 {
				i++
				s.Rate, s.Cover = s.Rate+samples[i].Rate, s.Cover+samples[i].Cover
			}
			s.Rate /= float64(times)
		}
		out = append(out, s)
	}
	return out
}

// TestReading_Cases plans from small histories with one fault each, all models in
// the choice. The right numbers are those of the load without the fault.
func TestReading_Cases(t *testing.T) {
	if testing.Short() {
		t.Skip("plans with all models: go test ./internal/cli/plan -run TestReading_Cases")
	}
	*everyModel = true
	defer func() { *everyModel = false }()
	const minutes5, minutes10 = 5 * time.Minute, 10 * time.Minute
	thousands := strings.NewReplacer(",", ";")
	for name, c := range map[string]struct {
		data  string
		hours float64 // 0: it is refused
		peak  capacity.Units
		says  string // in a note, or in the refusal
	}{
		"the same interval":     {string(loadtest.CSV(loadtest.Peak(28, minutes5, 0))), 261, 9, ""},
		"two days of 10m":       {string(loadtest.CSV(coarser(loadtest.Peak(28, minutes5, 0), 26*288, 28*288, 2))), 261, 9, "the interval of the measurements changes"},
		"two days of hours":     {string(loadtest.CSV(coarser(loadtest.Peak(28, minutes5, 0), 26*288, 28*288, 12))), 261, 9, "the interval of the measurements changes"},
		"three hours of 10m":    {string(loadtest.CSV(coarser(loadtest.Peak(28, minutes5, 0), 27*288+144, 27*288+180, 2))), 261, 9, "the interval of the measurements changes"},
		"10m first":             {string(loadtest.CSV(coarser(loadtest.Peak(28, minutes5, 0), 0, 2*288, 2))), 261, 9, "the interval of the measurements changes"},
		"half an hour unseen":   {string(loadtest.CSV(loadtest.Without(loadtest.Peak(14, minutes10, 0), 720, 750))), 261, 9, "no step from 12:00 to 12:30 has enough measurements"},
		"three hours unseen":    {string(loadtest.CSV(loadtest.Without(loadtest.Peak(14, minutes10, 0), 720, 900))), 261, 9, "no step from 12:00 to 15:00 has enough measurements"},
		"100 times":             {string(loadtest.CSV(loadtest.Times(loadtest.Peak(21, minutes10, 0.03), 6, 100))), 272, 10, "many times the usual load"},
		"900 times":             {string(loadtest.CSV(loadtest.Times(loadtest.Peak(21, minutes10, 0.03), 30, 900))), 272, 10, "many times the usual load"},
		"a million times":       {string(loadtest.CSV(loadtest.Times(loadtest.Peak(21, minutes10, 0.03), 140, 1e6))), 272, 10, "more than 1000 times any other"},
		"20 times":              {string(loadtest.CSV(loadtest.Times(loadtest.Peak(21, minutes10, 0.03), 6, 20))), 272, 10, "many times the usual load"},
		"thousands by points":   {"ts;requests\n" + thousands.Replace(pointed(loadtest.Peak(14, minutes10, 0))), 0, 0, "demand.decimal"},
		"lines of 1.5 and 1,5":  {"ts;requests\n2026-03-02T00:00:00Z;1.5\n2026-03-02T00:10:00Z;1,5\n", 0, 0, "line 3"},
		"month before day":      {"ts,requests\n03/02/2026 00:00,5\n", 0, 0, "demand.timeFormat"},
		"a skipped hour":        {"ts,requests\n2026-03-29 02:30:00,5\n", 0, 0, "never showed"},
		"infinite now and then": {string(loadtest.CSV(loadtest.Peak(14, minutes10, 0))) + "2026-03-15T23:55:00Z,+Inf\n", 261, 9, "infinite value"},
	} {
		t.Run(name, func(t *testing.T) {
			d := drawn{}
			p := draw(1).policy
			p.Demand.Timezone, p.Demand.Step, p.Forecast.Horizon = "UTC", minutes10, 48*time.Hour
			if name == "a skipped hour" {
				p.Demand.Timezone = "Europe/Berlin"
			}
			p.Pools[0].UnitRate, p.Pools[0].Max = 20, 100
			got := d.read(t, p, one([]byte(c.data)), time.Time{})
			if c.hours == 0 {
				if !errors.Is(got.err, capacity.ErrBadData) || !strings.Contains(got.err.Error(), c.says) {
					t.Errorf("got %v, want it refused with %q", got.err, c.says)
				}
				return
			}
			if got.err != nil {
				t.Fatal(got.err)
			}
			most := capacity.Units(0)
			for _, n := range got.units {
				most = max(most, n)
			}
			if math.Abs(got.hours-c.hours) > 0.04*c.hours || most < c.peak-1 || most > c.peak+1 {
				t.Errorf("got %.0f unit-hours with a peak of %d, want %.0f and %d", got.hours, most, c.hours, c.peak)
			}
			if notes := strings.Join(got.notes, "; "); c.says == "" && notes != "" || !strings.Contains(notes, c.says) {
				t.Errorf("got notes %q, want %q", notes, c.says)
			}
		})
	}
}

// pointed writes counts with points between thousands.
func pointed(samples []loadtest.Sample) string {
	var b strings.Builder
	for _, r := range loadtest.Rows(samples) {
		fmt.Fprintf(&b, "%s,%s.%s\n", r[0], r[1][:len(r[1])-3], r[1][len(r[1])-3:])
	}
	return b.String()
}

package calendar_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/calendar"
	"headroom/capacity"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// daily is load by the hour with a day's shape, some noise, and quiet weekends.
func daily(days int) capacity.Series {
	rng := rand.New(rand.NewPCG(1, 2))
	return from(monday, time.Hour, 24*days, func(t time.Time) float64 {
		v := 1000 + 600*math.Sin(2*math.Pi*float64(t.Hour())/24)
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			v *= 0.6
		}
		return math.Round(v * (1 + 0.03*rng.NormFloat64()))
	})
}

func TestMask(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(v []float64) []float64
		want  []calendar.Span
	}{
		"nothing": {func(v []float64) []float64 { return v }, nil},
		"an outage": {
			func(v []float64) []float64 { return set(v, 100, 104, 0) },
			[]calendar.Span{{From: monday.Add(100 * time.Hour), To: monday.Add(104 * time.Hour), Reason: calendar.Outage}},
		},
		"an outage with broken ends": {
			func(v []float64) []float64 { v[99] *= 0.4; v[104] *= 0.1; return set(v, 100, 104, 3) },
			[]calendar.Span{{From: monday.Add(99 * time.Hour), To: monday.Add(105 * time.Hour), Reason: calendar.Outage}},
		},
		"a weekend off at the end": {
			func(v []float64) []float64 { return set(v, 300, 336, 0) },
			[]calendar.Span{{From: monday.Add(300 * time.Hour), To: monday.Add(336 * time.Hour), Reason: calendar.Outage}},
		},
		"nights without load": {
			func(v []float64) []float64 {
				for day := range len(v) / 24 {
					set(v, 24*day, 24*day+5, 0)
				}
				return v
			},
			nil,
		},
		"intermittent": {
			func(v []float64) []float64 {
				for i := range v {
					if i%3 == 0 {
						v[i] = 0
					}
				}
				return v
			},
			nil,
		},
		"half the load is demand": {func(v []float64) []float64 { v[100] /= 2; v[101] /= 3; return v }, nil},
		"a stuck meter": {
			func(v []float64) []float64 { return set(v, 150, 160, 777) },
			[]calendar.Span{{From: monday.Add(150 * time.Hour), To: monday.Add(160 * time.Hour), Reason: calendar.Stuck}},
		},
		"saturation": {func(v []float64) []float64 { return set(v, 150, 160, 5000) }, nil},
		"values that are often equal": {
			func(v []float64) []float64 {
				for i := range v {
					v[i] = 1 + float64(i/9%3)
				}
				return v
			},
			nil,
		},
		"a counter that starts anew": {
			// The difference of an unsigned 64-bit counter that fell.
			func(v []float64) []float64 { v[50] = math.MaxUint64 - 4000; return v },
			[]calendar.Span{{From: monday.Add(50 * time.Hour), To: monday.Add(51 * time.Hour), Reason: calendar.Overflow}},
		},
		"a flash crowd": {func(v []float64) []float64 { return set(v, 50, 52, 200_000) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := daily(14)
			s.Values = test.spoil(s.Values)
			before := append([]float64(nil), s.Values...)
			got, spans := calendar.Mask(s)
			if diff := cmp.Diff(test.want, spans); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
			for i, v := range got.Values {
				inside := false
				for _, span := range spans {
					inside = inside || (!s.At(i).Before(span.From) && s.At(i).Before(span.To))
				}
				if math.IsNaN(v) != inside || (!inside && v != before[i]) {
					t.Errorf("step %d is %v, want %v masked %v", i, v, before[i], inside)
				}
			}
			if diff := cmp.Diff(before, s.Values); diff != "" {
				t.Errorf("the series itself was changed:\n%s", diff)
			}
		})
	}
}

// TestMask_Short: with two other days nobody knows what is usual.
func TestMask_Short(t *testing.T) {
	s := daily(3)
	set(s.Values, 30, 33, 0)
	if _, spans := calendar.Mask(s); spans != nil {
		t.Errorf("got %v after three days, want nothing", spans)
	}
}

func set(values []float64, i, j int, v float64) []float64 {
	for k := i; k < j; k++ {
		values[k] = v
	}
	return values
}

// TestMask_AfterChangeOfClock: an hour of high load a day is load on the first days
// after the clock was put back, too, although it comes an hour later in UTC.
func TestMask_AfterChangeOfClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	for days := 21; days <= 24; days++ { // the clock is put back on the 25th
		s := from(start, time.Hour, 24*days, func(at time.Time) float64 {
			if at.In(berlin).Hour() == 9 {
				return 1000
			}
			return 100 + float64(at.Hour()%5)
		})
		if _, spans := calendar.Mask(s); len(spans) > 0 {
			t.Errorf("%d days: got %v masked, want nothing", days, spans)
		}
		if p := calendar.Prepare(s, calendar.Settings{Zone: berlin}); len(p.Doubts) > 0 {
			t.Errorf("%d days: got doubts %q, want none", days, p.Doubts)
		}
	}
}

package unitrate_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/unitrate"
)

func TestApply(t *testing.T) {
	good := service{signal: straight, peak: 100}.measure(2000, 1)
	learn := capacity.Learn{Utilisation: "cpu", Units: "n", At: 0.6}
	for name, c := range map[string]struct {
		pool    capacity.Pool
		samples []unitrate.Sample
		unread  error
		want    float64
		note    string
		err     error
	}{
		"declared":      {capacity.Pool{UnitRate: 7}, nil, nil, 7, "", nil},
		"learnt":        {capacity.Pool{Name: "g5", Learn: learn}, good, nil, 82.5, `g5: one unit serves 82`, nil},
		"too few":       {capacity.Pool{Learn: learn}, good[:50], nil, 0, "", capacity.ErrTooShort},
		"fallback":      {capacity.Pool{Name: "g5", Learn: learn, UnitRate: 7}, good[:50], nil, 7, "it is 7, as the policy has it", nil},
		"unread":        {capacity.Pool{Learn: learn}, nil, capacity.ErrNoData, 0, "", capacity.ErrNoData},
		"unread, saved": {capacity.Pool{Learn: learn, UnitRate: 7}, nil, capacity.ErrNoData, 7, "(no data)", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, note, err := unitrate.Apply(c.pool, c.samples, c.unread, nil)
			if !errors.Is(err, c.err) || math.Abs(p.UnitRate-c.want) > 0.5 || !strings.Contains(note, c.note) {
				t.Errorf("got %v, %q, %v, want %v, %q, %v", p.UnitRate, note, err, c.want, c.note, c.err)
			}
		})
	}
}

func TestSamples(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	d := capacity.Demand{Aggregate: capacity.Sum, Step: time.Minute}
	series := func(after int, values ...float64) capacity.Series {
		return capacity.Series{Start: noon.Add(time.Duration(after) * time.Minute), Step: time.Minute, Values: values}
	}
	gap := math.NaN()
	got := unitrate.Samples(d, series(0, 60, 120, gap, 240, 300), series(1, 2, 3, 4, 5, 6), series(-1, 0.1, 0.2, 0.3, 0.4, 0.5))
	// Of five minutes the first has no units, the third no load, the last no signal.
	want := []unitrate.Sample{
		{Load: 2, Units: 2, Signal: 0.3, At: noon.Add(time.Minute)},
		{Load: 4, Units: 4, Signal: 0.5, At: noon.Add(3 * time.Minute)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
	if got := unitrate.Samples(d, series(0, 60), capacity.Series{}, series(0, 1)); len(got) != 0 {
		t.Errorf("got %v without units, want none", got)
	}
}

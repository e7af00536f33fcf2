package initial_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/initial"
)

var (
	nan  = math.NaN()
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

func TestLoad(t *testing.T) {
	for name, test := range map[string]struct {
		step   time.Duration
		values []float64
		end    int
		want   float64
		until  int // steps after noon
	}{
		"the peak of the last hour": {20 * time.Minute, []float64{9, 3, 5, 4}, 4, 5, 4},
		"not what comes later":      {20 * time.Minute, []float64{1, 2, 3, 9}, 3, 3, 3},
		"a gap at the end":          {20 * time.Minute, []float64{9, 3, 5, 4, nan, nan}, 6, 5, 4},
		"a gap inside":              {20 * time.Minute, []float64{9, 3, nan, 4}, 4, 4, 4},
		"steps of a day":            {24 * time.Hour, []float64{9, 3}, 2, 3, 2},
		"nothing measured":          {time.Hour, []float64{nan, nan}, 2, nan, 0},
		"nothing before":            {time.Hour, []float64{7}, 0, nan, 0},
		"zero":                      {time.Hour, []float64{7, 0}, 2, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := capacity.Series{Start: noon, Step: test.step, Values: test.values}
			got, until := initial.Load(s, test.end)
			if got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
				t.Errorf("got a load of %v, want %v", got, test.want)
			}
			if want := s.At(test.until); !until.Equal(want) {
				t.Errorf("got the end %v, want %v", until, want)
			}
		})
	}
}

func TestStates(t *testing.T) {
	// 100 for 2 is dearer for its load than 50 for a half.
	dear := capacity.Pool{Name: "dear", UnitRate: 100, Min: 2, Max: 5, Price: 2}
	cheap := capacity.Pool{Name: "cheap", UnitRate: 50, Max: 4, Price: 0.5}
	paid := dear
	paid.Paid = 3
	for name, test := range map[string]struct {
		pools []capacity.Pool
		load  float64
		want  []capacity.Units
	}{
		"min serves it":            {[]capacity.Pool{dear, cheap}, 200, []capacity.Units{2, 0}},
		"the cheaper one first":    {[]capacity.Pool{dear, cheap}, 250, []capacity.Units{2, 1}},
		"then the dearer one":      {[]capacity.Pool{dear, cheap}, 450, []capacity.Units{3, 4}},
		"paid units before others": {[]capacity.Pool{paid, cheap}, 350, []capacity.Units{3, 1}},
		"more than max":            {[]capacity.Pool{dear, cheap}, 1e9, []capacity.Units{5, 4}},
		"unknown":                  {[]capacity.Pool{dear, cheap}, nan, []capacity.Units{2, 0}},
		"a rounding error":         {[]capacity.Pool{{UnitRate: 0.1, Max: 9}}, 0.3, []capacity.Units{3}},
	} {
		t.Run(name, func(t *testing.T) {
			var want []capacity.State
			for _, units := range test.want {
				want = append(want, capacity.State{Units: units, Serving: units})
			}
			if diff := cmp.Diff(want, initial.States(test.pools, test.load)); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
		})
	}
}

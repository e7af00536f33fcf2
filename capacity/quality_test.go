package capacity_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

// hourly is load measured every hour from a Monday midnight on.
func hourly(values ...float64) capacity.Series {
	return capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour, Values: values}
}

// day is 24 values made by f.
func day(f func(i int) float64) []float64 {
	values := make([]float64, 24)
	for i := range values {
		values[i] = f(i)
	}
	return values
}

func TestExamine(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		series capacity.Series
		want   capacity.Quality
		err    error
	}{
		"a day": {
			series: hourly(append(day(func(i int) float64 { return float64(i) }), nan)...),
			want:   capacity.Quality{Points: 25, Gaps: 1, Zeros: 1, Mean: 11.5, Max: 23},
		},
		"a gap is no measurement": {
			series: hourly(append(day(func(i int) float64 { return float64(i) })[:23], nan)...),
			want:   capacity.Quality{Points: 24, Gaps: 1, Zeros: 1, Mean: 11, Max: 22},
			err:    capacity.ErrTooShort,
		},
		"zeros":      {hourly(make([]float64, 24)...), capacity.Quality{Points: 24, Zeros: 24}, capacity.ErrAllZero},
		"one value":  {hourly(day(func(int) float64 { return 3 })...), capacity.Quality{Points: 24, Mean: 3, Max: 3}, capacity.ErrConstant},
		"only gaps":  {hourly(nan, nan), capacity.Quality{Points: 2, Gaps: 2}, capacity.ErrNoData},
		"negative":   {hourly(1, -1), capacity.Quality{Points: 2}, capacity.ErrBadSeries},
		"infinite":   {hourly(1, math.Inf(1)), capacity.Quality{Points: 2}, capacity.ErrBadSeries},
		"empty":      {hourly(), capacity.Quality{}, capacity.ErrBadSeries},
		"zero steps": {capacity.Series{Values: []float64{1}}, capacity.Quality{Points: 1}, capacity.ErrBadSeries},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := capacity.Examine(test.series)
			if !errors.Is(err, test.err) {
				t.Errorf("error is %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("quality (-want +got):\n%s", diff)
			}
		})
	}
}

// The bound of 1.32 steps is that of Syntetos, Boylan and Croston (2005).
func TestQuality_Intermittent(t *testing.T) {
	for name, test := range map[string]struct {
		quality  capacity.Quality
		interval float64
		want     bool
	}{
		"always some": {capacity.Quality{Points: 100}, 1, false},
		"a few zeros": {capacity.Quality{Points: 132, Zeros: 31}, 132.0 / 101, false},
		"one in four": {capacity.Quality{Points: 132, Zeros: 32}, 1.32, true},
		"gaps apart":  {capacity.Quality{Points: 200, Gaps: 100, Zeros: 50}, 2, true},
		"never any":   {capacity.Quality{Points: 10, Zeros: 10}, 0, false},
		"nothing":     {capacity.Quality{}, 0, false},
	} {
		if got := test.quality.Interval(); got != test.interval || test.quality.Intermittent() != test.want {
			t.Errorf("%s: got an interval of %v, intermittent %t, want %v and %t", name, got, test.quality.Intermittent(), test.interval, test.want)
		}
	}
}

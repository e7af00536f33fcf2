package simulate_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/simulate"
)

func hourly(values ...float64) capacity.Series {
	return capacity.Series{Start: monday, Step: time.Hour, Values: values}
}

// TestArrivalsSpread: each step keeps its sum, whatever is drawn, and a gap
// stays one.
func TestArrivalsSpread(t *testing.T) {
	trace := hourly(10, 40, math.NaN(), 0, 0.001, 7)
	for name, a := range map[string]simulate.Arrivals{
		"Poisson": {Seed: 1}, "bursty": {Burstiness: 3, Seed: 1}, "large": {Size: 5000, Seed: 1}, "minutes": {Tick: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := a.Spread(trace)
			if err != nil {
				t.Fatal(err)
			}
			per := got.Len() / trace.Len()
			if time.Duration(per)*got.Step != time.Hour || !got.Start.Equal(monday) {
				t.Fatalf("%d ticks of %v from %v", got.Len(), got.Step, got.Start)
			}
			for i, want := range trace.Values {
				sum := 0.0
				for _, v := range got.Values[i*per : (i+1)*per] {
					if v < 0 {
						t.Fatalf("load %v in step %d", v, i)
					}
					sum += v
				}
				if mean := sum / float64(per); math.Abs(mean-want) > 1e-9 || math.IsNaN(mean) != math.IsNaN(want) {
					t.Errorf("step %d has the mean %v, want %v", i, mean, want)
				}
			}
			again, err := a.Spread(trace)
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(got.Values[:per], again.Values[:per]) {
				t.Error("the same seed gives another load")
			}
		})
	}
}

// TestArrivals_Dispersion: the variance of counts over their mean is 1 for
// Poisson, and the square of the burstiness beyond.
func TestArrivals_Dispersion(t *testing.T) {
	for _, test := range []struct{ burstiness, want float64 }{{0, 1}, {1, 1}, {2, 4}, {3, 9}} {
		values := make([]float64, 200)
		for i := range values {
			values[i] = 4 // 60 arrivals in each of 240 ticks
		}
		got, err := simulate.Arrivals{Burstiness: test.burstiness, Seed: 5}.Spread(hourly(values...))
		if err != nil {
			t.Fatal(err)
		}
		variance := 0.0
		for _, v := range got.Values {
			variance += (15*v - 60) * (15*v - 60) / float64(got.Len())
		}
		// Its relative standard error in 48,000 draws is about √(2/48000).
		if index := variance / 60; math.Abs(index/test.want-1) > 0.05 {
			t.Errorf("burstiness %v: variance over mean is %v, want %v", test.burstiness, index, test.want)
		}
	}
}

// TestArrivals_Line: the mean follows the line between the middles of the steps.
func TestArrivals_Line(t *testing.T) {
	got, err := simulate.Arrivals{Size: 1e-6}.Spread(hourly(100, 200, 300))
	if err != nil {
		t.Fatal(err)
	}
	// Of the middle step the ticks go from 150 to 250, the first tick's middle
	// being at 1/480.
	if first, last := got.Values[240], got.Values[479]; math.Abs(first-150.2) > 0.2 || math.Abs(last-249.8) > 0.2 {
		t.Errorf("the middle step goes from %v to %v, want 150 to 250", first, last)
	}
}

func TestArrivals_Refuses(t *testing.T) {
	for name, test := range map[string]struct {
		a     simulate.Arrivals
		trace capacity.Series
	}{
		"empty":        {simulate.Arrivals{}, hourly()},
		"tick":         {simulate.Arrivals{Tick: 7 * time.Second}, hourly(1)},
		"below a tick": {simulate.Arrivals{Tick: 2 * time.Hour}, hourly(1)},
		"negative":     {simulate.Arrivals{Tick: -time.Second}, hourly(1)},
		"size":         {simulate.Arrivals{Size: -1}, hourly(1)},
		"burstiness":   {simulate.Arrivals{Burstiness: math.NaN()}, hourly(1)},
	} {
		if _, err := test.a.Spread(test.trace); !errors.Is(err, capacity.ErrBadSeries) {
			t.Errorf("%s: error is %v, want %v", name, err, capacity.ErrBadSeries)
		}
	}
}

func ExampleArrivals_Spread() {
	day := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Minute, Values: []float64{2, 2}}
	load, err := simulate.Arrivals{Seed: 1}.Spread(day)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(load.Step, load.Len())
	// Output: 15s 8
}

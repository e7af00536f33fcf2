package nowcast_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"headroom/capacity"
	"headroom/nowcast"
)

// daily is a load with a daily wave and noise, in minutes.
func daily(minutes int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	load := make([]float64, minutes)
	for t := range load {
		load[t] = 500 - 400*math.Cos(2*math.Pi*float64(t)/1440) + 25*r.NormFloat64()
	}
	return load
}

func learn(t *testing.T, load []float64) *nowcast.Nowcaster {
	t.Helper()
	n, err := nowcast.Learn(t.Context(), load, 1)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stream is the forecasts after each minute from the given one on.
func stream(t *testing.T, load []float64, from int) []nowcast.Forecast {
	t.Helper()
	n := learn(t, load[:from])
	forecasts := []nowcast.Forecast{n.Ahead(t.Context())}
	for _, x := range load[from:] {
		n.See(x)
		forecasts = append(forecasts, n.Ahead(t.Context()))
	}
	return forecasts
}

func row(f nowcast.Forecast, minute int) []float64 {
	var values []float64
	for l := range nowcast.Levels() {
		values = append(values, f.Quantile(minute, l))
	}
	return values
}

func TestLearn_Refuses(t *testing.T) {
	if _, err := nowcast.Learn(t.Context(), daily(nowcast.Least-1, 1), 1); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("got %v for too few minutes, want %v", err, capacity.ErrTooShort)
	}
	if _, err := nowcast.Learn(t.Context(), slices.Repeat([]float64{math.NaN()}, 2000), 1); !errors.Is(err, capacity.ErrNoData) {
		t.Errorf("got %v without a measurement, want %v", err, capacity.ErrNoData)
	}
}

func TestNowcaster_KnowsTheHourToCome(t *testing.T) {
	load, from := daily(6*1440, 2), 4*1440
	forecasts := stream(t, load, from)
	levels := nowcast.Levels()
	median, high := slices.Index(levels, 0.5), slices.Index(levels, 0.9)
	for _, minute := range []int{5, 30, 60} {
		var own, last, below, n float64
		for i, f := range forecasts[:len(forecasts)-60] {
			actual := load[from+i+minute-1]
			own += math.Abs(actual - f.Quantile(minute, median))
			last += math.Abs(actual - load[from+i-1])
			if actual <= f.Quantile(minute, high) {
				below++
			}
			n++
		}
		// The mean error of noise with standard deviation 25 is 20.
		if own/n > 23 || own > last {
			t.Errorf("got mean error %.1f at minute %d, want below 23 and below %.1f of the last value", own/n, minute, last/n)
		}
		if share := below / n; share < 0.87 || share > 0.93 {
			t.Errorf("got %.3f of the minutes %d below their quantile of 0.9", share, minute)
		}
	}
}

// What is forecast depends on nothing that comes later.
func TestNowcaster_SeesNoFuture(t *testing.T) {
	const from, until = 2*1440 + 77, 2*1440 + 900
	load := daily(until+200, 3)
	other := slices.Clone(load)
	for i := until; i < len(other); i++ {
		other[i] = 1e6
	}
	a, b := stream(t, load, from), stream(t, other, from)
	for i := range until - from + 1 {
		if !slices.Equal(row(a[i], 7), row(b[i], 7)) {
			t.Fatalf("got other forecasts after minute %d, although the loads differ only from %d on", from+i, until)
		}
	}
	if last := len(a) - 1; slices.Equal(row(a[last], 7), row(b[last], 7)) {
		t.Error("got the same forecasts after the loads have differed")
	}
}

func TestNowcaster_SurvivesAnyLoad(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	const minutes = 1500
	loads := map[string]func(t int) float64{
		"zeros":    func(int) float64 { return 0 },
		"constant": func(int) float64 { return 7 },
		"tiny":     func(int) float64 { return 1e-300 * r.Float64() },
		"huge":     func(int) float64 { return 1e300 * r.Float64() },
		"spikes": func(t int) float64 {
			if t%97 == 0 {
				return 1e12
			}
			return r.Float64()
		},
		"gaps": func(t int) float64 {
			if t%3 > 0 || t > 1200 {
				return math.NaN()
			}
			return 5 + r.Float64()
		},
		"from nothing": func(t int) float64 { return float64(max(0, t-1000)) },
	}
	for name, load := range loads {
		t.Run(name, func(t *testing.T) {
			var values []float64
			for i := range minutes {
				values = append(values, load(i))
			}
			for i, f := range stream(t, values, nowcast.Least) {
				for _, minute := range []int{1, 4, 60, 90} {
					quantiles := row(f, minute)
					for _, q := range quantiles {
						if !(q >= 0) || math.IsInf(q, 0) {
							t.Fatalf("got quantiles %v in minute %d after %d", quantiles, minute, nowcast.Least+i)
						}
					}
					if !slices.IsSorted(quantiles) {
						t.Fatalf("got crossing quantiles %v in minute %d", quantiles, minute)
					}
				}
			}
		})
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/models"
)

// A kind is one sort of load that breaks forecasts.
type kind struct {
	name string
	load func(r *rand.Rand, i int) float64
}

// kinds are what series are made of; every other one also gets gaps.
var kinds = []kind{
	{"constant", func(*rand.Rand, int) float64 { return 7 }},
	{"zeros", func(*rand.Rand, int) float64 { return 0 }},
	{"nearly always zero", func(r *rand.Rand, _ int) float64 { return math.Floor(r.ExpFloat64() / 3) }},
	{"spikes", func(r *rand.Rand, _ int) float64 {
		if r.IntN(30) == 0 {
			return 1e6 * r.Float64()
		}
		return 10 + r.Float64()
	}},
	{"a day", func(r *rand.Rand, i int) float64 {
		return max(0, 100+80*math.Sin(2*math.Pi*float64(i%24)/24)+5*r.NormFloat64())
	}},
	{"tiny", func(r *rand.Rand, i int) float64 { return 1e-300 * (2 + math.Sin(float64(i)/4) + r.Float64()) }},
	{"huge", func(r *rand.Rand, i int) float64 { return 1e300 * (2 + math.Sin(float64(i)/4) + r.Float64()) }},
	{"growth", func(r *rand.Rand, i int) float64 { return math.Exp(float64(i)/15) * (1 + 0.1*r.Float64()) }},
	{"a level shift", func(r *rand.Rand, i int) float64 { return (1 + 99*float64(i/90%2)) * (10 + r.Float64()) }},
	{"alternating", func(_ *rand.Rand, i int) float64 { return float64(i % 2 * 1000) }},
	{"heavy tails", func(r *rand.Rand, _ int) float64 { return math.Exp(4 * r.NormFloat64()) }},
	{"a collapse", func(r *rand.Rand, i int) float64 { return math.Max(0, 1000-10*float64(i)) * r.Float64() }},
}

// fuzz forecasts many random series and counts what must never happen.
func fuzz(ctx context.Context, r request) error {
	var mu sync.Mutex
	bad, refused := map[string]int{}, 0
	var all sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := range next {
				what, why := fuzzOne(ctx, i)
				mu.Lock()
				switch {
				case what == "refused":
					refused++
				case what != "":
					bad[what]++
					fmt.Fprintf(r.stderr, "series %d (%s): %s: %s\n", i, kinds[i%len(kinds)].name, what, why)
				}
				mu.Unlock()
			}
		})
	}
	for i := range r.series {
		next <- i
	}
	close(next)
	all.Wait()
	fmt.Fprintf(r.stdout, "%d random series of %d kinds: %d refused with a reason, %d panics, %d not finite or negative or crossing, %d beyond the guards, %d other errors\n",
		r.series, len(kinds), refused, bad["panic"], bad["invalid"], bad["beyond"], bad["error"])
	if len(bad) > 0 {
		return errors.New("some forecasts are unusable")
	}
	return ctx.Err()
}

// fuzzOne forecasts series number i, and says what is wrong with the forecast.
func fuzzOne(ctx context.Context, i int) (what, why string) {
	defer func() {
		if v := recover(); v != nil {
			what, why = "panic", fmt.Sprint(v)
		}
	}()
	r := rand.New(rand.NewPCG(uint64(i), 1))
	s := capacity.Series{Start: time.Unix(0, 0).UTC(), Step: time.Hour, Values: make([]float64, 1+r.IntN(300))}
	k := kinds[i%len(kinds)]
	for t := range s.Values {
		s.Values[t] = k.load(r, t)
	}
	if i/len(kinds)%2 == 1 {
		for range 1 + r.IntN(4) {
			at := r.IntN(len(s.Values))
			for t := at; t < min(len(s.Values), at+1+r.IntN(40)); t++ {
				s.Values[t] = math.NaN()
			}
		}
	}
	seasons := [][]int{{24, 168}, {24}, {7}, nil}[r.IntN(4)]
	horizon := 1 + r.IntN(48)
	selected, err := backtest.Select(ctx, models.New(seasons), s, backtest.Settings{Horizon: horizon, Workers: 1})
	if errors.Is(err, capacity.ErrTooShort) || errors.Is(err, capacity.ErrNotForecastable) {
		return "refused", err.Error()
	}
	if err != nil {
		return "error", err.Error()
	}
	f, err := selected.Forecast(ctx, s, horizon, levels())
	if err != nil {
		return "invalid", err.Error()
	}
	point, err := selected.Fitted.Predict(ctx, s, horizon)
	if err != nil {
		return "error", err.Error()
	}
	measured := slices.DeleteFunc(slices.Clone(s.Values), math.IsNaN)
	least, most := slices.Min(measured), slices.Max(measured)
	for t, v := range point {
		if !(v >= 0) || v > most+(most-least)/2+1e-9*most {
			return "beyond", fmt.Sprintf("step %d is %v, and load was %v to %v; model %s, horizon %d of %d", t, v, least, most, f.Model, horizon, f.Steps())
		}
	}
	return "", ""
}

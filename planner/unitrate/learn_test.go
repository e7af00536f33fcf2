package unitrate_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/unitrate"
)

// at is the start of the i-th step of five minutes.
func at(i int) time.Time {
	return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Minute)
}

// A service is units whose signal is known.
type service struct {
	signal func(x, units float64, noise *rand.Rand) float64
	peak   float64 // load per unit at the top of the day
	units  func(load float64) float64
}

// measure is a fortnight of a service at five-minute steps: days, and noise in
// the load.
func (s service) measure(steps int, seed uint64) []unitrate.Sample {
	rng := rand.New(rand.NewPCG(seed, 3))
	out := make([]unitrate.Sample, steps)
	for i := range out {
		day := 0.55 - 0.45*math.Cos(2*math.Pi*float64(i)/288)
		load := 1000 * day * (1 + 0.1*rng.NormFloat64())
		n := 10.0
		if s.units != nil {
			n = s.units(load)
		}
		load *= n / 10 * s.peak / 100
		out[i] = unitrate.Sample{Load: load, Units: n, Signal: max(0, s.signal(load/n, n, rng)), At: at(i)}
	}
	return out
}

var cpu60 = unitrate.Aim{Signal: unitrate.Utilisation, At: 0.6}

// straight is 5 % without load and 1 % for each 1.5 of load: 82.5 at 60 %.
func straight(x, _ float64, rng *rand.Rand) float64 {
	return 0.05 + x/150 + 0.02*rng.NormFloat64()
}

func mustLearn(tb testing.TB, samples []unitrate.Sample, aim unitrate.Aim) unitrate.Rate {
	tb.Helper()
	r, err := unitrate.Learn(samples, aim)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestLearn(t *testing.T) {
	for name, c := range map[string]struct {
		service service
		aim     unitrate.Aim
		want    float64 // computed by hand from the signal
		form    unitrate.Form
		within  float64
	}{
		"line":                            {service{signal: straight, peak: 100}, cpu60, 82.5, unitrate.Line, 0.01},
		"line, read beyond what was seen": {service{signal: straight, peak: 70}, cpu60, 82.5, unitrate.Line, 0.025}, // the newest day shows 80.7
		"in percent": {service{peak: 100, signal: func(x, n float64, rng *rand.Rand) float64 {
			return 100 * straight(x, n, rng)
		}}, cpu60, 82.5, unitrate.Line, 0.01},
		// 0.05 + x/400 + x²/20000 = 0.6 at x = 82.8.
		"bend": {service{peak: 100, signal: func(x, _ float64, rng *rand.Rand) float64 {
			return 0.05 + x/400 + x*x/20000 + 0.01*rng.NormFloat64()
		}}, cpu60, 82.8, unitrate.Bend, 0.03},
		// Saturated from 95 on; the line below is what counts.
		"clipped": {service{peak: 160, signal: func(x, _ float64, rng *rand.Rand) float64 {
			return min(1, 0.05+x/100+0.01*rng.NormFloat64())
		}}, cpu60, 55, unitrate.Line, 0.02},
		// M/M/1 with 120 a second: R = 1000/(120−x) ms is 50 ms at x = 100.
		"latency": {service{peak: 110, signal: func(x, _ float64, rng *rand.Rand) float64 {
			return 1000 / max(1, 120-x) * math.Exp(0.1*rng.NormFloat64())
		}}, unitrate.Aim{Signal: unitrate.Latency, At: 50}, 100, unitrate.Line, 0.01},
		// The work of a unit grows by 0.5 % with each other unit; at 30 units it is
		// 0.05 + x/150·1.145 = 0.6 at x = 72.1.
		"contention": {service{
			peak: 100, units: func(load float64) float64 { return math.Max(2, math.Mod(math.Floor(load*7), 30)+1) },
			signal: func(x, n float64, rng *rand.Rand) float64 {
				return 0.05 + x/150*(1+0.005*(n-1)) + 0.01*rng.NormFloat64()
			},
		}, cpu60, 72.1, unitrate.Contention, 0.02},
		// The work of a unit grows with the pairs of units; at 57 of them it is
		// 0.05 + x/150·1.638 = 0.6 at x = 50.4.
		"coherency": {service{
			peak: 100, units: func(load float64) float64 { return 3 + math.Mod(math.Floor(load*7), 58) },
			signal: func(x, n float64, rng *rand.Rand) float64 {
				return 0.05 + x/150*(1+0.0002*n*(n-1)) + 0.01*rng.NormFloat64()
			},
		}, cpu60, 50.4, unitrate.Coherency, 0.02},
		// Both; at 57 units it is 0.05 + x/150·(1 + 0.56 + 0.638) = 0.6 at x = 37.5.
		"scaling": {service{
			peak: 100, units: func(load float64) float64 { return 3 + math.Mod(math.Floor(load*7), 58) },
			signal: func(x, n float64, rng *rand.Rand) float64 {
				return 0.05 + x/150*(1+0.01*(n-1)+0.0002*n*(n-1)) + 0.005*rng.NormFloat64()
			},
		}, cpu60, 37.5, unitrate.Scaling, 0.02},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustLearn(t, c.service.measure(14*288, 1), c.aim)
			if math.Abs(r.Rate/c.want-1) > c.within {
				t.Errorf("got %v, want %v", r, c.want)
			}
			if r.Form != c.form || r.AtLeast {
				t.Errorf("got form %q, at least %v, want %q and an estimate", r.Form, r.AtLeast, c.form)
			}
			if r.Low > r.Rate || r.High < r.Rate || r.High-r.Low > 0.1*c.want {
				t.Errorf("got interval %v to %v around %v", r.Low, r.High, r.Rate)
			}
		})
	}
}

// TestLearn_Covers: the interval of nine in ten holds the truth about as often.
func TestLearn_Covers(t *testing.T) {
	const series = 30
	inside := 0
	for seed := range uint64(series) {
		r := mustLearn(t, service{signal: straight, peak: 100}.measure(2*288, seed), cpu60)
		if r.Low <= 82.5 && 82.5 <= r.High {
			inside++
		}
	}
	// Nine in ten of 30 are 27, give or take two; resampling is a little narrow.
	if inside < 23 {
		t.Errorf("got %d of %d intervals with the truth inside, want 23 or more", inside, series)
	}
}

func TestLearn_Outliers(t *testing.T) {
	samples := service{signal: straight, peak: 100}.measure(7*288, 1)
	for i := range samples {
		switch {
		case i%10 == 0: // a sample in ten is a deployment, a stuck meter or a lost one
			samples[i].Signal = []float64{0, 0.99, 2.5}[i/10%3]
		case i%97 == 0:
			samples[i].Units = 1
		case i%89 == 0:
			samples[i].Load = 0
		}
	}
	if r := mustLearn(t, samples, cpu60); math.Abs(r.Rate/82.5-1) > 0.03 {
		t.Errorf("got %v, want 82.5", r)
	}
}

func TestLearn_LowerBound(t *testing.T) {
	r := mustLearn(t, service{signal: straight, peak: 30}.measure(7*288, 1), cpu60)
	if !r.AtLeast || r.Rate > r.Seen || r.Rate > 82.5 {
		t.Errorf("got %v, want a lower bound of at most the %v seen", r, r.Seen)
	}
	if !strings.HasPrefix(r.String(), "at least ") {
		t.Errorf("got %q, want a bound", r)
	}
}

// TestLearn_Slow: noise that lasts for hours is not taken for a bend, and the
// interval is wide enough for it.
func TestLearn_Slow(t *testing.T) {
	bent, inside := 0, 0
	for seed := range uint64(20) {
		wave := 0.0
		slow := func(x, _ float64, rng *rand.Rand) float64 {
			wave = 0.95*wave + 0.02*rng.NormFloat64()
			return 0.05 + x/150 + wave
		}
		r := mustLearn(t, service{signal: slow, peak: 100}.measure(7*288, seed), cpu60)
		if r.Form != unitrate.Line {
			bent++
		}
		if r.Low <= 82.5 && 82.5 <= r.High {
			inside++
		}
	}
	if bent > 4 || inside < 13 {
		t.Errorf("got %d of 20 bent and %d intervals with the truth inside, want at most 4 and at least 13", bent, inside)
	}
}

func TestLearn_Refuses(t *testing.T) {
	noise := func(_, _ float64, rng *rand.Rand) float64 { return 0.4 + 0.1*rng.NormFloat64() }
	for name, c := range map[string]struct {
		samples []unitrate.Sample
		aim     unitrate.Aim
		want    error
		text    string
	}{
		"none":        {nil, cpu60, capacity.ErrTooShort, "0 of 0 steps"},
		"few":         {service{signal: straight, peak: 100}.measure(90, 1), cpu60, capacity.ErrTooShort, "100 are needed"},
		"idle":        {service{signal: straight}.measure(2000, 1), cpu60, capacity.ErrTooShort, "0 of 2000 steps"},
		"independent": {service{signal: noise, peak: 100}.measure(2000, 1), cpu60, capacity.ErrBadPolicy, "does not depend on load"},
		"constant":    {service{signal: func(_, _ float64, _ *rand.Rand) float64 { return 0.4 }, peak: 100}.measure(2000, 1), cpu60, capacity.ErrBadPolicy, "does not depend on load"},
		"falls": {
			service{signal: func(x, n float64, rng *rand.Rand) float64 { return 1 - straight(x, n, rng) }, peak: 100}.measure(2000, 1),
			cpu60, capacity.ErrBadPolicy, "falls as the load",
		},
		"same load": {
			service{signal: straight, peak: 100, units: func(load float64) float64 { return 10 * load / 500 }}.same(2000),
			cpu60, capacity.ErrBadPolicy, "nearly always the same",
		},
		"saturated": {service{signal: func(_, _ float64, _ *rand.Rand) float64 { return 1 }, peak: 100}.measure(2000, 1), cpu60, capacity.ErrBadPolicy, "saturated"},
		"beyond":    {service{signal: straight, peak: 100}.measure(2000, 1), unitrate.Aim{Signal: unitrate.Utilisation, At: 0.03}, capacity.ErrBadPolicy, "even without load"},
		"no aim":    {nil, unitrate.Aim{}, capacity.ErrBadPolicy, "cannot be learnt at"},
		"too busy":  {nil, unitrate.Aim{Signal: unitrate.Utilisation, At: 1}, capacity.ErrBadPolicy, "cannot be learnt at"},
		"no time":   {nil, unitrate.Aim{Signal: unitrate.Latency, At: math.Inf(1)}, capacity.ErrBadPolicy, "cannot be learnt at"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := unitrate.Learn(c.samples, c.aim)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v, %v, want %v with %q", r, err, c.want, c.text)
			}
		})
	}
}

// same is a service whose units follow the load, so that each has the same.
func (s service) same(steps int) []unitrate.Sample {
	rng := rand.New(rand.NewPCG(1, 3))
	out := make([]unitrate.Sample, steps)
	for i := range out {
		x := 50 + 0.1*rng.NormFloat64()
		out[i] = unitrate.Sample{Load: 500 + float64(i%288), Units: (500 + float64(i%288)) / x, Signal: s.signal(x, 1, rng), At: at(i)}
	}
	return out
}

func TestLearn_Repeats(t *testing.T) {
	samples := service{signal: straight, peak: 100}.measure(2000, 5)
	before := append([]unitrate.Sample(nil), samples...)
	first := mustLearn(t, samples, cpu60)
	if diff := cmp.Diff(first, mustLearn(t, samples, cpu60)); diff != "" {
		t.Errorf("second time (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(before, samples); diff != "" {
		t.Errorf("samples changed (-before +after):\n%s", diff)
	}
}

func FuzzLearn(f *testing.F) {
	f.Add(uint64(1), 0.6, 1e300, 1e-300)
	f.Add(uint64(2), 250.0, math.Inf(1), math.NaN())
	f.Fuzz(func(t *testing.T, seed uint64, at, a, b float64) {
		rng := rand.New(rand.NewPCG(seed, 1))
		odd := []float64{a, b, 0, 1, rng.Float64(), -1, math.MaxFloat64}
		samples := service{signal: straight, peak: 100}.measure(300, seed)
		for range rng.IntN(300) {
			samples[rng.IntN(300)] = unitrate.Sample{Load: odd[rng.IntN(7)], Units: odd[rng.IntN(7)], Signal: odd[rng.IntN(7)]}
		}
		for _, signal := range []unitrate.Signal{unitrate.Utilisation, unitrate.Latency} {
			r, err := unitrate.Learn(samples, unitrate.Aim{Signal: signal, At: at})
			if err == nil && !(r.Low > 0 && r.Low <= r.Rate && r.Rate <= r.High && !math.IsInf(r.High, 0)) {
				t.Errorf("got %+v, want positive and finite numbers in order", r)
			}
		}
	})
}

func ExampleLearn() {
	// Four days of ten units, 0.4 % busy without load and 0.7 % for each request a second.
	var samples []unitrate.Sample
	for i := range 4 * 288 {
		load := 500 + 400*math.Sin(2*math.Pi*float64(i)/288)
		samples = append(samples, unitrate.Sample{Load: load, Units: 10, Signal: 0.4 + 0.7*load/10, At: at(i)})
	}
	rate, err := unitrate.Learn(samples, unitrate.Aim{Signal: unitrate.Utilisation, At: 0.6})
	fmt.Println(rate, err)
	// Output: 85.1 (85.1 to 85.2 with 90% confidence), by a line through 1152 steps <nil>
}

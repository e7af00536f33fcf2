package unitrate_test

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner/unitrate"
)

var drawsOfChange = flag.Int("changes", 100, "services with a change of what a unit serves that are drawn")

// A held is a service whose autoscaler holds the utilisation, and whose units are
// replaced by others.
type held struct {
	step     time.Duration
	days     float64
	before   float64 // load that a unit serves at 60 %
	now      float64 // since the change
	age      time.Duration
	target   float64 // of the autoscaler
	idle     float64 // utilisation without load
	noise    float64 // of the utilisation, as a share of it
	load     float64 // mean
	swing    float64 // of a day
	lag      int     // steps until the autoscaler has acted
	least    float64 // units
	seed     uint64
	weekend  float64 // load of weekends
	measured int     // what a sample says of utilisation is the mean of so many steps
}

// samples is the service's history up to Monday, 7 April 2025, 10:00 UTC.
func (h held) samples() []unitrate.Sample {
	rng := rand.New(rand.NewPCG(h.seed, 7))
	end := time.Date(2025, 4, 7, 10, 0, 0, 0, time.UTC)
	n := int(h.days * 24 * float64(time.Hour) / float64(h.step))
	out := make([]unitrate.Sample, n)
	wave, past := 0.0, []float64{}
	seen := 0.0
	for i := range out {
		at := end.Add(-time.Duration(n-i) * h.step)
		wave = 0.9*wave + 0.02*math.Sqrt(1-0.81)*rng.NormFloat64()
		hour := float64(at.Hour()) + float64(at.Minute())/60
		load := h.load * (1 + h.swing*math.Cos((hour-13)/24*2*math.Pi)) * (1 + wave)
		if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
			load *= h.weekend
		}
		rate := h.before
		if end.Sub(at) <= h.age {
			rate = h.now
		}
		busy := func(x float64) float64 { return h.idle + (0.6-h.idle)*x/rate }
		// The autoscaler asks for what would have held the target some steps ago.
		past = append(past, max(h.least, math.Ceil(load/((h.target-h.idle)/(0.6-h.idle)*rate))))
		units := past[max(0, len(past)-1-h.lag)]
		cpu := min(1, busy(load/units)*(1+h.noise*rng.NormFloat64()))
		seen += (cpu - seen) / float64(max(1, min(h.measured, i+1)))
		out[i] = unitrate.Sample{Load: load, Units: units, Signal: seen, At: at}
	}
	return out
}

func (h held) String() string {
	return fmt.Sprintf("%.0f -> %.0f %v ago, target %.2f, idle %.2f, noise %.3f, lag %d, mean of %d, step %v, %.0f days, load %.0f, seed %d",
		h.before, h.now, h.age.Round(time.Minute), h.target, h.idle, h.noise, h.lag, h.measured, h.step, h.days, h.load, h.seed)
}

var learnCPU = capacity.Pool{Name: "g5", Learn: capacity.Learn{Utilisation: "cpu", Units: "replicas", At: 0.6}}

// settle learns on the day before the change and now, as two plans do.
func (h held) settle(t *testing.T) (rate float64, refused bool, note string) {
	t.Helper()
	samples := h.samples()
	earlier := len(samples) - int(h.age/h.step) - 1
	var log unitrate.Log
	if earlier > 200 {
		if _, learnt, _, err := unitrate.Apply(learnCPU, samples[:earlier], nil, nil); err == nil {
			log = learnt
		}
	}
	pool, after, note, err := unitrate.Apply(learnCPU, samples, nil, log)
	if err != nil {
		if len(log) > 0 {
			t.Errorf("%v: got %v, want the last rate", h, err)
		}
		return 0, true, err.Error()
	}
	newest := len(after) > 0 && after[0].To.Equal(samples[len(samples)-1].At)
	return pool.UnitRate, !newest, note
}

// The rows that were seen in operation: an autoscaler holds 60 %, and N days ago
// the units were replaced by others. Thirty units were once cut to twelve.
func TestApply_Replaced(t *testing.T) {
	const days = 24 * time.Hour
	for _, c := range []struct {
		now float64
		age time.Duration
	}{
		{60, days},
		{60, 2 * days},
		{60, 4 * days},
		{60, 7 * days},
		{60, 3 * time.Hour},
		{60, time.Hour},
		{90, 2 * days},
		{90, 7 * days},
		{90, 14 * days},
		{90, 6 * time.Hour},
		{240, 2 * days},
		{240, 7 * days},
		{156, 7 * days},
		{156, 12 * time.Hour},
	} {
		for _, step := range []time.Duration{10 * time.Minute, time.Hour} {
			if c.age < 3*step {
				continue // three steps are the fewest that can tell
			}
			for seed := range uint64(1 + 2**drawsOfChange/500) {
				h := held{step: step, days: 28, before: 120, now: c.now, age: c.age, target: 0.6, noise: 0.02, load: 1500, swing: 0.5, weekend: 0.8, measured: 1, seed: seed}
				rate, refused, note := h.settle(t)
				if rate > 1.1*c.now || !refused && rate < 0.85*c.now {
					t.Errorf("%v: got %v (%s)", h, rate, note)
				}
			}
		}
	}
}

// drawn is a service with a change of any size, age and direction.
func drawn(seed uint64) held {
	rng := rand.New(rand.NewPCG(seed, 11))
	between := func(low, high float64) float64 { return low + (high-low)*rng.Float64() }
	h := held{
		step: []time.Duration{5 * time.Minute, 10 * time.Minute, 10 * time.Minute, 30 * time.Minute}[rng.IntN(4)],
		days: between(10, 28), before: math.Exp(between(math.Log(20), math.Log(500))), target: between(0.52, 0.66),
		idle: between(0, 0.08), noise: between(0.005, 0.08), swing: between(0.2, 0.6), weekend: between(0.6, 1), lag: rng.IntN(3),
		measured: 1 + rng.IntN(3), least: float64(1 + rng.IntN(3)), seed: seed,
	}
	h.load = h.before * between(5, 40)
	h.now = h.before * math.Exp(between(math.Log(0.4), math.Log(2.5)))
	h.age = time.Duration(math.Exp(between(math.Log(0.1), math.Log(0.9*h.days))) * 24 * float64(time.Hour))
	return h
}

// Whatever changed: learnt within 15 % of what a unit serves now or refused with
// the last rate, and never more than 10 % above it.
func TestApply_Changes(t *testing.T) {
	refusals, unknown, worst, least := 0, 0, 0.0, math.Inf(1)
	for seed := range uint64(*drawsOfChange) {
		h := drawn(seed)
		rate, refused, note := h.settle(t)
		switch {
		case refused && rate == 0:
			unknown++
			continue
		case refused:
			refusals++
		default:
			least = min(least, rate/h.now)
		}
		worst = max(worst, rate/h.now)
		if rate > 1.1*h.now || !refused && rate < 0.85*h.now {
			t.Errorf("%v: got %.1f, %.2f of what a unit serves (%s)", h, rate, rate/h.now, note)
		}
	}
	t.Logf("%d draws: learnt from %.3f of what a unit serves, at most %.3f; %d refused with the last rate, %d without one", *drawsOfChange, least, worst, refusals, unknown)
}

func TestApply_LastRate(t *testing.T) {
	good := service{signal: straight, peak: 100}.measure(2000, 1)
	pool, log, _, err := unitrate.Apply(learnCPU, good, nil, nil)
	if err != nil || len(log) != 1 || log[0].Rate != pool.UnitRate || !log[0].To.Equal(at(1999)) {
		t.Fatalf("got %v, %v, want the rate in the log", log, err)
	}
	few := service{signal: straight, peak: 100}.measure(50, 1)
	for name, c := range map[string]struct {
		pool    capacity.Pool
		samples []unitrate.Sample
		unread  error
		want    float64
		err     error
	}{
		"unread":        {learnCPU, nil, capacity.ErrBadData, pool.UnitRate, nil},
		"another pool":  {capacity.Pool{Name: "p5", Learn: learnCPU.Learn}, nil, capacity.ErrBadData, 0, capacity.ErrBadData},
		"another aim":   {capacity.Pool{Name: "g5", Learn: capacity.Learn{Utilisation: "cpu", Units: "replicas", At: 0.7}}, few, nil, 0, capacity.ErrTooShort},
		"before policy": {capacity.Pool{Name: "g5", Learn: learnCPU.Learn, UnitRate: 7}, nil, capacity.ErrBadData, pool.UnitRate, nil},
	} {
		p, kept, note, err := unitrate.Apply(c.pool, c.samples, c.unread, log)
		if p.UnitRate != c.want || !errors.Is(err, c.err) || len(kept) != 1 || kept[0] != log[0] {
			t.Errorf("%s: got %v, %v, %q, %v, want %v, %v", name, p.UnitRate, kept, note, err, c.want, c.err)
		}
	}
}

// A fleet that is large for its load keeps the rate that was learnt: the highest
// load per unit that was seen would make the next fleet larger still.
func TestApply_LargeFleet(t *testing.T) {
	_, log, _, err := unitrate.Apply(learnCPU, service{signal: straight, peak: 100}.measure(2000, 1), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool, kept, note, err := unitrate.Apply(learnCPU, service{signal: straight, peak: 30}.measure(2000, 2), nil, log)
	if err != nil || pool.UnitRate < 60 || pool.UnitRate > 82.5 || kept[0].Rate != log[0].Rate {
		t.Errorf("got %v, %q, %v, want a rate near 82.5 and the log as it was", pool.UnitRate, note, err)
	}
}

// The same by latency: units that serve at most 120 are replaced by ones that
// serve 60, and the autoscaler holds the latency near 50 ms: 100 and then 40.
func TestApply_ReplacedByLatency(t *testing.T) {
	pool := capacity.Pool{Name: "g5", Learn: capacity.Learn{Latency: "p95_ms", Units: "replicas", At: 50}}
	for _, days := range []float64{0.25, 1, 2, 7} {
		rng := rand.New(rand.NewPCG(uint64(8*days), 3))
		samples := make([]unitrate.Sample, 14*288)
		since := len(samples) - int(days*288)
		for i := range samples {
			most := 120.0
			if i >= since {
				most = 60
			}
			x := (most - 20) * (0.95 + 0.1*rng.Float64())
			samples[i] = unitrate.Sample{Load: 1000, Units: 1000 / x, Signal: 1000 / (most - x) * math.Exp(0.1*rng.NormFloat64()), At: at(i)}
		}
		_, log, _, err := unitrate.Apply(pool, samples[:since], nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, _, note, err := unitrate.Apply(pool, samples, nil, log)
		if err != nil || got.UnitRate > 44 || got.UnitRate < 34 {
			t.Errorf("%v days ago: got %v, %q, %v, want about 40", days, got.UnitRate, note, err)
		}
	}
}

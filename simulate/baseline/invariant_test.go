package baseline_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// lumpy is three days and a half of waves, jumps and gaps, two of them training.
func lumpy(seed uint64) simulate.Case {
	random := rand.New(rand.NewPCG(seed, 0))
	c := simulate.Case{
		Load: capacity.Series{Start: time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC), Step: 15 * time.Second},
		From: 2 * 5760, Seed: seed,
		Pool: capacity.Pool{Name: "p", UnitRate: 10, Min: 1, Max: 40, Price: 2, LeadTime: time.Duration(random.IntN(20)) * 15 * time.Second},
	}
	level := 1.0
	for i := range c.From + 5760*3/2 {
		if random.IntN(600) == 0 {
			level = 0.5 + 1.5*random.Float64()
		}
		v := level * (100 + 60*math.Sin(2*math.Pi*float64(i)/5760)) * (0.9 + 0.2*random.Float64())
		if i%1000 < 7 {
			v = math.NaN()
		}
		c.Load.Values = append(c.Load.Values, v)
	}
	return c
}

// broken is the same with everything that can go wrong.
func broken(seed uint64) simulate.Case {
	c := lumpy(seed)
	c.Jitter, c.Delay = 0.3, 40*time.Second
	c.Pool.Interruption = 0.05
	c.Pool.Ramp = capacity.Ramp{Up: capacity.Rate{Units: 10, Per: time.Minute}, Down: capacity.Rate{Units: 3, Per: time.Minute}}
	c.Faults = simulate.Faults{
		Late: 2 * time.Minute, Fail: 0.1, Throttle: 30 * time.Second,
		Shortage: simulate.Outage{PerDay: 10, Lasting: 10 * time.Minute},
		Gap:      simulate.Outage{PerDay: 10, Lasting: 5 * time.Minute},
	}
	return c
}

func everything(c simulate.Case) []simulate.Policy {
	return append(baseline.Policies(), baseline.Foresight(c.Load)...)
}

func mustRun(tb testing.TB, c simulate.Case, p simulate.Policy) simulate.Run {
	tb.Helper()
	s, err := simulate.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	run, err := s.Run(tb.Context(), p)
	if err != nil {
		tb.Fatal(err)
	}
	return run
}

// TestConservation: what is paid for and what serves, summed over ticks, is what
// is paid for and serves, summed over units.
func TestConservation(t *testing.T) {
	for _, c := range []simulate.Case{lumpy(1), broken(2), broken(3)} {
		for _, p := range everything(c) {
			run := mustRun(t, c, p)
			paid, served, livesPaid, livesServed := 0, 0, 0, 0
			for i := range run.Paid {
				paid += int(run.Paid[i])
				served += int(run.Ready[i])
			}
			for _, l := range run.Lives {
				if l.Units <= 0 || l.Asked > l.Ready || l.Ready > l.Released || l.Released > l.Gone {
					t.Fatalf("%s: a life out of order: %+v", p.Name(), l)
				}
				livesPaid += l.Units * (l.Gone - l.Asked)
				livesServed += l.Units * (l.Released - l.Ready)
			}
			if paid != livesPaid || served != livesServed {
				t.Errorf("%s: ticks have %d unit-ticks paid and %d served, lives %d and %d", p.Name(), paid, served, livesPaid, livesServed)
			}
			if paid < served || served == 0 {
				t.Errorf("%s: %d unit-ticks paid and %d served", p.Name(), paid, served)
			}
		}
	}
}

// TestCausality: another future changes no decision before it was seen.
func TestCausality(t *testing.T) {
	for _, c := range []simulate.Case{lumpy(4), broken(5)} {
		at := c.From + 3000
		other := c
		other.Load.Values = append([]float64(nil), c.Load.Values...)
		for i := at; i < len(other.Load.Values); i++ {
			other.Load.Values[i] = 5*other.Load.Values[i] + 100
		}
		// A tick's load is seen when the tick and the delay have passed.
		seen := at - c.From + 1 + int((c.Delay+14*time.Second)/(15*time.Second))
		for _, p := range baseline.Policies() {
			a, b := mustRun(t, c, p), mustRun(t, other, p)
			if diff := cmp.Diff(a.Asked[:seen], b.Asked[:seen]); diff != "" {
				t.Errorf("%s decided by what it could not know:\n%s", p.Name(), diff)
			}
			if constant := p.Name() == "static peak" || p.Name() == "static mean" || p.Name() == "cron"; !constant && cmp.Equal(a.Asked, b.Asked) {
				t.Errorf("%s never noticed five times the load", p.Name())
			}
		}
	}
}

// TestDeterminism: runs at once, of one simulation, are the same run.
func TestDeterminism(t *testing.T) {
	c := broken(6)
	s, err := simulate.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range everything(c) {
		first := mustRun(t, c, p)
		again := make(chan simulate.Run, 2)
		for range cap(again) {
			go func() {
				run, _ := s.Run(t.Context(), p)
				again <- run
			}()
		}
		for range cap(again) {
			if run := <-again; !cmp.Equal(first.Asked, run.Asked) || !cmp.Equal(first.Paid, run.Paid) || !cmp.Equal(first.Score(), run.Score()) {
				t.Errorf("%s: two runs differ", p.Name())
			}
		}
	}
}

// TestLimits: no policy ever asks for more or less than the pool allows, or
// faster than its ramp.
func TestLimits(t *testing.T) {
	c := broken(7)
	for _, p := range everything(c) {
		run := mustRun(t, c, p)
		const period = 4 // ticks of the ramps
		for i, n := range run.Asked {
			if n < 1 || n > 40 {
				t.Fatalf("%s asks for %d at tick %d", p.Name(), n, i)
			}
			if p.Name() == "instant oracle" || i < period {
				continue
			}
			if step := n - run.Asked[i-period]; step > 10 || step < -3 {
				t.Fatalf("%s changes by %d within a minute at tick %d", p.Name(), step, i)
			}
		}
	}
}

// value is what the oracle minimises: money and the price of missing capacity,
// in unit-hours.
func value(s simulate.Score, price float64) float64 {
	return s.Paid + price*s.Violation/60
}

// TestOracleIsABound: at every price no policy, at any of its settings, does better
// than the oracle at that price, and the instant oracle does at least as well.
func TestOracleIsABound(t *testing.T) {
	for seed := range uint64(3) {
		c := lumpy(10 + seed)
		for i, v := range c.Load.Values {
			if v != v {
				c.Load.Values[i] = 100
			}
		}
		s, err := simulate.New(c)
		if err != nil {
			t.Fatal(err)
		}
		oracles, err := s.Sweep(t.Context(), baseline.Oracle{Truth: c.Load})
		if err != nil {
			t.Fatal(err)
		}
		instant, err := s.Sweep(t.Context(), baseline.InstantOracle{Truth: c.Load})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(baseline.Policies(), baseline.PerfectHPA{Truth: c.Load}) {
			scores, err := s.Sweep(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range oracles {
				best := value(o, o.Setting)
				if least := value(instant[i], o.Setting); least > best*(1+1e-9) {
					t.Errorf("at the price %v the instant oracle has %v, the oracle %v", o.Setting, least, best)
				}
				for _, score := range scores {
					if got := value(score, o.Setting); got < best*(1-1e-9) {
						t.Errorf("seed %d: at the price %v %s with %v has %v, the oracle %v", seed, o.Setting, p.Name(), score.Setting, got, best)
					}
				}
			}
		}
	}
}

// TestOracleAgainstBruteForce tries every schedule of some short cases.
func TestOracleAgainstBruteForce(t *testing.T) {
	const length, most = 7, 3
	random := rand.New(rand.NewPCG(8, 0))
	for trial := range 200 {
		c := simulate.Case{
			Load: capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 15 * time.Second},
			Pool: capacity.Pool{
				UnitRate: 1, Max: most - 1, Price: 1, LeadTime: time.Duration(random.IntN(3)) * 15 * time.Second,
				Min: capacity.Units(random.IntN(2)), Paid: capacity.Units(random.IntN(2)),
			},
			Start: 1, Drain: time.Duration(1+random.IntN(2)) * 15 * time.Second,
		}
		for range length {
			c.Load.Values = append(c.Load.Values, float64(random.IntN(most+1))) // the highest is above Max
		}
		s, err := simulate.New(c)
		if err != nil {
			t.Fatal(err)
		}
		price, missing := []float64{0.5, 1.5, 3.5, 100}[random.IntN(4)], 0.0
		if trial%2 == 1 {
			price, missing = 0, []float64{0.5, 1.2, 3.5, 100}[random.IntN(4)]
		}
		value := func(s simulate.Score) float64 { return s.Cost + price*s.Violation/60 + missing*s.Missing }
		run, err := s.Run(t.Context(), baseline.Oracle{Truth: c.Load, Price: price, Missing: missing})
		if err != nil {
			t.Fatal(err)
		}
		got := value(run.Score())
		best, which := math.Inf(1), 0
		for code := range int(math.Pow(most, length)) {
			plan := fixed{code: code, base: most}
			tried, err := s.Run(t.Context(), plan)
			if err != nil {
				t.Fatal(err)
			}
			if v := value(tried.Score()); v < best-1e-12 {
				best, which = v, code
			}
		}
		if math.Abs(got-best) > 1e-9 {
			bestRun, _ := s.Run(t.Context(), fixed{code: which, base: most})
			t.Fatalf("load %v, pool %+v, drain %v, price %v, missing %v: oracle asks %v and has %v, but %v has %v", c.Load.Values, c.Pool, c.Drain, price, missing, run.Asked, got, bestRun.Asked, best)
		}
	}
}

// fixed asks at each tick for one digit of its code.
type fixed struct{ code, base int }

func (fixed) Name() string                           { return "fixed" }
func (fixed) Every() time.Duration                   { return 0 }
func (fixed) Setting() float64                       { return 0 }
func (fixed) Settings() []float64                    { return nil }
func (p fixed) With(setting float64) simulate.Policy { return p }
func (p fixed) Begin(context.Context, simulate.Terms) simulate.Decide {
	rest := p.code
	return func(*simulate.View) capacity.Units {
		digit := rest % p.base
		rest /= p.base
		return capacity.Units(digit)
	}
}

package baseline_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// small is a random case that is short enough to try every schedule.
func small(random *rand.Rand, length, most int) simulate.Case {
	c := simulate.Case{
		Load: capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 15 * time.Second},
		Pool: capacity.Pool{
			UnitRate: 1, Max: capacity.Units(most - 1), Price: 0.5 + random.Float64(), LeadTime: time.Duration(random.IntN(3)) * 15 * time.Second,
			Min: capacity.Units(random.IntN(2)), Paid: capacity.Units(random.IntN(2)),
		},
		Start: capacity.Units(1 + random.IntN(2)), Drain: time.Duration(random.IntN(3))*15*time.Second - 1,
	}
	for range length {
		load := float64(random.IntN(most + 1)) // the highest is above Max
		if random.IntN(8) == 0 {
			load = math.NaN()
		}
		c.Load.Values = append(c.Load.Values, load)
	}
	c.Load.Values[random.IntN(length)] = 1
	return c
}

// TestBoundAgainstBruteForce: at any share, the cost of the bound is that of the
// lower convex hull of all schedules. The sweep over doubled prices is above it
// in many of the cases, so the test can tell the two apart.
func TestBoundAgainstBruteForce(t *testing.T) {
	const length, most = 8, 3
	random := rand.New(rand.NewPCG(12, 0))
	compared, above := 0, 0
	for range 60 {
		c := small(random, length, most)
		s, err := simulate.New(c)
		if err != nil {
			t.Fatal(err)
		}
		var all []simulate.Score
		for code := range int(math.Pow(most, length)) {
			run, err := s.Run(t.Context(), fixed{code: code, base: most})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, run.Score())
		}
		oracle := baseline.Oracle{Truth: c.Load}
		doubled, err := s.Sweep(t.Context(), oracle)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			share := random.Float64() * 0.7
			want, wantReach := simulate.Hull(all).CostAt(share)
			corners, err := s.Bound(t.Context(), oracle, share)
			if err != nil {
				t.Fatal(err)
			}
			got, reach := simulate.Hull(corners).CostAt(share)
			if math.Abs(got-want) > 1e-9 || reach != wantReach {
				t.Fatalf("load %v, pool %+v, drain %v, share %v: got %v %s, want %v %s", c.Load.Values, c.Pool, c.Drain, share, got, reach, want, wantReach)
			}
			if chord, reach := simulate.Hull(doubled).CostAt(share); reach == simulate.Within {
				compared++
				if chord > want+1e-9 {
					above++
				}
			}
		}
	}
	if above == 0 {
		t.Errorf("doubled prices reach the hull in all of %d cases: the cases are too easy", compared)
	}
}

// TestBound_Long: on days of lumpy load the search ends after few runs, at two
// corners between which no price finds another, for the oracle with and without
// lead time.
func TestBound_Long(t *testing.T) {
	c := lumpy(20)
	s, err := simulate.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []simulate.Policy{baseline.Oracle{Truth: c.Load}, baseline.InstantOracle{Truth: c.Load}} {
		for _, share := range []float64{0.0005, 0.01, 0.05, 0.2} {
			corners, err := s.Bound(t.Context(), p, share)
			if err != nil {
				t.Fatal(err)
			}
			if len(corners) > 40 {
				t.Errorf("%s at %v: it takes %d runs", p.Name(), share, len(corners))
			}
			curve := simulate.Hull(corners)
			cost, reach := curve.CostAt(share)
			if reach != simulate.Within {
				t.Fatalf("%s at %v is %s", p.Name(), share, reach)
			}
			// No other price has a run below the line at the share.
			for price := 0.3; price < 1e4; price *= 1.4 {
				run, err := s.Run(t.Context(), p.With(price))
				if err != nil {
					t.Fatal(err)
				}
				if lower, _ := simulate.Hull(append([]simulate.Score{run.Score()}, corners...)).CostAt(share); lower < cost*(1-1e-9) {
					t.Errorf("%s at %v: got %v, and with the price %v it is %v", p.Name(), share, cost, price, lower)
				}
			}
		}
	}
}

package regret_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/regret"
)

// TestCompare_OracleIsABound: in the money of the objective nobody does better
// than the oracle, who keeps the limits and the lead time, and without lead times
// nothing is dearer.
func TestCompare_OracleIsABound(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 0))
		in := hour()
		in.Policy.Demand.Step = []time.Duration{time.Minute, 5 * time.Minute, 90 * time.Second}[seed%3]
		in.Policy.Objective.Missing = []float64{3, 7, 20, 400}[random.IntN(4)] // a unit-hour is 6
		in.Policy.Control.Floor = []capacity.Floor{{Dynamic: 0.5}, {Dynamic: 1}, {Threshold: true}}[random.IntN(3)]
		in.Policy.Pools[0].Max = 6
		in.Policy.Pools[0].LeadTime = time.Duration(random.IntN(6)) * time.Minute
		in.Window.To = at(6 * 60)
		in.Held = in.Window.To
		in.Load = capacity.Series{Start: monday, Step: in.Policy.Demand.Step}
		for i := range int(6 * time.Hour / in.Load.Step) {
			rate := 10 * (3 + 3*random.Float64())
			if i/20%3 == 1 {
				rate *= 1.5 // above what Max serves, now and then
			}
			in.Load.Values = append(in.Load.Values, rate*in.Load.Step.Seconds())
		}
		// What was done is a number that somebody held.
		units := capacity.Units(1 + random.IntN(6))
		in.Outcomes = []capacity.Outcome{acted(units, units, -10, -10)}
		c, err := regret.Compare(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if c.Tally.Minutes != 6*60 {
			t.Errorf("seed %d: got %v minutes compared, want all of six hours", seed, c.Tally.Minutes)
		}
		least := c.Tally.Oracle.Money() * (1 - 1e-9)
		for _, a := range []regret.Account{c.Tally.Done, c.Tally.Reactive} {
			if a.Money() < least {
				t.Errorf("seed %d: %s takes %v, the oracle %v", seed, a.Way, a.Money(), c.Tally.Oracle.Money())
			}
		}
		if c.Tally.Instant.Money() > c.Tally.Oracle.Money()*(1+1e-9) {
			t.Errorf("seed %d: without lead times it takes %v, with them %v", seed, c.Tally.Instant.Money(), c.Tally.Oracle.Money())
		}
	}
}

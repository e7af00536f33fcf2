package baseline_test

import (
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// weeks is a daily wave with a lump every few minutes, in ticks of 15 s from a
// Monday on.
func weeks(n int) capacity.Series {
	s := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 15 * time.Second}
	for i := range n * 7 * 5760 {
		wave := 1000 + 800*math.Sin(2*math.Pi*float64(i)/5760)
		s.Values = append(s.Values, wave*(1+0.2*math.Sin(float64(i)/17)*math.Sin(float64(i)/5)))
	}
	return s
}

// twoWeeks is a week of training and one that counts.
func twoWeeks(tb testing.TB) simulate.Case {
	tb.Helper()
	load := weeks(2)
	return simulate.Case{
		Load: load, From: load.Len() / 2, Seed: 1,
		Pool: capacity.Pool{Name: "web", UnitRate: 50, Min: 1, Max: 200, Price: 1, LeadTime: 2 * time.Minute},
	}
}

// BenchmarkRun simulates a week of 40,320 ticks under each policy.
func BenchmarkRun(b *testing.B) {
	c := twoWeeks(b)
	for _, p := range append(baseline.Policies(), baseline.Foresight(c.Load)...) {
		b.Run(p.Name(), func(b *testing.B) {
			for b.Loop() {
				s, err := simulate.New(c)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Run(b.Context(), p); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(40320/b.Elapsed().Seconds()*float64(b.N)/1e6, "Mticks/s")
		})
	}
}

package dispatch_test

import (
	"math"
	"slices"
	"testing"

	"headroom/planner/dispatch"
	"headroom/planner/schedule"
)

// days is so many steps of 5 minutes on a reserved, an on-demand and a spot
// pool of different units.
func days(steps int) dispatch.Problem {
	p := dispatch.Problem{Missing: 0.9}
	for t := range steps {
		mean := 420 + 300*math.Sin(2*math.Pi*float64(t)/288) + 40*math.Sin(2*math.Pi*float64(t)/37)
		l := dispatch.Load{}
		for _, q := range []float64{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.995} {
			l.Levels = append(l.Levels, q)
			l.Points = append(l.Points, mean*math.Exp(0.12*math.Log(q/(1-q))))
		}
		p.Loads = append(p.Loads, l)
	}
	pool := func(before, high, up, down, early, dip, hold int) schedule.Limits {
		l := schedule.Limits{Before: before}
		l.Lo, l.Hi = slices.Repeat([]int{0}, steps), slices.Repeat([]int{high}, steps)
		l.Up, l.Down = slices.Repeat([]int{up}, steps), slices.Repeat([]int{down}, steps)
		l.Dip, l.Hold = slices.Repeat([]int{dip}, steps), slices.Repeat([]int{hold}, steps)
		clear(l.Up[:min(early, steps)])
		return l
	}
	p.Pools = []dispatch.Pool{
		{Rate: 10, Price: 0.9, Change: 0.5, Paid: 20, Limits: pool(20, 40, 8, 8, 3, 3, 0)},
		{Rate: 4, Price: 0.45, Change: 0.1, Limits: pool(40, 120, 30, 30, 1, 1, 0)},
		{Rate: 10, Price: 0.35, Change: 0.2, Lost: 0.02, Limits: pool(5, 40, 10, 10, 2, 2, 2)},
	}
	return p
}

// BenchmarkSolve also reports how far, as a share of the cost, the solution can
// be from the best.
func BenchmarkSolve(b *testing.B) {
	p := days(576)
	for b.Loop() {
		s, err := dispatch.Solve(p)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric((s.Cost-s.Bound)/s.Cost, "gap")
	}
}

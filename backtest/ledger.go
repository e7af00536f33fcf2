package backtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"headroom/capacity"
	"headroom/simulate"
)

// A ledger is what a model's plans came to, by origin and level of risk.
type ledger struct {
	costing Costing
	risks   []float64
	rows    [][]tally
}

// ledger opens an empty one.
func (c Costing) ledger() *ledger { return &ledger{costing: c, risks: c.risks()} }

// enter adds an origin, whose errors are as the calibration has them.
func (l *ledger) enter(o Origin, known Calibration) error {
	row, err := l.costing.replay(o, known, l.risks)
	l.rows = append(l.rows, row)
	return err
}

// total adds up the rows of some origins, by level of risk.
func (l *ledger) total(picks []int) []tally {
	all := make([]tally, len(l.risks))
	for _, k := range picks {
		for r, t := range l.rows[k] {
			all[r] = all[r].plus(t)
		}
	}
	return all
}

// share is the share of so many steps in which capacity may be missing: one of
// them at least, since no backtest can tell more.
func (c Costing) share(steps float64) float64 { return max(c.Share, over(1, steps)) }

// cost is what the plans for some origins cost at the promised service, on the
// convex hull of all levels of risk; infinite if none of them keeps it.
func (l *ledger) cost(picks []int) float64 {
	total := l.total(picks)
	sweep := make([]simulate.Score, len(total))
	for r, t := range total {
		sweep[r] = simulate.Score{Setting: l.risks[r], Share: over(t.short, t.steps), Cost: t.cost}
	}
	cost, reach := simulate.Hull(sweep).CostAt(l.costing.share(total[0].steps))
	if reach == simulate.Stricter {
		return math.Inf(1)
	}
	return cost
}

// resamples is how often origins are drawn anew.
const resamples = 1000

// A lottery is resamples of origins. Few origins come out the same again and
// again, but for their order, so that little has to be added up.
type lottery struct {
	distinct [][]int
	drawn    []int // of each resample, its place in distinct
}

// draw resamples n origins with replacement, in blocks of neighbours whose
// forecasts overlap, which may go on from the last to the first: the circular
// block bootstrap of Politis and Romano (A circular block-resampling procedure
// for stationary data, in Exploring the Limits of Bootstrap, 1992). There are
// two blocks at least, and they are the same in every run.
func draw(n, block int) lottery {
	block = max(1, min(block, n/2))
	random := rand.New(rand.NewPCG(1, uint64(n)))
	var l lottery
	places := map[string]int{}
	for range resamples {
		var picks []int
		for len(picks) < n {
			from := random.IntN(n)
			for k := range min(block, n-len(picks)) {
				picks = append(picks, (from+k)%n)
			}
		}
		slices.Sort(picks)
		key := fmt.Sprint(picks)
		place, again := places[key]
		if !again {
			place = len(l.distinct)
			places[key] = place
			l.distinct = append(l.distinct, picks)
		}
		l.drawn = append(l.drawn, place)
	}
	return l
}

// costs are the cost at all origins, and then in each draw.
func (l *ledger) costs(draws lottery) []float64 {
	distinct := make([]float64, len(draws.distinct))
	for i, picks := range draws.distinct {
		distinct[i] = l.cost(picks)
	}
	costs := []float64{l.cost(everyone(len(l.rows)))}
	for _, place := range draws.drawn {
		costs = append(costs, distinct[place])
	}
	return costs
}

// everyone is each of n origins once.
func everyone(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// outlay is what the ledger says of a model, apart from how it compares.
func (l *ledger) outlay() *capacity.Outlay {
	all := everyone(len(l.rows))
	t := l.total(all)[slices.Index(l.risks, l.costing.promised())]
	x := capacity.Outlay{Promised: l.costing.share(t.steps), UnitHours: t.hours, Missing: t.missing, Short: over(t.short, t.steps)}
	if cost := l.cost(all); !math.IsInf(cost, 0) {
		x.Cost, x.Kept = cost, true
	}
	return &x
}

// relate compares costs with others, of which the first is that at all origins
// and the rest are drawn; it returns the ratios that were drawn, in order.
func relate(x *capacity.Outlay, costs, others []float64) []float64 {
	x.Ratio = relative(costs[0], others[0])
	var drawn []float64
	for i := range costs[1:] {
		drawn = append(drawn, relative(costs[i+1], others[i+1]))
	}
	x.Low, x.High = interval(drawn)
	return drawn
}

// interval holds 95 of 100 values.
func interval(values []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return sorted[n*25/1000], sorted[n*975/1000-1]
}

// relative is a cost over another, within 0.01 and 100, where infinite ones are
// equal.
func relative(a, b float64) float64 {
	if math.IsInf(a, 1) && math.IsInf(b, 1) {
		return 1
	}
	return ratio(a, b)
}

package backtest

import (
	"cmp"
	"math"
	"slices"

	"headroom/capacity"
)

// An Entry is what one series says of the models.
type Entry struct {
	Choice
	Baseline string

	covered []mean      // of Board[i], the share of measurements inside the interval
	drawn   [][]float64 // of Board[i], the ratios of its cost that resampling gave
}

// Enter keeps of a comparison, in which the baseline has a score, what a
// [Leaderboard] needs.
func Enter(c Comparison, baseline string) Entry {
	e := Entry{Choice: c.Choice, Baseline: baseline, drawn: c.drawn}
	var compared []Result
	for _, s := range c.Choice.Board {
		if s.Refused == "" {
			compared = append(compared, c.Results[slices.IndexFunc(c.Results, func(r Result) bool { return r.Score.Model == s.Model })])
		}
	}
	for _, r := range compared {
		origins := r.Origins
		for _, other := range compared {
			origins = at(origins, other.Origins)
		}
		e.covered = append(e.covered, covered(origins))
	}
	return e
}

// covered is the share of measurements inside the interval from the quantile
// 0.05 to 0.95, each origin's being calibrated as in [score]. Unlike the
// difference of two coverages it counts a measurement on either end as inside,
// which matters where load is often zero.
func covered(origins []Origin) mean {
	var inside mean
	for k, o := range origins {
		c := calibrate(known(origins[:k], o.Train))
		if k < calibrating(origins) || len(c.Blocks) == 0 {
			continue
		}
		ends := c.distances([]float64{0.05, 0.95})
		for i, y := range o.Actual {
			in := 0.0
			block := c.block(o.Steps[i])
			if c.at(ends[0], block, o.Point[i]) <= y && y <= c.at(ends[1], block, o.Point[i]) {
				in = 1
			}
			inside.add(in)
		}
	}
	return inside
}

// A Leaderboard compares models over many series; the zero Leaderboard is
// empty. Its numbers depend on the order of the entries only by rounding.
type Leaderboard struct {
	standings []Standing
	sums      []sums // of each standing
}

// A Standing is how good a model is over all series of a [Leaderboard]. On a
// series on which it failed, the baseline's numbers stand in for its own, since
// the baseline would forecast in its place; so all models are compared on the
// same series.
type Standing struct {
	Model string
	// MAE is the geometric mean over series of the mean absolute error, over
	// that of the baseline: 0.8 is 20 % less. A series counts as at least 0.01
	// and at most 100, and as 1 where neither errs. Fleming and Wallace,
	// Communications of the ACM 29, 1986: only the geometric mean of ratios
	// does not depend on the baseline.
	MAE float64
	// MASE is the mean over series of MAE over the in-sample MAE of the
	// seasonal naive; series that only repeat themselves have none. Hyndman
	// and Koehler, International Journal of Forecasting 22, 2006.
	MASE float64
	// Pinball is the mean over series of [capacity.Score.Pinball].
	Pinball float64
	// Coverage is the mean over series of the share of measurements inside the
	// central 90 % interval: 0.9 is right, less is too sure.
	Coverage float64
	// Intervals is how many series had origins enough to judge that; without
	// any, Coverage is 0.
	Intervals int
	Won       int // series on which it was chosen
	Failed    int // series on which it was not compared
	// Outlay is how the costs compare, where models were compared by cost.
	Outlay *Outlay
}

// sums are the means that a standing is made of, as far as they are known.
type sums struct {
	ratio, mase, pinball, coverage mean
	cost, short, missing           mean
	drawn                          []mean // logarithms of ratios of cost
}

// Add counts one more series.
func (l *Leaderboard) Add(e Entry) {
	base := slices.IndexFunc(e.Board, func(s capacity.Score) bool { return s.Model == e.Baseline })
	scaled := slices.ContainsFunc(e.Board, func(s capacity.Score) bool { return s.MASE > 0 })
	for i, s := range e.Board {
		at := slices.IndexFunc(l.standings, func(x Standing) bool { return x.Model == s.Model })
		if at < 0 {
			at = len(l.standings)
			l.standings, l.sums = append(l.standings, Standing{Model: s.Model}), append(l.sums, sums{})
		}
		x, sum := &l.standings[at], &l.sums[at]
		if s.Model == e.Winner {
			x.Won++
		}
		if s.Refused != "" {
			x.Failed++
			i, s = base, e.Board[base]
		}
		sum.ratio.add(math.Log(ratio(s.MAE, e.Board[base].MAE)))
		sum.pinball.add(s.Pinball)
		if scaled {
			sum.mase.add(s.MASE)
		}
		if e.covered[i].n > 0 {
			sum.coverage.add(e.covered[i].value)
		}
		if s.Outlay != nil {
			sum.spend(*s.Outlay, e.drawn[i])
		}
	}
}

// ratio is a over b, within 0.01 and 100.
func ratio(a, b float64) float64 {
	switch {
	case a == 0 && b == 0:
		return 1
	case b == 0:
		return 100
	}
	return min(max(a/b, 0.01), 100)
}

// Standings lists the models, best first: those with the lowest MAE, or of
// entries by cost the lowest ratio of that, and of equals the one that was
// entered first.
func (l *Leaderboard) Standings() []Standing {
	all := slices.Clone(l.standings)
	for i, sum := range l.sums {
		x := &all[i]
		x.MAE = math.Exp(sum.ratio.value)
		x.MASE, x.Pinball, x.Coverage = sum.mase.value, sum.pinball.value, sum.coverage.value
		x.Intervals = int(sum.coverage.n)
		x.Outlay = sum.outlay()
	}
	slices.SortStableFunc(all, func(a, b Standing) int {
		if a.Outlay != nil && b.Outlay != nil {
			return cmp.Compare(a.Outlay.Ratio, b.Outlay.Ratio)
		}
		return cmp.Compare(a.MAE, b.MAE)
	})
	return all
}

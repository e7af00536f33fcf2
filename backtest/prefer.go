package backtest

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"headroom/capacity"
)

// prefer makes the preferred model the winner unless the baseline is better by
// more than chance. That another model had less loss at the same few origins is said,
// and decides nothing: over many series the preferred model errs less than each of
// the others (docs/benchmarks.md).
func (c *Choice) prefer(preferred, base Result) {
	score := func(r Result) capacity.Score {
		return c.Board[slices.IndexFunc(c.Board, func(s capacity.Score) bool { return s.Model == r.Score.Model })]
	}
	own, other := score(preferred), score(base)
	if worse(preferred.Origins, base.Origins) {
		c.Winner, c.Code = other.Model, capacity.CodeWorse
		c.Why = fmt.Sprintf("the baseline %s is better than %s by more than chance at %s (mean absolute error %s, not %s)",
			other.Model, own.Model, capacity.Count(own.Origins, "origin"), capacity.Figure(other.MAE), capacity.Figure(own.MAE))
		return
	}
	c.Winner, c.Code = own.Model, ""
	if nearlyExact(own, other) {
		c.Why = fmt.Sprintf("%s and the baseline %s are both nearly exact at %s: their pinball loss is below 0.1%% of the mean load", own.Model, other.Model, capacity.Count(own.Origins, "origin"))
		return
	}
	c.Why = fmt.Sprintf("%s has a pinball loss of %.4f at %s, %s the baseline %s", own.Model, own.Pinball, capacity.Count(own.Origins, "origin"), against(own.Pinball, other.Pinball), other.Model)
	if own.Pinball > other.Pinball {
		c.Why += ", which may be chance"
	}
	if best := c.Board[0]; best.Refused == "" && best.Model != own.Model && best.Model != other.Model && best.Pinball < own.Pinball {
		c.Why += fmt.Sprintf("; %s has %.1f%% less at these origins, but alone it is not used: over many series %s errs less than each single model",
			best.Model, 100*(1-best.Pinball/own.Pinball), own.Model)
	}
}

// nearlyExact reports whether all scores are so low that how they compare says
// nothing: below a thousandth of the mean load.
func nearlyExact(scores ...capacity.Score) bool {
	return !slices.ContainsFunc(scores, func(s capacity.Score) bool { return s.Pinball >= 0.001 })
}

// against says how a loss compares with another one.
func against(loss, other float64) string {
	switch {
	case loss == other:
		return "as much as"
	case loss < other:
		return fmt.Sprintf("%.1f%% below", 100*(1-loss/other))
	case other == 0:
		return "above the zero of"
	}
	return fmt.Sprintf("%.1f%% above", 100*(loss/other-1))
}

// worse reports whether the mean absolute errors at origins are larger than at
// the same others by more than chance.
func worse(origins, others []Origin) bool {
	var differences []float64
	for i, o := range origins {
		if len(o.Actual) > 0 {
			differences = append(differences, o.error()-others[i].error())
		}
	}
	n := float64(len(differences))
	if n < 3 {
		return false
	}
	mean, deviation := stat.MeanStdDev(differences, nil)
	if mean <= 0 {
		return false
	}
	return mean/(deviation/math.Sqrt(n)) > distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(0.99)
}

// error is the mean absolute error at the origin.
func (o Origin) error() float64 {
	var m mean
	for i, y := range o.Actual {
		m.add(math.Abs(y - o.Point[i]))
	}
	return m.value
}

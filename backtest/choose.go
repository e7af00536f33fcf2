package backtest

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"headroom/capacity"
)

// A Choice is which of several models to use, and why.
type Choice struct {
	Winner string
	Why    string
	// Board has the score of every model, best first, on the origins that all
	// of them were compared on; those that were not compared come last and say
	// why in Refused.
	Board []capacity.Score
}

// tie is how close to the lowest Pinball a simpler model must come to be
// preferred: differences below it are noise.
const tie = 0.01

// Choose compares results of one series and one Settings, simplest model first.
//
// The preferred model wins, unless the baseline is better by more than chance:
// by a one-sided t-test at 1 % of the errors at the same origins, which for
// forecasts is the test of Diebold and Mariano (Journal of Business and Economic
// Statistics 13, 1995, 253-263) with an origin as the unit. Where there is no
// preferred model, or it has no score, the lowest Pinball wins; of those within
// 1 % of it, the simplest does, and one other than the baseline only wins if it
// beats the baseline.
//
// All are compared on the same origins: those at which none of them refused. A
// model that refused at more than half of the baseline's origins is out, so
// that it does not spoil the comparison of the others. Choose returns
// ErrNotFound if there is no result of the baseline, and ErrTooShort if the
// baseline has no score.
func Choose(results []Result, baseline, preferred string) (Choice, error) {
	base := slices.IndexFunc(results, func(r Result) bool { return r.Score.Model == baseline })
	switch {
	case base < 0:
		return Choice{}, fmt.Errorf("choose a model: there is no result of the baseline %q, backtest it too: %w", baseline, capacity.ErrNotFound)
	case results[base].Score.Refused != "":
		return Choice{}, fmt.Errorf("choose a model: the baseline was refused (%s): %w", results[base].Score.Refused, capacity.ErrTooShort)
	}
	total := len(results[base].Origins)
	shared := results[base].Origins
	var compared []Result
	var out []capacity.Score
	for _, r := range results {
		common := at(shared, r.Origins)
		switch {
		case r.Score.Refused != "":
			out = append(out, r.Score)
		case 2*len(common) < total:
			out = append(out, capacity.Score{
				Model:   r.Score.Model,
				Refused: fmt.Sprintf("it has forecasts at %d of the %d origins to compare at, which is less than half: wait for more history", len(common), total),
			})
		default:
			compared, shared = append(compared, r), common
		}
	}
	var board []capacity.Score
	for i, r := range compared {
		if common := at(r.Origins, shared); len(common) < len(r.Origins) || r.Score.Points == 0 {
			compared[i].Origins = common
			compared[i].Score = score(r.Score.Model, common, r.Levels)
		}
		board = append(board, compared[i].Score)
	}
	c := rank(board, out, baseline)
	if p := slices.IndexFunc(compared, func(r Result) bool { return r.Score.Model == preferred }); p >= 0 {
		base := compared[slices.IndexFunc(compared, func(r Result) bool { return r.Score.Model == baseline })]
		c.prefer(compared[p], base)
	}
	return c, nil
}

// rank chooses from board, whose scores are comparable and in the order of the
// models; out is appended to it as it is.
func rank(board, out []capacity.Score, baseline string) Choice {
	base := board[slices.IndexFunc(board, func(s capacity.Score) bool { return s.Model == baseline })]
	lowest := slices.MinFunc(board, func(a, b capacity.Score) int { return cmp.Compare(a.Pinball, b.Pinball) })
	winner := board[slices.IndexFunc(board, func(s capacity.Score) bool { return s.Pinball <= lowest.Pinball*(1+tie) })]

	c := Choice{Winner: winner.Model}
	switch {
	case winner.Model != baseline && winner.Pinball >= base.Pinball:
		c.Winner = baseline
		c.Why = fmt.Sprintf("no model beats the baseline %s (pinball loss %.4f) at %d origins", baseline, base.Pinball, base.Origins)
	case winner.Model == baseline:
		c.Why = fmt.Sprintf("no model beats the baseline %s (pinball loss %.4f) by more than 1%% at %d origins", baseline, base.Pinball, base.Origins)
	default:
		c.Why = fmt.Sprintf("%s has a pinball loss of %.4f at %d origins, %.1f%% below the baseline %s", winner.Model, winner.Pinball, winner.Origins,
			100*(1-winner.Pinball/base.Pinball), baseline)
		if winner.Model != lowest.Model {
			c.Why += fmt.Sprintf("; it is simpler than %s, which is less than 1%% better", lowest.Model)
		}
	}
	for i := range board {
		if base.Pinball > 0 {
			board[i].Skill = 1 - board[i].Pinball/base.Pinball
		}
	}
	slices.SortStableFunc(board, func(a, b capacity.Score) int { return cmp.Compare(a.Pinball, b.Pinball) })
	c.Board = slices.Concat(board, out)
	return c
}

// prefer makes the preferred model the winner unless the baseline is better by
// more than chance.
func (c *Choice) prefer(preferred, base Result) {
	score := func(r Result) capacity.Score {
		return c.Board[slices.IndexFunc(c.Board, func(s capacity.Score) bool { return s.Model == r.Score.Model })]
	}
	own, other := score(preferred), score(base)
	if worse(preferred.Origins, base.Origins) {
		c.Winner = other.Model
		c.Why = fmt.Sprintf("the baseline %s is better than %s by more than chance at %d origins (mean absolute error %s, not %s)",
			other.Model, own.Model, own.Origins, capacity.Figure(other.MAE), capacity.Figure(own.MAE))
		return
	}
	c.Winner = own.Model
	c.Why = fmt.Sprintf("%s has a pinball loss of %.4f at %d origins, %s the baseline %s", own.Model, own.Pinball, own.Origins, against(own.Pinball, other.Pinball), other.Model)
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

// at is those of origins that are at the same place as one of others.
func at(origins, others []Origin) []Origin {
	var out []Origin
	for _, o := range origins {
		if slices.ContainsFunc(others, func(p Origin) bool { return p.Train == o.Train }) {
			out = append(out, o)
		}
	}
	return out
}

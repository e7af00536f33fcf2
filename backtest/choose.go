package backtest

import (
	"cmp"
	"fmt"
	"slices"

	"headroom/capacity"
)

// A Choice is which of several models to use, and why.
type Choice struct {
	Winner string
	Why    string
	// Code is why the winner is neither the preferred model nor the best of the
	// others: worse than the baseline, or what kept it from being compared or
	// fitted. It is empty if it is one of them.
	Code capacity.Code `json:",omitempty"`
	// Board has the score of every model, best first, on the origins that all
	// of them were compared on; those that were not compared come last and say
	// why in Refused.
	Board []capacity.Score
}

// Score is the winner's; zero if it was not compared.
func (c Choice) Score() capacity.Score {
	for _, s := range c.Board {
		if s.Model == c.Winner && s.Refused == "" {
			return s
		}
	}
	return capacity.Score{}
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
	compared, out, err := alike(results, baseline)
	if err != nil {
		return Choice{}, err
	}
	var board []capacity.Score
	for _, r := range compared {
		board = append(board, r.Score)
	}
	c := rank(board, out, baseline)
	if p := slices.IndexFunc(compared, func(r Result) bool { return r.Score.Model == preferred }); p >= 0 {
		base := compared[slices.IndexFunc(compared, func(r Result) bool { return r.Score.Model == baseline })]
		c.prefer(compared[p], base)
	}
	return c, nil
}

// alike are the results that can be compared, cut to the origins at which none
// of them refused and scored there, and the scores of the others.
func alike(results []Result, baseline string) (compared []Result, out []capacity.Score, err error) {
	base := slices.IndexFunc(results, func(r Result) bool { return r.Score.Model == baseline })
	switch {
	case base < 0:
		return nil, nil, fmt.Errorf("choose a model: there is no result of the baseline %q, backtest it too: %w", baseline, capacity.ErrNotFound)
	case results[base].Score.Refused != "":
		return nil, nil, fmt.Errorf("choose a model: the baseline was refused (%s): %w", results[base].Score.Refused, capacity.ErrTooShort)
	}
	total := len(results[base].Origins)
	shared := results[base].Origins
	for _, r := range results {
		common := at(shared, r.Origins)
		switch {
		case r.Score.Refused != "":
			out = append(out, r.Score)
		case 2*len(common) < total:
			out = append(out, capacity.Score{
				Model:   r.Score.Model,
				Code:    capacity.CodeTooShort,
				Refused: fmt.Sprintf("it has forecasts at %d of the %d origins to compare at, which is less than half: wait for more history", len(common), total),
			})
		default:
			compared, shared = append(compared, r), common
		}
	}
	for i, r := range compared {
		if common := at(r.Origins, shared); len(common) < len(r.Origins) || r.Score.Points == 0 {
			compared[i].Origins = common
			compared[i].Score = score(r.Score.Model, common, r.Levels)
		}
	}
	return compared, out, nil
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
		c.Winner, c.Code = baseline, capacity.CodeWorse
		c.Why = fmt.Sprintf("no model beats the baseline %s (pinball loss %.4f) at %s", baseline, base.Pinball, capacity.Count(base.Origins, "origin"))
	case winner.Model == baseline:
		c.Why = fmt.Sprintf("no model beats the baseline %s (pinball loss %.4f) by more than 1%% at %s", baseline, base.Pinball, capacity.Count(base.Origins, "origin"))
	default:
		c.Why = fmt.Sprintf("%s has a pinball loss of %.4f at %s, %.1f%% below the baseline %s", winner.Model, winner.Pinball, capacity.Count(winner.Origins, "origin"),
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

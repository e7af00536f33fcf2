package backtest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// Compare is the package's Compare by what the models' plans would have cost,
// instead of by their errors; the nil Costing compares by error. From the same
// origins, and by quantiles that are calibrated as they are scored, plans are
// made at many levels of risk and meet the load that came. The model wins whose
// plans cost least where capacity is missing in the promised share of steps; of
// those within 1 % of it, the simplest does, and one other than the baseline
// only wins if it costs less than the baseline. No model is preferred. Each
// score of the board has an Outlay, with the interval of its ratio to the
// baseline's cost.
//
// Where costs cannot be compared, since there are fewer than two origins beside
// those that only calibrate, the baseline costs nothing or keeps no such
// service, or a plan is refused, models are compared by error, NoCosts and
// Choice.Why say why, and no score has an Outlay. The errors are those of [Choose].
func (c *Costing) Compare(models []capacity.Model, results []Result, baseline string) (Comparison, error) {
	if c == nil {
		return Compare(models, results, baseline)
	}
	all, weights, _ := withBlends(models, results)
	same, out, err := alike(all, baseline)
	if err != nil {
		return Comparison{}, err
	}
	board, drawn, err := c.filled().board(same, baseline)
	if err != nil {
		x, failed := Compare(models, results, baseline)
		x.NoCosts = err.Error()
		x.Choice.Why = fmt.Sprintf("by error, since costs cannot be compared (%s): %s", x.NoCosts, x.Choice.Why)
		return x, failed
	}
	choice, order := rankByCost(board, baseline)
	choice.Board = append(choice.Board, out...)
	x := compared(choice, all, weights)
	for _, i := range order {
		x.drawn = append(x.drawn, drawn[i])
	}
	return x, nil
}

// errNoCost: there is nothing to compare by.
var errNoCost = errors.New("the baseline's plans cost nothing, or keep the service level at no risk")

// board is the scores of results, in their order, each with its outlay, and the
// ratios of costs that were drawn.
func (c Costing) board(results []Result, baseline string) (board []capacity.Score, drawn [][]float64, err error) {
	origins := results[0].Origins
	first := calibrating(origins)
	n := len(origins) - first
	if n < 2 {
		return nil, nil, fmt.Errorf("origins beside those that only calibrate: %d, needed: 2, wait for more history: %w", max(0, n), capacity.ErrTooShort)
	}
	again := draw(n, overlap(origins))
	costs := make([][]float64, len(results))
	for i, r := range results {
		l := c.ledger()
		for k := first; k < len(r.Origins); k++ {
			if err := l.enter(r.Origins[k], calibrate(known(r.Origins[:k], r.Origins[k].Train))); err != nil {
				return nil, nil, err
			}
		}
		costs[i] = l.costs(again)
		r.Score.Outlay = l.outlay()
		board = append(board, r.Score)
	}
	base := costs[slices.IndexFunc(board, func(s capacity.Score) bool { return s.Model == baseline })]
	if base[0] == 0 || math.IsInf(base[0], 1) {
		return nil, nil, errNoCost
	}
	for i := range board {
		drawn = append(drawn, relate(board[i].Outlay, costs[i], base))
	}
	return board, drawn, nil
}

// rankByCost chooses from board, which is in the order of the models, and also
// returns the places in it that its own board, which is sorted, has them from.
func rankByCost(board []capacity.Score, baseline string) (c Choice, order []int) {
	base := board[slices.IndexFunc(board, func(s capacity.Score) bool { return s.Model == baseline })]
	lowest := slices.MinFunc(board, func(a, b capacity.Score) int { return cmp.Compare(a.Outlay.Ratio, b.Outlay.Ratio) })
	winner := board[slices.IndexFunc(board, func(s capacity.Score) bool { return s.Outlay.Ratio <= lowest.Outlay.Ratio*(1+tie) })]
	service := fmt.Sprintf("where capacity is missing in %s of the steps", percent(base.Outlay.Promised))
	if winner.Model != baseline && winner.Outlay.Ratio >= 1 {
		winner, c.Code = base, capacity.CodeWorse
	}
	c.Winner = winner.Model
	if winner.Model == baseline {
		c.Why = fmt.Sprintf("no model's plans cost more than 1%% less than those of the baseline %s %s", baseline, service)
	} else {
		c.Why = fmt.Sprintf("the plans of %s cost %s less than those of the baseline %s %s (95%% interval %s to %s)", winner.Model,
			percent(1-winner.Outlay.Ratio), baseline, service, percent(1-winner.Outlay.High), percent(1-winner.Outlay.Low))
		if winner.Model != lowest.Model {
			c.Why += fmt.Sprintf("; it is simpler than %s, whose plans cost less than 1%% less", lowest.Model)
		}
	}
	order = everyone(len(board))
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(board[i].Outlay.Ratio, board[j].Outlay.Ratio) })
	for _, i := range order {
		s := board[i]
		if base.Pinball > 0 {
			s.Skill = 1 - s.Pinball/base.Pinball
		}
		c.Board = append(c.Board, s)
	}
	return c, order
}

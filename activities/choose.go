package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/models/blend"
)

// ChooseInput is the candidates' backtests, in the order of the candidates.
type ChooseInput struct {
	Policy    capacity.Policy
	Version   string
	Backtests []capacity.Ref
}

// ChooseResult is which candidate to train, and why.
type ChooseResult struct {
	Winner   string
	Weights  blend.Weights // that the winner learnt, if it is a blend that learns
	Backtest capacity.Ref  // the winner's
	Why      string
	Score    capacity.Score // the winner's
	Board    capacity.Ref
}

// gain is how much lower than the champion's a challenger's pinball loss must
// be: a model is not changed for less.
const gain = 0.02

// Choose compares the candidates on the same origins. The best wins only if it
// beats the baseline, and replaces another champion only by a gain of 2 %.
func (a *Activities) Choose(ctx context.Context, in ChooseInput) (out ChooseResult, err error) {
	defer cross(&err)
	var results []backtest.Result
	for _, ref := range in.Backtests {
		var r backtest.Result
		if err := a.getJSON(ctx, ref, &r); err != nil {
			return out, err
		}
		results = append(results, r)
	}
	best, err := backtest.Compare(a.Models(in.Policy.Demand.Step), results, a.Baseline)
	if err != nil {
		return out, err
	}
	choice, winner := best.Choice, best.Winner
	champion, _, err := a.champion(ctx, in.Policy.Service)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return out, err
	}
	scores := map[string]capacity.Score{}
	for _, s := range choice.Board {
		scores[s.Model] = s
	}
	out.Winner, out.Why, out.Weights = choice.Winner, choice.Why, best.Weights
	held, challenger := scores[champion.Model], scores[choice.Winner]
	if champion.Model != "" && champion.Model != choice.Winner && held.Points > 0 && held.Skill > 0 && challenger.Pinball > (1-gain)*held.Pinball {
		out.Winner, out.Weights = champion.Model, blend.Weights{}
		winner = best.Results[slices.IndexFunc(best.Results, func(r backtest.Result) bool { return r.Score.Model == champion.Model })]
		out.Why = fmt.Sprintf("%s stays: %s is better by less than %.0f %%", champion.Model, choice.Winner, 100*gain)
	}
	out.Score = scores[out.Winner]
	if out.Backtest, err = a.putJSON(ctx, capacity.BacktestKey(in.Policy.Service, in.Version, out.Winner), winner); err != nil {
		return out, err
	}
	out.Board, err = a.putJSON(ctx, capacity.BoardKey(in.Policy.Service, in.Version), choice.Board)
	return out, err
}

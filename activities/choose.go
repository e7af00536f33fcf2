package activities

import (
	"context"
	"errors"
	"fmt"

	"headroom/backtest"
	"headroom/capacity"
)

// ChooseInput is the candidates' backtests, in the order of the candidates.
type ChooseInput struct {
	Service   string
	Version   string
	Backtests []capacity.Ref
}

// ChooseResult is which candidate to train, and why.
type ChooseResult struct {
	Winner   string
	Backtest capacity.Ref // the winner's
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
	refs := map[string]capacity.Ref{}
	var results []backtest.Result
	for _, ref := range in.Backtests {
		var r backtest.Result
		if err := a.getJSON(ctx, ref, &r); err != nil {
			return out, err
		}
		results, refs[r.Score.Model] = append(results, r), ref
	}
	choice, err := backtest.Choose(results, a.Baseline)
	if err != nil {
		return out, err
	}
	champion, _, err := a.champion(ctx, in.Service)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return out, err
	}
	scores := map[string]capacity.Score{}
	for _, s := range choice.Board {
		scores[s.Model] = s
	}
	out.Winner, out.Why = choice.Winner, choice.Why
	held, best := scores[champion.Model], scores[choice.Winner]
	if champion.Model != "" && champion.Model != choice.Winner && held.Points > 0 && held.Skill > 0 && best.Pinball > (1-gain)*held.Pinball {
		out.Winner = champion.Model
		out.Why = fmt.Sprintf("%s stays: %s is better by less than %.0f %%", champion.Model, choice.Winner, 100*gain)
	}
	out.Score, out.Backtest = scores[out.Winner], refs[out.Winner]
	out.Board, err = a.putJSON(ctx, capacity.BoardKey(in.Service, in.Version), choice.Board)
	return out, err
}

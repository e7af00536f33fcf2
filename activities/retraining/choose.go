package retraining

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/models/blend"
	"headroom/pipeline"
)

// ChooseInput is the history, and the candidates' backtests on it, in the order
// of the candidates.
type ChooseInput struct {
	Policy    capacity.Policy
	Table     capacity.Ref
	Version   string
	Backtests []capacity.Ref
}

// ChooseResult is which candidate to train, and why.
type ChooseResult struct {
	Winner    string
	Weights   blend.Weights // that the winner learnt, if it is a blend that learns
	Backtest  capacity.Ref  // the winner's
	Promotion capacity.Ref  // the decision and its numbers
	Promote   bool          // whether the winner takes the champion's place, once trained
	Why       string
	LeftOut   string         // the candidates that were not compared, each with its code
	Score     capacity.Score // the winner's
	Board     capacity.Ref
}

// A promotion is the record of what a retraining decided. Where the best
// candidate did not take the champion's place, the champion's own model,
// retrained, was the next to try.
type promotion struct {
	Version   string
	Table     capacity.Ref
	Champion  capacity.Ref
	Decisions []backtest.Decision
}

// Choose compares the candidates on the same origins, and lets the best of them
// challenge the champion, by the rule of [backtest.Promote], or as [pipeline.Costing] has
// it.
func (a *Retraining) Choose(ctx context.Context, in ChooseInput) (out ChooseResult, err error) {
	defer failure.Cross(&err)
	var results []backtest.Result
	for _, ref := range in.Backtests {
		var r backtest.Result
		if err := a.Records.GetJSON(ctx, ref, &r); err != nil {
			return out, err
		}
		results = append(results, r)
	}
	history, ready, err := histories.Prepared(ctx, a.Records, in.Table, in.Policy)
	if err != nil {
		return out, err
	}
	s := ready.Series
	models := a.Models(s.Step)
	costing := pipeline.Costing(in.Policy, s)
	best, err := costing.Compare(models, results, cmp.Or(a.Baseline, backtest.Baseline(models)))
	if err != nil {
		return out, err
	}
	champion, _, err := ReadChampion(ctx, a.Records, in.Policy.Service)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) && !errors.Is(err, capacity.ErrBadData) {
		return out, err
	}
	incumbent, err := a.incumbent(ctx, champion, in.Policy, history.End(), ready, best.Results)
	if err != nil {
		return out, err
	}
	out.LeftOut = best.Choice.LeftOut()
	winner := best.Winner
	record := promotion{Version: in.Version, Table: in.Table, Champion: champion.Trained}
	decision := costing.Promote(incumbent, winner)
	record.Decisions = append(record.Decisions, decision)
	out.Why = why(decision, best.Choice.Why)
	own := slices.IndexFunc(best.Results, func(r backtest.Result) bool { return r.Score.Model == champion.Model && r.Score.Refused == "" })
	if !decision.Promote && own >= 0 && winner.Score.Model != champion.Model {
		again := costing.Promote(incumbent, best.Results[own])
		record.Decisions = append(record.Decisions, again)
		out.Why += "; " + again.Why
		if again.Promote {
			winner, decision = best.Results[own], again
		}
	}
	out.Winner, out.Promote = winner.Score.Model, decision.Promote
	out.Weights = backtest.Learnt(models, out.Winner, best.Results)
	for _, score := range best.Choice.Board {
		if score.Model == out.Winner {
			out.Score = score
		}
	}
	return out, a.putChoice(ctx, in, &out, winner, best.Choice.Board, record)
}

// why is a decision in a sentence or two.
func why(d backtest.Decision, choice string) string {
	if d.Reason == backtest.First {
		return choice
	}
	return fmt.Sprintf("%s; %s", d.Why, choice)
}

// putChoice stores what the choice rests on.
func (a *Retraining) putChoice(ctx context.Context, in ChooseInput, out *ChooseResult, winner backtest.Result, board []capacity.Score, record promotion) (err error) {
	service := in.Policy.Service
	if out.Backtest, err = a.Records.PutJSON(ctx, capacity.BacktestKey(service, in.Version, out.Winner), winner); err != nil {
		return err
	}
	if out.Promotion, err = a.Records.PutJSON(ctx, capacity.PromotionKey(service, in.Version, record.Champion.SHA256), record); err != nil {
		return err
	}
	out.Board, err = a.Records.PutJSON(ctx, capacity.BoardKey(service, in.Version), board)
	return err
}

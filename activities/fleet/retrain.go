package fleet

import (
	"context"
	"time"

	"headroom/activities/histories"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/history"
)

// What became of a service's champion.
const (
	promoted = "promoted"
	kept     = "kept"
)

// retrainOne does for one service what the workflow Retrain orders, by the same
// steps. Of the candidates' backtests only the winner's is stored.
func (a *Fleet) retrainOne(ctx context.Context, p capacity.Policy, now time.Time, got history.Got) (Entry, error) {
	entry := Entry{Service: p.Service, Verdict: kept}
	one, store := a.onScratch()
	table, err := histories.Put(ctx, one.Records, p.Service, got.Table)
	if err != nil {
		return entry, err
	}
	examined, err := one.Retraining.Examine(ctx, retraining.ExamineInput{Policy: p, Table: table})
	if err != nil {
		return entry, err
	}
	_, ready, err := histories.Prepared(ctx, one.Records, table, p)
	if err != nil {
		return entry, err
	}
	store.passing = true
	var backtests []capacity.Ref
	for _, model := range examined.Candidates {
		result, err := retraining.RunBacktest(ctx, &one.Retraining, retraining.BacktestInput{Policy: p, Table: table, Version: examined.Version, Model: model}, ready.Series, nil)
		if err != nil {
			return entry, err
		}
		backtests = append(backtests, result.Backtest)
	}
	store.passing = false
	choice, err := one.Retraining.Choose(ctx, retraining.ChooseInput{Policy: p, Table: table, Version: examined.Version, Backtests: backtests})
	if err != nil {
		return entry, err
	}
	trained, err := one.Retraining.Train(ctx, retraining.TrainInput{Policy: p, Table: table, Version: examined.Version, Choice: choice})
	if err != nil {
		return entry, err
	}
	result, err := one.Retraining.Promote(ctx, retraining.PromoteInput{
		Service: p.Service, Challenger: trained.Champion, Earned: choice.Promote,
		Freeze: p.Control.PromotionFreeze, Now: now, Notify: p.Notify,
	})
	if err != nil {
		return entry, err
	}
	if entry.Model = result.Model; result.Promoted {
		entry.Verdict = promoted
	}
	if !result.Frozen.IsZero() {
		entry.Why = result.Why
	}
	return entry, nil
}

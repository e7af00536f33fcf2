package activities

import (
	"context"
	"time"

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
func (a *Activities) retrainOne(ctx context.Context, p capacity.Policy, now time.Time, got history.Got) (FleetEntry, error) {
	entry := FleetEntry{Service: p.Service, Verdict: kept}
	one, store := a.onScratch()
	table, err := one.putTable(ctx, p.Service, got.Table)
	if err != nil {
		return entry, err
	}
	examined, err := one.Examine(ctx, ExamineInput{Policy: p, Table: table})
	if err != nil {
		return entry, err
	}
	_, ready, err := one.prepared(ctx, table, p)
	if err != nil {
		return entry, err
	}
	store.passing = true
	var backtests []capacity.Ref
	for _, model := range examined.Candidates {
		result, err := one.backtest(ctx, BacktestInput{Policy: p, Table: table, Version: examined.Version, Model: model}, ready.Series, nil)
		if err != nil {
			return entry, err
		}
		backtests = append(backtests, result.Backtest)
	}
	store.passing = false
	choice, err := one.Choose(ctx, ChooseInput{Policy: p, Table: table, Version: examined.Version, Backtests: backtests})
	if err != nil {
		return entry, err
	}
	trained, err := one.Train(ctx, TrainInput{Policy: p, Table: table, Version: examined.Version, Choice: choice})
	if err != nil {
		return entry, err
	}
	result, err := one.Promote(ctx, PromoteInput{
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

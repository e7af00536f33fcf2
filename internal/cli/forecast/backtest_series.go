package forecast

import (
	"context"
	"fmt"
	"slices"

	"headroom/backtest"
	"headroom/internal/panel"
	"headroom/models"
)

// A compared is a series and what it says of the models.
type compared struct {
	series panel.Series
	entry  backtest.Entry
	why    string // why it says nothing
}

// compare backtests the models on s.
func (f backtestFlags) compare(ctx context.Context, s panel.Series) (compared, error) {
	s = clean(s)
	x := compared{series: s}
	if x.why = s.Unusable(); x.why != "" {
		return x, nil
	}
	pool, settings := f.pool(s)
	settings.Origins = f.origins
	settings.Levels = []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95}
	if len(f.model) > 0 {
		pool = only(models.All(f.seasons(s)), append(slices.Clone(f.model), settings.Baseline)...)
	}
	var results []backtest.Result
	for _, m := range backtest.Singles(pool) {
		r, err := backtest.Run(ctx, m, s.Series, settings, nil)
		if refused(err) {
			x.why = err.Error()
			return x, nil
		}
		if err != nil {
			return x, fmt.Errorf("series %q: %w", s.ID, err)
		}
		if r.Score.Model == settings.Baseline && r.Score.Refused != "" {
			x.why = r.Score.Refused
			return x, nil
		}
		results = append(results, r)
	}
	best, err := f.costing(s).Compare(pool, results, settings.Baseline)
	if err != nil {
		return x, fmt.Errorf("series %q: %w", s.ID, err)
	}
	if best.NoCosts != "" {
		x.why = "costs cannot be compared: " + best.NoCosts
		return x, nil
	}
	x.entry = backtest.Enter(best, settings.Baseline)
	return x, nil
}

// costing is what models are compared by, nil by error.
func (f backtestFlags) costing(s panel.Series) *backtest.Costing {
	if f.by != byCost {
		return nil
	}
	return &backtest.Costing{Start: s.Start, Step: s.Step, Share: 1 - f.service/100}
}

package backtest

import (
	"slices"

	"headroom/capacity"
)

// SeasonalNaive is the name of the model that repeats the day before.
const SeasonalNaive = "seasonal-naive-day"

// Baseline names the model that all others must beat: the seasonal naive one, or the
// first, which is the simplest, if there is none of that name. Retraining, offline
// plans, the commands forecast and backtest, and the benchmarks all use it. It panics if
// there are no models.
func Baseline(models []capacity.Model) string {
	if slices.ContainsFunc(models, func(m capacity.Model) bool { return m.Name() == SeasonalNaive }) {
		return SeasonalNaive
	}
	return models[0].Name()
}

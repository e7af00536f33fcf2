package pipeline

import (
	"fmt"
	"math"

	"headroom/capacity"
)

// missed is how many times as often as it should load must have exceeded a quantile in
// the backtest for a plan to say so, and missedShare the least that it must be more.
const missed, missedShare = 2, 0.01

// withCoverage is a plan with the share of measurements that its model's quantile
// nearest to the plan's held in the backtest, and a note where that is too small.
func withCoverage(plan capacity.Plan, score capacity.Score) capacity.Plan {
	var nearest *capacity.Coverage
	for _, c := range score.Coverage {
		if nearest == nil || math.Abs(c.Level-plan.Quantile) < math.Abs(nearest.Level-plan.Quantile) {
			nearest = &c
		}
	}
	if nearest == nil {
		return plan
	}
	plan.Coverage = nearest
	if over, should := 1-nearest.Share, 1-nearest.Level; over > missed*should && over > should+missedShare {
		plan.Notes = append(plan.Notes, fmt.Sprintf(
			"THE RISK LEVEL IS NOT REACHED IN THE BACKTEST: %s of %s held %.1f%% of the measurements, so load may exceed it %.1f times as often as planned for",
			capacity.Percentile(nearest.Level), score.Model, 100*nearest.Share, over/should))
	}
	return plan
}

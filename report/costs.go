package report

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// cards are the headline figures: what the plan costs beside what else could be
// run, and what it risks.
func cards(r Report) []card {
	e, money := r.Plan.Expect, r.Policy.Objective.Money
	currency := ""
	if r.Policy.Objective.Currency == "" {
		currency = ", in the currency of the policy"
	}
	list := []card{{"Cost of this plan", money(e.UnitCost), fmt.Sprintf("%s unit-hours over %s%s", capacity.Figure(e.UnitHours), capacity.Brief(r.Plan.End().Sub(r.Plan.Start)), currency)}}
	if units, cost, known := r.Plan.Kept(r.Policy.Pools, r.States); known {
		list = append(list, card{"Today's size", money(cost), capacity.Count(units, "unit") + " throughout" + tooFew(r.Plan, units) + ": " + against(e.UnitCost, cost)})
	}
	if units, cost := r.Plan.StaticPeak(r.Policy.Pools); units > 0 {
		list = append(list, card{"Static peak", money(cost), capacity.Count(units, "unit") + " throughout: " + against(e.UnitCost, cost)})
	}
	short := card{"Under-provisioned", capacity.Figure(e.ViolationMinutes) + " min", "expected, " + capacity.Figure(e.MissingUnitHours) + " unit-hours short"}
	if e.MissingCost > 0 {
		short.More += ", priced at " + money(e.MissingCost)
	}
	changes := card{"Peak", capacity.Count(e.Peak, "unit"), capacity.Count(len(r.Plan.Actions), "change")}
	if e.ChangeCost > 0 {
		changes.More += ", at " + money(e.ChangeCost)
	}
	return append(list, short, card{"Planned for", capacity.Percentile(r.Plan.Quantile), "percentile of demand"}, changes)
}

// against compares what the plan costs with another cost.
func against(plan, other float64) string {
	switch share := 100 * (plan/other - 1); {
	case other <= 0:
		return "nothing to compare"
	case math.Abs(share) < 0.5:
		return "the plan costs as much"
	case share < 0:
		return fmt.Sprintf("the plan costs %.0f%% less", -share)
	default:
		return fmt.Sprintf("the plan costs %.0f%% more", share)
	}
}

// tooFew says for how long a size would be below what the demand asks for, of a plan of
// one pool.
func tooFew(p capacity.Plan, units capacity.Units) string {
	if len(p.Pools) != 1 {
		return ""
	}
	short := 0
	for _, s := range p.Pools[0].Steps {
		if s.Need > float64(units) {
			short++
		}
	}
	if short == 0 {
		return ""
	}
	return ", too few for " + capacity.Brief(time.Duration(short)*p.Step)
}

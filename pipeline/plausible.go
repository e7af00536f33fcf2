package pipeline

import (
	"fmt"
	"math"
	"regexp"

	"headroom/capacity"
)

// rateName is how columns of rates are usually called.
var rateName = regexp.MustCompile(`(?i)(^|[^a-z])(rps|qps|tps|rpm|rate)($|[^a-z])|per[_ -]?(s|sec|second|min|minute|hour)($|[^a-z])|/ ?(s|sec|second|min|minute|h|hour)$`)

// Implausible questions a history that asks for less than a tenth of the
// policy's smallest capacity at its peak, or for more than ten times its
// largest: counts are easily taken for rates, and rates for counts. Where counts
// are no whole numbers, less than the smallest capacity is questioned already. It
// is empty if there is nothing to question, or if a unit rate is learnt, which
// follows the load as it is.
func Implausible(p capacity.Policy, s capacity.Series, fractions bool) string {
	least, most := 0.0, 0.0
	for _, pool := range p.Pools {
		if pool.Learn.Wanted() {
			return ""
		}
		least += float64(pool.Min) * pool.UnitRate
		most += float64(pool.Max) * pool.UnitRate
	}
	peak := 0.0
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			peak = max(peak, p.Demand.Rate(v))
		}
	}
	compared := ""
	smallest := math.Inf(1)
	for _, pool := range p.Pools {
		smallest = min(smallest, pool.UnitRate)
	}
	switch {
	case p.Demand.Aggregate == capacity.Sum && !p.Demand.Queried() && rateName.MatchString(p.Demand.Value):
		return fmt.Sprintf("the column %q sounds like a rate, and was read as counts in steps of %s, which add up: if it is one, set demand.aggregate to mean, and say unitRate in the same unit",
			p.Demand.Value, capacity.Brief(p.Demand.Step))
	case peak > 0 && 10*peak < smallest && p.Demand.Aggregate == capacity.Sum:
		compared = fmt.Sprintf("less than a tenth of what one unit serves (%s)", capacity.Figure(smallest))
	case peak > 0 && 10*peak < least:
		compared = fmt.Sprintf("less than a tenth of what min serves (%s)", capacity.Figure(least))
	case peak > 0 && peak < least && fractions && p.Demand.Aggregate == capacity.Sum:
		compared = fmt.Sprintf("less than what min serves (%s), and its values are no whole numbers", capacity.Figure(least))
	case peak > 10*most:
		compared = fmt.Sprintf("more than ten times what max serves (%s)", capacity.Figure(most))
	default:
		return ""
	}
	read, other := fmt.Sprintf("counts in steps of %s", capacity.Brief(p.Demand.Step)), "rates or levels: set demand.aggregate to mean"
	if p.Demand.Aggregate != capacity.Sum {
		read, other = "rates or levels", "counts: set demand.aggregate to sum"
	}
	return fmt.Sprintf("the load peaks at %s, %s: the column %q was read as %s. If its values are %s; otherwise check unitRate, min and max",
		capacity.Figure(peak), compared, p.Demand.Value, read, other)
}

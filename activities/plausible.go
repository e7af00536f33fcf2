package activities

import (
	"fmt"
	"math"

	"headroom/capacity"
)

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
	switch {
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

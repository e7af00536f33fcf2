// Package share splits one quota between several services: units of a pool that
// they share, or the money of a common budget in whole parts such as cents. It
// is pure, and the same wants always get the same shares.
//
// Minima come first, the highest priority before the others. What is left goes
// where it is worth most: the shares have the least cost in sum. If every cost
// is convex, that is, each further unit saves at most what the one before it
// saved, giving one unit after the other to whoever saves most by it is exact
// (Fox, "Discrete optimization via marginal analysis", Management Science 13,
// 1966). Otherwise dynamic programming over the quota is, as long as it takes at
// most 2^28 additions. Beyond that the shares are cut from the lower convex
// envelopes of the costs, what they leave is dealt out in the best leaps, and
// units are moved between pairs of services until no move pays; the result is
// never worse than what one unit after the other gives.
package share

import (
	"fmt"
	"math"

	"headroom/capacity"
)

// A Want is what one service asks of the quota.
type Want struct {
	Service  string
	Priority int // the higher one gets its minimum first
	Min, Max int // bounds of the share
	// Cost is what the service costs in all if its share is q, for every q from
	// Min to Max. The same q must give the same cost.
	Cost func(q int) float64
}

// mostUnits is how many units all shares together may be asked for.
const mostUnits = 1 << 24

// check refuses wants that are none.
func check(wants []Want, quota int) error {
	bad := func(service, format string, args ...any) error {
		return fmt.Errorf("share of %q: %s: %w", service, fmt.Sprintf(format, args...), capacity.ErrBadPolicy)
	}
	if quota < 0 {
		return fmt.Errorf("share a quota of %d: give at least 0: %w", quota, capacity.ErrBadPolicy)
	}
	sum := 0
	for _, w := range wants {
		switch {
		case w.Min < 0 || w.Max < w.Min || w.Max > mostUnits:
			return bad(w.Service, "it asks for %d to %d units: they must be 0 ≤ min ≤ max ≤ %d", w.Min, w.Max, mostUnits)
		case w.Cost == nil:
			return bad(w.Service, "it has no cost: give one for every share")
		}
		if sum += min(w.Max, quota) - min(w.Min, quota); sum > mostUnits {
			return bad(w.Service, "all services together ask for more than %d units: share bundles of units", mostUnits)
		}
	}
	return nil
}

// table is the cost of each share from the least that a service can have to the
// most.
func table(w Want, most int) ([]float64, error) {
	costs := make([]float64, most-w.Min+1)
	for k := range costs {
		costs[k] = w.Cost(w.Min + k)
		if math.IsNaN(costs[k]) || math.IsInf(costs[k], 0) {
			return nil, fmt.Errorf("share of %q: %d units cost %v: give a finite cost: %w", w.Service, w.Min+k, costs[k], capacity.ErrBadPolicy)
		}
	}
	return costs, nil
}

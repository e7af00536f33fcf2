package leadtime

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// enough is how many raises a lead time is measured from at least.
const enough = 10

// Apply returns the pool with its lead time as the log measured it, and a note
// that says so. With fewer than ten raises in the log the lead time of the
// policy stays, and the note tells how many there are. A pool whose lead time
// is declared is returned as it is, without a note.
//
// Of n raises, the one in place ⌈q(n+1)⌉ from the shortest counts, or else the
// longest: if lead times stay as they are, the next one is within it with at
// least chance q, however they are distributed, as far as n raises can tell
// (Wilks, Annals of Mathematical Statistics 12, 1941). It is rounded up to a
// second.
//
// It returns ErrBadPolicy if the lead time is not inside the horizon, so that
// no plan could ever act.
func Apply(p capacity.Pool, log Log, horizon time.Duration) (capacity.Pool, string, error) {
	if p.Measured == 0 {
		return p, "", nil
	}
	raises := log.of(p.Target)
	n := len(raises)
	if n < enough {
		return p, fmt.Sprintf("%s: the lead time is %s, as the policy has it, until %d raises were measured; there are %d", p.Name, capacity.Brief(p.LeadTime), enough, n), nil
	}
	slices.SortStableFunc(raises, func(a, b Raise) int { return cmp.Compare(a.Took, b.Took) })
	place := min(int(math.Ceil(p.Measured*float64(n+1))), n)
	p.LeadTime = (raises[place-1].Took + time.Second - 1).Truncate(time.Second)
	if p.LeadTime >= horizon {
		return p, "", fmt.Errorf("pool %q has a lead time of %s, measured in %s, and the horizon is %s, so that no plan could ever act: lengthen forecast.horizon: %w", p.Name, capacity.Brief(p.LeadTime), capacity.Count(n, "raise"), capacity.Brief(horizon), capacity.ErrBadPolicy)
	}
	note := fmt.Sprintf("%s: the lead time is %s, %s of the last %s", p.Name, capacity.Brief(p.LeadTime), capacity.Percentile(p.Measured), capacity.Count(n, "raise"))
	short := 0
	for _, r := range raises {
		if r.Short {
			short++
		}
	}
	if short > 0 {
		note += fmt.Sprintf("; in %d of them units were still missing when last looked at, so it may be longer", short)
	}
	return p, note, nil
}

package unitrate

import (
	"fmt"

	"headroom/capacity"
)

// Settle learns the unit rate of a pool from samples and returns the pool with
// it, and a note that says how it was found. Unread, if not nil, is why there
// are no samples. If the rate cannot be learnt, the one that the policy names
// for that case stays, and the note says why; without one, the error is unread,
// or one of [Learn]. A pool whose rate is declared is
// returned as it is, without a note.
func Settle(p capacity.Pool, samples []Sample, unread error) (capacity.Pool, string, error) {
	if !p.Learn.Wanted() {
		return p, "", nil
	}
	column, aim := p.Learn.Utilisation, Aim{Utilisation, p.Learn.At}
	if p.Learn.Latency != "" {
		column, aim = p.Learn.Latency, Aim{Latency, p.Learn.At}
	}
	rate, err := Rate{}, unread
	if err == nil {
		rate, err = Learn(samples, aim)
	}
	switch {
	case err != nil && p.UnitRate > 0:
		return p, fmt.Sprintf("%s: the unit rate could not be learnt from %q (%v); it is %s, as the policy has it", p.Name, column, err, capacity.Figure(p.UnitRate)), nil
	case err != nil:
		return p, "", fmt.Errorf("learn the unit rate of pool %q from %q, or write unitRate beside learn: %w", p.Name, column, err)
	}
	p.UnitRate = rate.Rate
	note := fmt.Sprintf("%s: one unit serves %s, learnt at %s of %q", p.Name, rate, aim, column)
	if rate.Percent {
		note += ", which is in percent"
	}
	return p, note, nil
}

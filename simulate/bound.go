package simulate

import "context"

// cheapest is a price of an hour of missing capacity, in unit-hours, that only
// decides between schedules of the same cost.
const cheapest = 1e-6

// Bound runs p, whose setting is the price of an hour of missing capacity in
// unit-hours and whose runs minimise cost and that price together, at the
// prices that decide what the least cost at share is: the strictest, the
// cheapest, and then the slope of the line between the two runs around share,
// until no run lies below it. Their [Hull] has neighbouring corners of the lower
// convex hull of all schedules around share, so that its cost there is exact:
// no schedule, and no mixture of schedules, that lacks capacity in at most that
// share of the time costs less. Every run is a corner, so a price of zero must
// mean the strictest. (The method is that of Eisner and Severance, Mathematical
// techniques for efficient record segmentation, Journal of the ACM 23, 1976.)
func (s *Simulation) Bound(ctx context.Context, p Policy, share float64) ([]Score, error) {
	var all []Score
	run := func(price float64) (Score, error) {
		r, err := s.Run(ctx, p.With(price))
		if err != nil {
			return Score{}, err
		}
		all = append(all, r.Score())
		return all[len(all)-1], nil
	}
	safe, err := run(0)
	if err != nil {
		return nil, err
	}
	cheap, err := run(cheapest)
	if err != nil {
		return nil, err
	}
	unit := s.c.Pool.Price
	for unit > 0 && safe.Share < share && share < cheap.Share {
		price := (safe.Cost - cheap.Cost) / unit / (cheap.Violation - safe.Violation) * 60
		if !(price > cheapest) {
			break
		}
		between, err := run(price)
		if err != nil {
			return nil, err
		}
		value := func(s Score) float64 { return s.Cost/unit + price*s.Violation/60 }
		if !(safe.Share < between.Share && between.Share < cheap.Share && value(between) < value(safe)*(1-1e-12)) {
			break
		}
		if between.Share <= share {
			safe = between
		} else {
			cheap = between
		}
	}
	return all, nil
}

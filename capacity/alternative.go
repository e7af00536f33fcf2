package capacity

import "time"

// Kept is how many units the states run together, and what they would cost if they
// were kept from when the plan was made until it ends: what the plan is compared with. It is not known
// without a state for each pool.
func (p Plan) Kept(pools []Pool, states []State) (units Units, cost float64, known bool) {
	if len(states) == 0 || len(states) != len(pools) {
		return 0, 0, false
	}
	for i, s := range states {
		units += s.Units
		cost += pools[i].Hourly(s.Units)
	}
	return units, cost * p.left().Hours(), true
}

// StaticPeak is how many units the dearest step of the plan runs, and what they would
// cost if they ran throughout.
func (p Plan) StaticPeak(pools []Pool) (units Units, cost float64) {
	if len(p.Pools) == 0 || len(p.Pools) != len(pools) {
		return 0, 0
	}
	dearest := -1.0
	for t := range p.Pools[0].Steps {
		n, c := Units(0), 0.0
		for i, pool := range p.Pools {
			if t < len(pool.Steps) {
				n += pool.Steps[t].Units
				c += pools[i].Hourly(pool.Steps[t].Units)
			}
		}
		if c > dearest || c == dearest && n > units {
			units, dearest = n, c
		}
	}
	return units, max(0, dearest) * p.left().Hours()
}

// left is the time of the plan that was not over when it was made.
func (p Plan) left() time.Duration {
	return min(p.End().Sub(p.Start), p.End().Sub(p.Made))
}

// Hourly is what units cost in an hour, beyond those that are paid for anyway.
func (p Pool) Hourly(n Units) float64 { return float64(max(0, n-p.Paid)) * p.Price }

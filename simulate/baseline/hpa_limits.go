package baseline

import (
	"math"

	"headroom/capacity"
	"headroom/simulate"
)

// most is what the limits allow upwards.
func (s *settler) most(v *simulate.View) capacity.Units {
	most := capacity.Units(math.MinInt)
	for i, l := range s.up {
		then := s.then(v, l.ticks)
		allowed := then + capacity.Units(l.Pods)
		if l.Percent > 0 {
			allowed = ceil(float64(then) * (1 + l.Percent/100))
		}
		switch {
		case i == 0:
			most = allowed
		case s.b.Up.Least:
			most = min(most, allowed)
		default:
			most = max(most, allowed)
		}
	}
	return most
}

// least is what the limits allow downwards. Percents are cut to whole pods, so
// that 10 % of 72 takes 8 away.
func (s *settler) least(v *simulate.View) capacity.Units {
	least := capacity.Units(0)
	for i, l := range s.down {
		then := s.then(v, l.ticks)
		allowed := then - capacity.Units(l.Pods)
		if l.Percent > 0 {
			allowed = capacity.Units(float64(then)*(1-l.Percent/100) + 1e-9)
		}
		switch {
		case i == 0:
			least = allowed
		case s.b.Down.Least:
			least = max(least, allowed)
		default:
			least = min(least, allowed)
		}
	}
	return least
}

// then is what was asked for when the period began.
func (s *settler) then(v *simulate.View, period int) capacity.Units {
	n := v.Asked
	for _, c := range s.changes {
		if c.tick > v.Tick-period {
			n -= c.units
		}
	}
	return n
}

package planner

import (
	"math"
	"sort"

	"headroom/capacity"
)

// need is the distribution of the units that one step needs: piecewise uniform
// between its points, with the probability levels[0] at the lowest point and
// 1 - levels[last] at the highest.
type need struct {
	levels []float64
	points []float64 // ascending, as long as levels
	away   float64   // the probability that no unit of the pool serves
	part   part      // of the step that counts
}

// mostAway keeps a plan possible for a pool that is hardly ever there.
const mostAway = 0.99

// away is the probability that the market has taken a pool's units back within
// the last lead time, so that none serves.
func away(p capacity.Pool) float64 {
	return min(mostAway, p.Interruption*p.LeadTime.Hours())
}

// needs is the need of a pool in every step from the given one on.
func needs(f capacity.Forecast, p capacity.Policy, pool capacity.Pool, from int) []need {
	steps, levels, away := f.Steps()-from, len(f.Levels), away(pool)
	out, points := make([]need, steps), make([]float64, steps*levels)
	demand, rate := p.Demand, pool.UnitRate
	for i, values := range f.Values {
		for t, v := range values[from:] {
			points[t*levels+i] = demand.Rate(v) / rate
		}
	}
	for t := range out {
		out[t] = need{levels: f.Levels, points: points[t*levels : (t+1)*levels], away: away}
	}
	return out
}

// above is the probability that demand needs more than x units.
func (d *need) above(x float64) float64 {
	i := sort.Search(len(d.points), func(i int) bool { return d.points[i] > x })
	switch i {
	case 0:
		return 1
	case len(d.points):
		return 0
	}
	share := (x - d.points[i-1]) / (d.points[i] - d.points[i-1])
	return 1 - d.levels[i-1] - share*(d.levels[i]-d.levels[i-1])
}

// short is the probability that n units do not suffice, or are away while some
// are needed.
func (d *need) short(n int) float64 {
	p := d.above(float64(n))
	if d.away > 0 {
		p = (1-d.away)*p + d.away*d.above(0)
	}
	return p
}

// missing is the expected number of units that are needed and not there, if n
// run.
func (d *need) missing(n int) float64 {
	m := d.beyond(n)
	if d.away > 0 {
		m = (1-d.away)*m + d.away*d.beyond(0)
	}
	return m
}

// beyond is the expected number of units that are needed beyond n.
func (d *need) beyond(n int) float64 {
	x, last := float64(n), len(d.points)-1
	sum := d.levels[0]*max(0, d.points[0]-x) + (1-d.levels[last])*max(0, d.points[last]-x)
	for i := range last {
		a, b, mass := d.points[i], d.points[i+1], d.levels[i+1]-d.levels[i]
		switch {
		case x <= a:
			sum += mass * ((a-x)/2 + (b-x)/2)
		case x < b:
			sum += mass * (b - x) * (b - x) / (2 * (b - a))
		}
	}
	return sum
}

// saves is what the unit after the n-th is expected to serve while the pool is
// there: the integral of the probability above x over [n, n+1]. It is exactly 1
// below all points and exactly 0 above them.
func (d *need) saves(n int) float64 {
	from, to, last := float64(n), float64(n)+1, len(d.points)-1
	if to <= d.points[0] {
		return 1
	}
	if from >= d.points[last] {
		return 0
	}
	sum := max(0, d.points[0]-from)
	i := 0
	for i+1 < last && d.points[i+1] <= from {
		i++
	}
	for ; i < last && d.points[i] < to; i++ {
		a, b := max(from, d.points[i]), min(to, d.points[i+1])
		if b <= a {
			continue
		}
		// The probability falls linearly from a to b: its value in the middle
		// is its mean. Read from this piece, since a point may be a jump.
		share := ((a+b)/2 - d.points[i]) / (d.points[i+1] - d.points[i])
		sum += (b - a) * (1 - d.levels[i] - share*(d.levels[i+1]-d.levels[i]))
	}
	return min(1, sum)
}

// worth is the number of units beyond which one more serves at most the given
// expected share of a unit. The search starts at a number that is close.
func (d *need) worth(share, close float64) int {
	if share >= 1 {
		return 0
	}
	// The largest point is at most mostUnits, and there one more serves nothing.
	n := int(math.Ceil(min(close, d.points[len(d.points)-1])))
	for d.saves(n) > share {
		n++
	}
	for n > 0 && d.saves(n-1) <= share {
		n--
	}
	return n
}

// whole is the smallest number of units that serves x; a rounding error above a
// whole number does not cost a unit.
func whole(x float64) int {
	return int(math.Ceil(x - 1e-9*max(1, x)))
}

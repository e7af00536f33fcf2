package activities

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
)

// A Track is how a plan has held against the load that was measured since.
type Track struct {
	Steps   int           // that were measured
	Error   float64       // sum of the distances to the median, over the sum of the load
	Covered float64       // share of the steps inside the interval of 95 %
	Short   time.Duration // in steps whose load was above what the plan's units serve
}

// track judges a stored plan by the load s, as far as both reach. A plan that
// nothing was measured for yet has none.
func (a *Activities) track(ctx context.Context, s capacity.Series, stored StoredPlan) (*Track, error) {
	var f capacity.Forecast
	if err := a.getJSON(ctx, stored.Forecast, &f); err != nil {
		return nil, err
	}
	return follow(s, f, stored), nil
}

func follow(s capacity.Series, f capacity.Forecast, stored StoredPlan) *Track {
	var out Track
	var off, load float64
	for i, v := range s.Values {
		at := s.At(i)
		t := int(at.Sub(f.Start) / f.Step)
		if math.IsNaN(v) || at.Before(f.Start) || t >= f.Steps() {
			continue
		}
		out.Steps++
		off += math.Abs(v - f.Quantile(0.5, t))
		load += v
		if f.Quantile(leastLikely, t) <= v && v <= f.Quantile(mostLikely, t) {
			out.Covered++
		}
		if served, known := serves(stored, at); known && stored.Policy.Demand.Rate(v) > served {
			out.Short += s.Step
		}
	}
	if out.Steps == 0 {
		return nil
	}
	out.Covered /= float64(out.Steps)
	if load > 0 {
		out.Error = off / load
	}
	return &out
}

// serves is the load that a plan's units serve at a time, if the plan says
// anything about it.
func serves(stored StoredPlan, at time.Time) (load float64, known bool) {
	t := int(at.Sub(stored.Plan.Start) / stored.Plan.Step)
	if at.Before(stored.Plan.Start) {
		return 0, false
	}
	for i, pool := range stored.Plan.Pools {
		if t >= len(pool.Steps) {
			return 0, false
		}
		load += float64(pool.Steps[t].Units) * stored.Policy.Pools[i].UnitRate
	}
	return load, true
}

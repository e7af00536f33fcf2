package pipeline

import (
	"math"
	"time"

	"headroom/capacity"
)

// A PlanAccuracy is how a plan has held against the load that was measured since.
type PlanAccuracy struct {
	Steps   int           // that were measured
	Error   float64       // sum of the distances to the median, over the sum of the load
	Covered float64       // share of the steps inside the interval of 95 %
	Short   time.Duration // in steps whose load was above what the plan's units serve
}

// Accuracy judges a stored plan, made for the forecast f, by the load s that was
// measured since, as far as both reach. It is nil if nothing was measured yet.
func Accuracy(s capacity.Series, f capacity.Forecast, stored StoredPlan) *PlanAccuracy {
	var out PlanAccuracy
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
		if f.Quantile(likelyFrom, t) <= v && v <= f.Quantile(likelyTo, t) {
			out.Covered++
		}
		if most, known := served(stored, at); known && stored.Policy.Demand.Rate(v) > most {
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

// served is the load that a plan's units serve at a time, if the plan reaches that
// time.
func served(stored StoredPlan, at time.Time) (load float64, known bool) {
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

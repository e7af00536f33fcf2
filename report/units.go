package report

import (
	"fmt"
	"html/template"
	"slices"
	"time"

	"headroom/capacity"
)

// A poolView is the chart of one pool.
type poolView struct {
	Name string // empty if it is the only pool
	*figureView
}

// pools are the charts of all pools that have steps.
func pools(r Report, zone *time.Location) []poolView {
	var views []poolView
	for i, pool := range r.Plan.Pools {
		if len(pool.Steps) == 0 {
			continue
		}
		v := poolView{figureView: unitsChart(r, i, zone)}
		if len(r.Plan.Pools) > 1 {
			v.Name = pool.Pool
		}
		views = append(views, v)
	}
	return views
}

// unitsChart is one pool of the plan over what the demand needs of it.
func unitsChart(r Report, which int, zone *time.Location) *figureView {
	plan, pool := r.Plan, r.Plan.Pools[which]
	id := "units"
	if which > 0 {
		id = fmt.Sprintf("units-%d", which+1)
	}
	kind := capacity.Pool{UnitRate: 1}
	for _, p := range r.Policy.Pools {
		if p.Name == pool.Pool && p.UnitRate > 0 {
			kind = p
		}
	}
	units, needed := make([]float64, len(pool.Steps)), make([]float64, len(pool.Steps))
	for i, s := range pool.Steps {
		units[i], needed[i] = float64(s.Units), s.Need
	}
	top := highest(units, needed)
	withMax := float64(kind.Max) <= 2*top // a far limit would only press the rest together
	if withMax {
		top = max(top, float64(kind.Max))
	}
	desc := fmt.Sprintf("Planned units of %s from %s to %s, from %d to %d, peak %d.", pool.Pool,
		plan.Start.In(zone).Format(stamp), plan.End().In(zone).Format(stamp), int(lowestOf(units)), int(highest(units)), int(highest(units)))
	median := quantile(r, 0.5)
	skip := int(plan.Start.Sub(r.Forecast.Start) / r.Forecast.Step)
	median = median[min(len(median), max(0, skip)):]
	median = median[:min(len(median), len(units))]
	if len(plan.Pools) > 1 {
		median = nil // it is the load of all pools
	}
	for i := range median {
		median[i] /= kind.UnitRate
	}
	outcomes := slices.DeleteFunc(slices.Clone(r.Outcomes), func(o capacity.Outcome) bool { return o.Action.Target != pool.Target && len(plan.Pools) > 1 })
	var drawn template.HTML
	for _, z := range sizes {
		c := newChart(z, id, "Plan: units and what the demand needs", desc, "units", plan.Start, plan.End(), top*1.05, zone)
		c.stairs("fill", "plan", plan.Start, plan.Step, units)
		c.stairs("", "need", plan.Start, plan.Step, needed)
		if len(median) > 0 {
			c.stairs("", "median", plan.Start, plan.Step, median)
		}
		c.level("bound", fmt.Sprintf("min %d", kind.Min), float64(kind.Min))
		if withMax {
			c.level("bound", fmt.Sprintf("max %d", kind.Max), float64(kind.Max))
		}
		for _, o := range outcomes {
			if at := o.Action.Due; !at.Before(plan.Start) && at.Before(plan.End()) {
				c.dot(string(tone(o.Verdict)), fmt.Sprintf("%s: %s, %s", at.In(zone).Format(stamp), capacity.Count(o.Action.Units, "unit"), o.Verdict), at, float64(o.Action.Units))
			}
		}
		drawn += c.done()
	}
	rows := make([][2]any, len(pool.Steps))
	for i, s := range pool.Steps {
		rows[i] = [2]any{s.Start.Unix(), fmt.Sprintf("%s: %s, %s needed. %s", s.Start.In(zone).Format(stamp), capacity.Count(s.Units, "unit"), capacity.Figure(s.Need), s.Why.Text)}
	}
	return &figureView{Chart: drawn, Read: read(rows), Dots: dots(outcomes)}
}

// A dot is a verdict that the chart shows, and its colour.
type dot struct {
	Verdict capacity.Verdict
	Tone    tint
}

// dots are the verdicts among outcomes, from good to bad.
func dots(outcomes []capacity.Outcome) []dot {
	var list []dot
	for _, v := range []capacity.Verdict{capacity.Done, capacity.AlreadySo, capacity.Superseded, capacity.Short, capacity.Compensated, capacity.Failed} {
		if slices.ContainsFunc(outcomes, func(o capacity.Outcome) bool { return o.Verdict == v }) {
			list = append(list, dot{v, tone(v)})
		}
	}
	return list
}

// lowestOf is the smallest value of at least one.
func lowestOf(values []float64) float64 {
	least := values[0]
	for _, v := range values {
		least = min(least, v)
	}
	return least
}

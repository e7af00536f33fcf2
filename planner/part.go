package planner

import (
	"time"

	"headroom/capacity"
)

// A part is how much of a step a plan can still decide about. The zero part is all
// of it.
type part struct {
	over   float64 // the share of the step that is over
	wait   float64 // the share after that, in which units that are asked for now do not serve yet
	before int     // the units that serve meanwhile
}

// share is how much of the step the n-th unit counts for.
func (p part) share(n int) float64 {
	if n > p.before {
		return 1 - p.over - p.wait
	}
	return 1 - p.over
}

// parts says how much of each step counts, of steps that start at start.
func parts(in Input, pool capacity.Pool, start time.Time, ds []need) []need {
	step := in.Forecast.Step
	ready := in.Now.Add(pool.LeadTime)
	for t := range ds {
		from := start.Add(time.Duration(t) * step)
		if !from.Before(ready) {
			break
		}
		p := part{before: int(in.States[0].Units)}
		if from.Before(in.Now) {
			p.over = in.Now.Sub(from).Seconds() / step.Seconds()
		}
		if end := from.Add(step); ready.Before(end) {
			p.wait = ready.Sub(from).Seconds()/step.Seconds() - p.over
		}
		ds[t].part = p
	}
	return ds
}

package backtest

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Showing is how a model did at the origins of a contest.
type Showing struct {
	Model string
	// Loss is the mean over origins, steps and levels of the pinball loss 2·ρ,
	// over the error of the seasonal naive inside each origin's history.
	Loss     float64
	Coverage float64 // share of measurements that did not exceed the quantile 0.95
	// Outlay is what its plans would have cost, if that decides; the challenger's
	// is compared with the champion's.
	Outlay *capacity.Outlay `json:",omitempty"`
}

// A Stretch is a part of the horizon.
type Stretch struct {
	End  int     // the step before which it ends
	Gain float64 // how much lower the challenger's loss is in it, as a share of the champion's
}

// A contest is how champion and challenger did at the same origins.
type contest struct {
	champion, challenger Showing
	gains                []float64 // by origin, the champion's loss less the challenger's
	stretches            []Stretch
	ahead                int // forecasts of origins so many places apart do not overlap
}

// A pairing is what two models forecast from one origin, and what was known of
// their errors before.
type pairing struct {
	champion, challenger Origin
	held, own            Calibration // the champion's and the challenger's
}

// pairings are those of the origins that both have, from the champion's From
// on. The first third of the challenger's only calibrates, as in [score].
func pairings(champion Incumbent, challenger Result) []pairing {
	var all []pairing
	for k, o := range challenger.Origins {
		i := slices.IndexFunc(champion.Result.Origins, func(p Origin) bool { return p.Train == o.Train })
		if i < 0 || o.Train < champion.From || k < calibrating(challenger.Origins) {
			continue
		}
		p := pairing{champion: champion.Result.Origins[i], challenger: o, held: champion.Calibration}
		if len(p.held.Blocks) == 0 {
			p.held = calibrate(known(champion.Result.Origins[:i], o.Train))
		}
		p.own = calibrate(known(challenger.Origins[:k], o.Train))
		all = append(all, p)
	}
	return all
}

// calibrating is how many of several origins, the first ones, only calibrate.
func calibrating(origins []Origin) int { return (len(origins) + 2) / 3 }

// compete compares the two at the origins that both have.
func compete(champion Incumbent, challenger Result, pairs []pairing) contest {
	c := contest{champion: Showing{Model: champion.Model}, challenger: Showing{Model: challenger.Score.Model}}
	var old, renewed record
	var at []Origin
	for _, p := range pairs {
		a, b := old.add(p.champion, p.held, champion.Result.Levels), renewed.add(p.challenger, p.own, challenger.Levels)
		c.gains = append(c.gains, a-b)
		at = append(at, p.challenger)
	}
	c.ahead = overlap(at)
	horizon := len(renewed.steps)
	c.champion.Loss, c.champion.Coverage = old.loss.value, old.inside.value
	c.challenger.Loss, c.challenger.Coverage = renewed.loss.value, renewed.inside.value
	start := 0
	for _, end := range []int{(horizon + 3) / 4, (horizon + 1) / 2, horizon} {
		if end > start {
			c.stretches = append(c.stretches, Stretch{End: end, Gain: gain(old.between(start, end), renewed.between(start, end))})
			start = end
		}
	}
	return c
}

// overlap is how many places apart origins must be for their forecasts not to
// overlap.
func overlap(origins []Origin) int {
	horizon, spacing := 0, math.MaxInt
	for i, o := range origins {
		if len(o.Steps) > 0 {
			horizon = max(horizon, o.Steps[len(o.Steps)-1]+1)
		}
		if i > 0 {
			spacing = min(spacing, o.Train-origins[i-1].Train)
		}
	}
	if spacing <= 0 || spacing >= horizon {
		return 1
	}
	return (horizon + spacing - 1) / spacing
}

// gain is how much lower a loss is than that of the champion, as a share of
// that; a loss beside none counts as twice as much.
func gain(champion, challenger float64) float64 {
	switch {
	case champion > 0:
		return 1 - over(challenger, champion)
	case challenger > 0:
		return -1
	}
	return 0
}

// A record adds up what a model loses.
type record struct {
	loss, inside mean
	steps        []mean // of the horizon
}

// add counts an origin, and returns its mean loss.
func (r *record) add(o Origin, c Calibration, levels []float64) float64 {
	unit := o.Scale
	if !(unit > 0) {
		unit = 1
	}
	var point []float64
	for i, t := range o.Steps {
		point = append(point, make([]float64, t-len(point))...) // gaps in what was measured
		point = append(point, o.Point[i])
	}
	for len(r.steps) < len(point) {
		r.steps = append(r.steps, mean{})
	}
	of := func(levels []float64) [][]float64 { return c.Forecast("", time.Time{}, 0, point, levels).Values }
	quantiles, highest := of(levels), of([]float64{risk})
	var here mean
	for i, y := range o.Actual {
		t := o.Steps[i]
		for j, q := range levels {
			f := quantiles[j][t]
			loss := 2 * max(q*(y-f), (q-1)*(y-f)) / unit
			here.add(loss)
			r.loss.add(loss)
			r.steps[t].add(loss)
		}
		inside := 0.0
		if y <= highest[0][t] {
			inside = 1
		}
		r.inside.add(inside)
	}
	return here.value
}

// between is the mean loss of the steps [start, end).
func (r *record) between(start, end int) float64 {
	var m mean
	for _, step := range r.steps[min(start, len(r.steps)):min(end, len(r.steps))] {
		if step.n > 0 {
			m.add(step.value)
		}
	}
	return m.value
}

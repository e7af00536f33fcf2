package calendar

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// Steps is how many steps to forecast from p.Series so that [Prepared.Restore]
// can give h: more where a clock is put forward on the way, fewer where it is
// put back.
func (p Prepared) Steps(h int) int {
	steps := 0
	for j := range max(0, h) {
		steps = max(steps, p.clock.ahead(j)+1)
	}
	return steps
}

// Restore turns f, a forecast made on p.Series of at least p.Steps(h) steps,
// into one of the h steps after the series that p was prepared from, in UTC:
// each takes the step of its wall clock, with the effects of holidays and
// events, which its Parts tell apart. From a shorter f it restores as many steps as that has.
func (p Prepared) Restore(f capacity.Forecast, h int) capacity.Forecast {
	out := p.Ordinary(f, h)
	out.Parts = p.parts(out)
	for j, e := range p.Effects(out.Steps()) {
		if e.Spread > 0 {
			e.widen(out, j)
		}
		for _, row := range out.Values {
			row[j] = e.on(row[j])
		}
	}
	return out
}

// Ordinary is Restore without the effects of holidays and events: what the load
// would be on ordinary days.
func (p Prepared) Ordinary(f capacity.Forecast, h int) capacity.Forecast {
	out := capacity.Forecast{
		Model: f.Model, Start: p.clock.start.Add(time.Duration(p.clock.steps) * p.clock.step), Step: p.clock.step,
		Levels: slices.Clone(f.Levels), Values: make([][]float64, len(f.Values)),
	}
	for j := range max(0, h) {
		at := p.clock.ahead(j)
		if at >= f.Steps() {
			break
		}
		for i, row := range f.Values {
			out.Values[i] = append(out.Values[i], row[at])
		}
	}
	widenUnmeasured(out, p.never, func(j int) int { return mod(p.Series.Len()+p.clock.ahead(j), len(p.never)) })
	return out
}

func mod(a, b int) int { return (a%b + b) % b }

// An Effect is what holidays and events do to one step: its ordinary load is
// multiplied by Factor, then Add is added, in the unit of the series.
type Effect struct {
	Factor float64
	Add    float64
	Spread float64 // standard deviation of the logarithm of Factor, where it was learnt from events
	Why    string  // names the holiday and the events; empty on an ordinary step
}

// widen moves the quantiles of step t of f away from the median, as far as an
// uncertain factor does: errors of the load and of the factor are taken for
// independent and log-normal.
func (e Effect) widen(f capacity.Forecast, t int) {
	middle := f.Quantile(0.5, t)
	if middle <= 0 {
		return
	}
	for i, level := range f.Levels {
		z := math.Sqrt2 * math.Erfinv(2*level-1)
		far := math.Hypot(math.Log(f.Values[i][t]/middle), z*e.Spread)
		f.Values[i][t] = finite(middle * math.Exp(math.Copysign(far, z)))
	}
}

// on is what the effect makes of an ordinary load.
func (e Effect) on(load float64) float64 { return max(0, finite(finite(load*e.Factor)+e.Add)) }

// Effects are those of the h steps after the series that p was prepared from.
func (p Prepared) Effects(h int) []Effect {
	h = max(0, h)
	end := p.clock.start.Add(time.Duration(p.clock.steps) * p.clock.step)
	days := p.days
	days.names = namesOf(p.where, p.onWall(0), p.onWall(h))
	out := make([]Effect, h)
	for j := range out {
		e := Effect{Factor: 1}
		var why []string
		if factor, name := days.factor(p.onWall(j)); name != "" {
			e.Factor = factor
			why = append(why, fmt.Sprintf("holiday %s: %s times an ordinary day", name, capacity.Figure(factor)))
		}
		for _, event := range p.coming {
			factor, add := event.at(end.Add(time.Duration(j)*p.clock.step), p.clock.step)
			if factor == 1 && add == 0 {
				continue
			}
			e.Factor = finite(e.Factor * factor)
			e.Add = finite(e.Add + add)
			e.Spread = math.Hypot(e.Spread, event.spread*share(event.Event, end.Add(time.Duration(j)*p.clock.step), p.clock.step))
			why = append(why, fmt.Sprintf("event %s (%s): %s", event.Name, event.source, effectText(factor, add)))
		}
		e.Why = strings.Join(why, "; ")
		out[j] = e
	}
	return out
}

// onWall is what the wall clock shows at step j after the series, in the zone
// of p.Series.
func (p Prepared) onWall(j int) time.Time {
	return p.Series.At(p.Series.Len() + p.clock.ahead(j))
}

func effectText(factor, add float64) string {
	if add != 0 {
		return fmt.Sprintf("%s added", capacity.Figure(add))
	}
	return fmt.Sprintf("%s times the load", capacity.Figure(factor))
}

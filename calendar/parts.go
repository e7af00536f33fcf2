package calendar

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// parts tells apart what each holiday and each event does to an ordinary
// forecast that begins where the history ends: in each step first the holiday,
// then the events that multiply and those that add, one after the other on what
// those before have left, so that all of them add up. They are listed in the order in which they begin.
func (p Prepared) parts(ordinary capacity.Forecast) []capacity.Part {
	h := ordinary.Steps()
	if len(p.coming) == 0 && len(p.where) == 0 || len(ordinary.Levels) == 0 {
		return nil
	}
	days := p.days
	days.names = namesOf(p.where, p.onWall(0), p.onWall(h))
	var holidays []partOf
	// What takes away comes last: then no step falls below zero but at the end.
	coming := slices.Clone(p.coming)
	slices.SortStableFunc(coming, func(a, b happening) int { return cmp.Compare(a.order(), b.order()) })
	events := make([]partOf, len(coming))
	for k, e := range coming {
		events[k].Part = capacity.Part{Name: e.Name, Source: e.source, Uplift: e.uplift}
	}
	for t := range h {
		load := ordinary.Quantile(0.5, t)
		if factor, name := days.factor(p.onWall(t)); name != "" {
			if n := len(holidays); n == 0 || holidays[n-1].Name != name {
				holidays = append(holidays, partOf{Part: capacity.Part{Name: name, Source: days.source(name)}})
			}
			load = holidays[len(holidays)-1].change(t, load, Effect{Factor: factor})
		}
		for k, e := range coming {
			if factor, add := e.at(ordinary.At(t), ordinary.Step); factor != 1 || add != 0 {
				load = events[k].change(t, load, Effect{Factor: factor, Add: add})
			}
		}
	}
	for k := range holidays {
		holidays[k].Uplift.Factor = holidays[k].factor()
	}
	var all []capacity.Part
	for _, x := range slices.Concat(holidays, events) {
		if len(x.Change) > 0 {
			all = append(all, x.Part)
		}
	}
	slices.SortStableFunc(all, func(a, b capacity.Part) int { return cmp.Compare(a.First, b.First) })
	return all
}

// order is when the happening takes its part of a step.
func (h happening) order() int {
	switch {
	case h.add < 0:
		return 2
	case h.add > 0:
		return 1
	}
	return 0
}

// A partOf is a part and the load that it changes.
type partOf struct {
	capacity.Part
	without float64
}

// change takes in the effect on the load of step t, and returns that load with it.
func (x *partOf) change(t int, load float64, e Effect) float64 {
	if len(x.Change) == 0 {
		x.First = t
	}
	x.Change = append(x.Change, make([]float64, t-x.First-len(x.Change))...)
	with := e.on(load)
	x.Change = append(x.Change, with-load)
	x.without = finite(x.without + load)
	return with
}

// factor is the load with the part over that without it.
func (x *partOf) factor() float64 {
	sum := 0.0
	for _, v := range x.Change {
		sum = finite(sum + v)
	}
	if x.without == 0 {
		return 1
	}
	return 1 + sum/x.without
}

// source says in words what the belief in a holiday rests on.
func (d daysOff) source(name string) string {
	switch {
	case d.seen[name] > 0:
		return fmt.Sprintf("as measured on it %s times before", capacity.Figure(d.seen[name]))
	case len(d.seen) > 0:
		return "as measured on other holidays"
	}
	return "as on a Sunday"
}

// Tell says of each part of f, a forecast of that demand, what it does, in words
// and as load by which units are measured, with times in the demand's zone.
func Tell(f capacity.Forecast, d capacity.Demand) []string {
	zone, err := time.LoadLocation(d.Timezone)
	if err != nil {
		zone = time.UTC
	}
	var notes []string
	for _, p := range f.Parts {
		most := slices.MaxFunc(p.Change, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
		verb := "adds"
		if most < 0 {
			verb = "takes away"
		}
		at := p.First + slices.Index(p.Change, most)
		notes = append(notes, fmt.Sprintf("%s (%s, %s) %s up to %s from %s to %s, most at %s, where the forecast's median is %s and without it %s",
			p.Name, p.Uplift, p.Source, verb, capacity.Figure(d.Rate(math.Abs(most))),
			f.At(p.First).In(zone).Format("Mon 2 Jan 15:04"), f.At(p.First+len(p.Change)).In(zone).Format("Mon 2 Jan 15:04"),
			f.At(at).In(zone).Format("Mon 15:04"), capacity.Figure(d.Rate(f.Quantile(0.5, at))), capacity.Figure(d.Rate(max(0, f.Quantile(0.5, at)-most)))))
	}
	return notes
}

package calendar

import (
	"fmt"
	"math"
	"strings"
	"time"

	"headroom/capacity"
)

// A happening is an event whose effect is known.
type happening struct {
	capacity.Event
	factor, add float64         // per step of the series
	uplift      capacity.Uplift // the same, as it is declared
	source      string          // where the effect is from, in words
}

// surroundings is how long before and after an event is compared with it.
const surroundings = 12 * time.Hour

// learnEvents measures what past events did: the load inside the whole effect
// over what the same weekdays of the weeks around expect, relative to the same
// ratio just before and after the event, where there was none: a service that
// grew since those weeks has grown there too. raw and ordinary are the series on
// the wall with and without the load of events and holidays, and place finds a
// step of s on it. Events of which less than half was measured, or without
// anything to compare with, teach nothing.
func learnEvents(events []capacity.Event, s, raw, ordinary capacity.Series, place func(i int) int) map[string]float64 {
	learnt := map[string]float64{}
	for _, e := range events {
		if e.To.After(s.End()) || e.From.Before(s.Start) || s.Step <= 0 {
			continue
		}
		var all float64
		var inside, outside comparison
		first := max(0, int(e.From.Add(-e.Ramp-surroundings).Sub(s.Start)/s.Step))
		for i := first; i < s.Len() && s.At(i).Before(e.To.Add(e.Ramp+surroundings)); i++ {
			whole := share(e, s.At(i), s.Step) == 1
			if whole {
				all++
			}
			at := place(i)
			if at < 0 || at >= raw.Len() {
				continue
			}
			switch {
			case whole:
				inside.add(raw.Values[at], expected(ordinary, at))
			case !math.IsNaN(ordinary.Values[at]):
				outside.add(raw.Values[at], expected(ordinary, at))
			}
		}
		factor, ok := inside.ratio()
		if !ok || 2*inside.steps < all {
			continue
		}
		if level, ok := outside.ratio(); ok && level > 0 && outside.steps >= inside.steps {
			factor /= level
		}
		learnt[e.Name] = finite(factor)
	}
	return learnt
}

// A comparison is of what was measured with what was expected.
type comparison struct{ had, expects, steps float64 }

func (c *comparison) add(had, expects float64) {
	if !math.IsNaN(had) && !math.IsNaN(expects) {
		c.had, c.expects, c.steps = c.had+had, c.expects+expects, c.steps+1
	}
}

func (c *comparison) ratio() (float64, bool) {
	ok := c.steps > 0 && c.expects > 0 && !math.IsInf(c.had, 1) && !math.IsInf(c.expects, 1)
	return c.had / c.expects, ok
}

// happenings are the events that reach beyond end and whose effect is known,
// and a note on each of the others.
func happenings(events []capacity.Event, learnt map[string]float64, end time.Time, scale float64) (all []happening, notes []string) {
	for _, e := range events {
		if !e.To.Add(e.Ramp).After(end) {
			continue
		}
		h := happening{Event: e, factor: 1}
		switch factor, from := taught(e, events, learnt); {
		case e.Uplift.Declared():
			h.set(e.Uplift, scale)
			h.source = "declared"
		case from != "":
			h.factor, h.source = factor, from
			h.uplift = capacity.Uplift{Factor: factor}
		default:
			like := named(events, e.Like)
			if like == nil || !like.Uplift.Declared() {
				notes = append(notes, fmt.Sprintf("event %s changes nothing: it declares no uplift, and no past event to learn from was measured; declare an uplift such as 2x", e.Name))
				continue
			}
			h.set(like.Uplift, scale)
			h.source = "declared for " + like.Name
		}
		all = append(all, h)
	}
	return all, notes
}

// taught is the factor that was learnt for e from the event it names, or else
// from those of its kind, as their geometric mean, and in words which.
func taught(e capacity.Event, events []capacity.Event, learnt map[string]float64) (factor float64, from string) {
	if e.Like != "" {
		if f, ok := learnt[e.Like]; ok {
			return f, "as measured in " + e.Like
		}
		return 1, ""
	}
	sum, n := 0.0, 0
	var which []string
	for _, other := range events {
		if f, ok := learnt[other.Name]; ok && f > 0 && e.Kind != "" && other.Kind == e.Kind {
			sum, n = sum+math.Log(f), n+1
			which = append(which, other.Name)
		}
	}
	if n == 0 {
		return 1, ""
	}
	return math.Exp(sum / float64(n)), fmt.Sprintf("as measured in %d past %s: %s", n, e.Kind, strings.Join(which, ", "))
}

func named(events []capacity.Event, name string) *capacity.Event {
	for i := range events {
		if name != "" && events[i].Name == name {
			return &events[i]
		}
	}
	return nil
}

// set takes a declared uplift; scale turns an added load into that of a step.
func (h *happening) set(u capacity.Uplift, scale float64) {
	h.uplift, h.add = u, finite(u.Add*scale)
	if u.Factor > 0 {
		h.factor = u.Factor
	}
}

// finite is v, or the largest number instead of an infinite one.
func finite(v float64) float64 { return min(max(v, -math.MaxFloat64), math.MaxFloat64) }

// at is what the happening does to the step that starts at t.
func (h happening) at(t time.Time, step time.Duration) (factor, add float64) {
	w := share(h.Event, t, step)
	return 1 + (h.factor-1)*w, h.add * w
}

// share is how much of the effect of e the step that starts at t has, from 0 to
// 1: the mean over the step of an effect that climbs and falls along a line.
func share(e capacity.Event, t time.Time, step time.Duration) float64 {
	area := func(at time.Time) float64 {
		return climb(at.Sub(e.From.Add(-e.Ramp)), e.Ramp) - climb(at.Sub(e.To), e.Ramp)
	}
	return min(max(0, (area(t.Add(step))-area(t))/float64(step)), 1)
}

// climb is the area, after a time, under a line that climbs from 0 to 1 within
// ramp and stays there.
func climb(after, ramp time.Duration) float64 {
	x, r := float64(after), float64(ramp)
	switch {
	case x <= 0:
		return 0
	case x < r:
		return x * x / (2 * r)
	}
	return x - r/2
}

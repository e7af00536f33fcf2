package calendar

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// A happening is an event whose effect is known.
type happening struct {
	capacity.Event
	factor, add float64         // per step of the series
	spread      float64         // how uncertain factor is, as [lesson] has it
	uplift      capacity.Uplift // the same, as it is declared
	source      string          // where the effect is from, in words
}

// happenings are the events that reach beyond end and whose effect is known,
// and a note on each of the others.
func happenings(events []capacity.Event, learnt map[string]lesson, end time.Time, scale float64) (all []happening, notes []string) {
	for _, e := range events {
		if !e.To.Add(e.Ramp).After(end) {
			continue
		}
		h := happening{Event: e, factor: 1}
		switch lesson, from := taught(e, events, learnt); {
		case e.Uplift.Declared():
			h.set(e.Uplift, scale)
			h.source = "declared"
		case from != "":
			h.factor, h.spread, h.source = lesson.factor, lesson.spread, from
			h.uplift = capacity.Uplift{Factor: lesson.factor}
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

package calendar

import (
	"fmt"
	"math"
	"strings"
	"time"

	"headroom/capacity"
)

// A lesson is what a past event teaches: by how much it multiplied the load, and
// how far single steps were from that, as the standard deviation of the
// logarithm of their own factors, beyond what steps outside of it show.
type lesson struct {
	factor, spread float64
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
func learnEvents(events []capacity.Event, s, raw, ordinary capacity.Series, place func(i int) int) map[string]lesson {
	learnt := map[string]lesson{}
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
		spread := math.Sqrt(max(0, inside.variance()-outside.variance()))
		learnt[e.Name] = lesson{finite(factor), spread}
	}
	return learnt
}

// A comparison is of what was measured with what was expected.
type comparison struct {
	had, expects, steps float64
	logs                []float64 // of the ratio of each step that has one
}

func (c *comparison) add(had, expects float64) {
	if math.IsNaN(had) || math.IsNaN(expects) {
		return
	}
	c.had, c.expects, c.steps = c.had+had, c.expects+expects, c.steps+1
	if ratio := had / expects; ratio > 0 && !math.IsInf(ratio, 1) {
		c.logs = append(c.logs, math.Log(ratio))
	}
}

// variance is that of the logarithms of the steps' ratios; 0 if there are too
// few.
func (c *comparison) variance() float64 { return variance(c.logs) }

func (c *comparison) ratio() (float64, bool) {
	ok := c.steps > 0 && c.expects > 0 && !math.IsInf(c.had, 1) && !math.IsInf(c.expects, 1)
	return c.had / c.expects, ok
}

// taught is what was learnt for e from the event it names, or else from those of
// its kind, and in words which: their geometric mean, and the spread of the
// steps together with that of the events, as of the next of a normal sample.
func taught(e capacity.Event, events []capacity.Event, learnt map[string]lesson) (of lesson, from string) {
	if e.Like != "" {
		if l, ok := learnt[e.Like]; ok {
			return l, "as measured in " + e.Like
		}
		return lesson{factor: 1}, ""
	}
	var logs []float64
	sum, within := 0.0, 0.0
	var which []string
	for _, other := range events {
		if l, ok := learnt[other.Name]; ok && l.factor > 0 && e.Kind != "" && other.Kind == e.Kind {
			logs = append(logs, math.Log(l.factor))
			sum, within = sum+math.Log(l.factor), within+l.spread*l.spread
			which = append(which, other.Name)
		}
	}
	n := float64(len(logs))
	if n == 0 {
		return lesson{factor: 1}, ""
	}
	of = lesson{math.Exp(sum / n), math.Sqrt(within/n + variance(logs)*(1+1/n))}
	return of, fmt.Sprintf("as measured in %d past %s: %s", len(logs), e.Kind, strings.Join(which, ", "))
}

// variance is the sample variance of values; 0 of fewer than two.
func variance(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	mean, sum := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return sum / float64(len(values)-1)
}

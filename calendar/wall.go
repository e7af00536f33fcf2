package calendar

import (
	"math"
	"time"

	"headroom/capacity"
)

// Wall puts the steps of s on the wall clock of zone, so that the same time of
// two days is a whole number of days apart although clocks were changed in
// between. Where a clock is put forward, the steps that it skips are gaps;
// where it is put back, the steps that it repeats are averaged, sums as well as
// levels, since both are per step. The result starts at the instant of its
// first step, in a fixed zone of the offset that held when s started.
//
// A change by other than whole steps is rounded to them, half a step to none:
// steps of a day stay as they are. Without a change inside s, its values are
// those of s, in the same memory. Nothing is averaged that the steps after s
// will repeat: a series that ends inside such an hour ends before it.
func Wall(s capacity.Series, zone *time.Location) capacity.Series {
	return newClock(s, zone).wall(s)
}

// A clock maps steps of a series, and those after it, to steps on the wall.
type clock struct {
	start time.Time
	step  time.Duration
	steps int            // of the series
	zone  *time.Location // nil: no clock that changes
	base  time.Duration  // offset of the zone at start
	first int            // the first step on the wall, 0 or less
	end   int            // the step on the wall after the last one
}

func newClock(s capacity.Series, zone *time.Location) clock {
	c := clock{start: s.Start, step: s.Step, steps: s.Len(), zone: zone, end: s.Len()}
	if zone == nil || s.Step <= 0 || s.Len() == 0 {
		c.zone = nil
		return c
	}
	c.base = offset(s.Start, zone)
	for i := range s.Len() {
		c.first = min(c.first, c.place(i))
	}
	c.end = c.until(s.Len())
	return c
}

// until is the step on the wall after the last one of a series of so many steps,
// before any that the steps after them repeat.
func (c clock) until(steps int) int {
	last, next := math.MinInt, math.MaxInt
	for i := range steps {
		last = max(last, c.place(i))
	}
	if c.zone == nil {
		return last + 1
	}
	// No zone ever went back by more than a day.
	for i := steps; i <= steps+int(25*time.Hour/c.step); i++ {
		next = min(next, c.place(i))
	}
	return max(c.first+1, min(last+1, next))
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, east := t.In(zone).Zone()
	return time.Duration(east) * time.Second
}

// place is the step on the wall, counted from start, that step i falls on.
func (c clock) place(i int) int {
	if c.zone == nil {
		return i
	}
	shift := offset(c.start.Add(time.Duration(i)*c.step), c.zone) - c.base
	if shift < 0 {
		return i - wholeSteps(-shift, c.step)
	}
	return i + wholeSteps(shift, c.step)
}

// wholeSteps is how many steps shift is, rounded, half a step to none.
func wholeSteps(shift, step time.Duration) int {
	return int((2*shift + step - 1) / (2 * step))
}

// wall is s, or another series of the same steps, on the wall.
func (c clock) wall(s capacity.Series) capacity.Series {
	if c.zone == nil {
		return s
	}
	start := s.At(c.first).UTC()
	if name, east := s.Start.In(c.zone).Zone(); east != 0 {
		start = start.In(time.FixedZone(name, east))
	}
	out := capacity.Series{Start: start, Step: s.Step, Values: s.Values}
	if c.unchanged() {
		return out
	}
	out.Values = make([]float64, c.end-c.first)
	times := make([]float64, len(out.Values))
	for i, v := range s.Values {
		if at := c.place(i) - c.first; at < len(times) && !math.IsNaN(v) {
			times[at]++
			out.Values[at] += (v - out.Values[at]) / times[at]
		}
	}
	for at, n := range times {
		if n == 0 {
			out.Values[at] = math.NaN()
		}
	}
	return out
}

// unchanged reports whether every step stays where it is.
func (c clock) unchanged() bool {
	for i := range c.steps {
		if c.place(i) != i {
			return false
		}
	}
	return c.end == c.steps
}

// ahead is which step of a forecast on the wall, from 0, the step j after the
// series takes.
func (c clock) ahead(j int) int { return c.place(c.steps+j) - c.end }

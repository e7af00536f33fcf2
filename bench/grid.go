package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"headroom/capacity"
)

// A measurement is one line of a source.
type measurement struct {
	at    time.Time
	value float64
}

// grid puts measurements, one each native interval, on steps that start at
// multiples of step on their own wall clock. A step is the mean of what was
// measured in it, also for counts: all scores are ratios, so that the unit
// does not matter. A step with less than half of its measurements is a gap;
// gaps at either end are cut off.
func grid(measured []measurement, native, step time.Duration) capacity.Series {
	if len(measured) == 0 {
		return capacity.Series{Step: step}
	}
	local := func(t time.Time) time.Time {
		_, east := t.Zone()
		return t.Add(time.Duration(east) * time.Second)
	}
	first := local(measured[0].at).Truncate(step)
	n := int(local(measured[len(measured)-1].at).Sub(first)/step) + 1
	steps := make([]mean, n)
	for _, m := range measured {
		if i := int(local(m.at).Sub(first) / step); i >= 0 && i < n && !math.IsNaN(m.value) {
			steps[i].add(m.value)
		}
	}
	want := float64(step) / float64(native)
	values := make([]float64, n)
	for i := range steps {
		values[i] = math.NaN()
		if steps[i].n > 0 && 2*steps[i].n >= want {
			values[i] = steps[i].value()
		}
	}
	low, high := 0, n
	for low < high && math.IsNaN(values[low]) {
		low++
	}
	for high > low && math.IsNaN(values[high-1]) {
		high--
	}
	_, east := measured[0].at.Zone()
	begin := first.Add(-time.Duration(east) * time.Second).In(measured[0].at.Location())
	return capacity.Series{Start: begin, Step: step, Values: values[:n]}.Slice(low, high)
}

// instant reads a time as the sources write it: RFC 3339, the same without a
// zone, which is then called UTC, or seconds since the start of the trace.
func instant(text string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return start.Add(time.Duration(seconds) * time.Second), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

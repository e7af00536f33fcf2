package capacity

import (
	"fmt"
	"math"
	"time"
)

// A Series is demand measured at equal steps, oldest first. A missing
// measurement is NaN, never zero: zero demand is a fact, a gap is not.
type Series struct {
	Start  time.Time
	Step   time.Duration
	Values []float64
}

// Len is the number of steps, gaps included.
func (s Series) Len() int { return len(s.Values) }

// At is the time at which step i starts.
func (s Series) At(i int) time.Time {
	return s.Start.Add(time.Duration(i) * s.Step)
}

// End is the time just after the last step.
func (s Series) End() time.Time { return s.At(len(s.Values)) }

// Slice returns the steps [i, j) as a Series that shares memory with s.
func (s Series) Slice(i, j int) Series {
	return Series{Start: s.At(i), Step: s.Step, Values: s.Values[i:j]}
}

// PerDay is the number of steps in a day of 24 hours, at least 1.
func (s Series) PerDay() int {
	if s.Step <= 0 {
		return 1
	}
	return max(1, int(24*time.Hour/s.Step))
}

// Gaps counts the missing steps.
func (s Series) Gaps() int {
	n := 0
	for _, v := range s.Values {
		if math.IsNaN(v) {
			n++
		}
	}
	return n
}

// Validate reports the first reason why no model could take s at all: a step
// that is not positive, no values, or a value that is infinite or negative.
// The error is an [ErrBadSeries]. Gaps are allowed.
func (s Series) Validate() error {
	switch {
	case s.Step <= 0:
		return fmt.Errorf("step is %v: %w", s.Step, ErrBadSeries)
	case len(s.Values) == 0:
		return fmt.Errorf("no values: %w", ErrBadSeries)
	}
	for i, v := range s.Values {
		if math.IsInf(v, 0) || v < 0 {
			return fmt.Errorf("value %v at %s: %w", v, s.At(i).Format(time.RFC3339), ErrBadSeries)
		}
	}
	return nil
}

package capacity

import (
	"fmt"
	"math"
	"time"
)

// Quality is what can be said of a series before any model sees it.
type Quality struct {
	Points int     // steps, gaps included
	Gaps   int     // steps without a measurement
	Zeros  int     // steps measured as zero
	Mean   float64 // of the measured steps
	Max    float64 // of the measured steps
}

// Interval is the mean number of measured steps from one with demand to the
// next: 1 if all have some, and 0 if none has.
func (q Quality) Interval() float64 {
	busy := q.Points - q.Gaps - q.Zeros
	if busy <= 0 {
		return 0
	}
	return float64(q.Points-q.Gaps) / float64(busy)
}

// Intermittent reports whether so many steps have no demand that smoothing
// models follow neither its size nor its rhythm well: from an interval of 1.32
// on, about one zero in four (Syntetos, Boylan and Croston, Journal of the
// Operational Research Society 56, 2005, 495-503).
func (q Quality) Intermittent() bool { return q.Interval() >= 1.32 }

// Examine measures s, and refuses a series that no model should be fitted to.
// The errors are [ErrBadSeries], [ErrNoData] (only gaps), [ErrTooShort] (less
// than a day is measured), [ErrAllZero] and [ErrConstant]. The quality is
// filled in as far as it could be measured, even beside an error.
func Examine(s Series) (Quality, error) {
	q := Quality{Points: s.Len()}
	if err := s.Validate(); err != nil {
		return q, err
	}
	least, sum := math.Inf(1), 0.0
	for _, v := range s.Values {
		switch {
		case math.IsNaN(v):
			q.Gaps++
			continue
		case v == 0:
			q.Zeros++
		}
		sum += v
		least, q.Max = min(least, v), max(q.Max, v)
	}
	measured := q.Points - q.Gaps
	if measured == 0 {
		return q, fmt.Errorf("all %d steps from %s are gaps: %w", q.Points, s.Start.Format(time.RFC3339), ErrNoData)
	}
	q.Mean = sum / float64(measured)
	span := time.Duration(measured) * s.Step
	switch {
	case span < 24*time.Hour:
		return q, fmt.Errorf("%v of history (%s of %v), at least 24h is needed: %w", span, Count(measured, "step"), s.Step, ErrTooShort)
	case q.Max == 0:
		return q, fmt.Errorf("all %d values are 0, check that demand.value names the load column: %w", measured, ErrAllZero)
	case least == q.Max:
		return q, fmt.Errorf("all %d values are %g, check that demand.value names the load column: %w", measured, q.Max, ErrConstant)
	}
	return q, nil
}

package history

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"headroom/capacity"
)

// Rows are the measurements of one object, in the order in which it holds them.
type Rows struct {
	Object  string // its key, which is also its rank among duplicates
	Bytes   int64  // of the object as it is stored
	Skipped int    // rows that hold no measurement

	times       []arrow.Timestamp
	values      []float64
	first, last arrow.Timestamp // of everything in the object, trimmed or not
	any         bool
}

// Len is the number of measurements.
func (r *Rows) Len() int { return len(r.times) }

// Trim leaves out what was measured outside [from, to); a zero from or to is no
// bound. Trimming objects one by one keeps only what is asked for in memory.
func (r *Rows) Trim(from, to time.Time) {
	low, high := bounds(from, to)
	if r.any && low <= r.first && r.last <= high {
		return
	}
	var times []arrow.Timestamp
	var values []float64
	for i, t := range r.times {
		if low <= t && t <= high {
			times = append(times, t)
			values = append(values, r.values[i])
		}
	}
	r.times, r.values = times, values
}

// bounds turns [from, to) into the first and the last time inside it.
func bounds(from, to time.Time) (low, high arrow.Timestamp) {
	low, high = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		low = arrow.Timestamp(from.UnixNano())
	}
	if !to.IsZero() {
		high = arrow.Timestamp(to.UnixNano() - 1)
	}
	return low, high
}

// add appends one measurement; NaN is a missing one.
func (r *Rows) add(t arrow.Timestamp, value float64, limit int) error {
	switch {
	case math.IsNaN(value):
		r.Skipped++
		return nil
	case math.IsInf(value, 0):
		return fmt.Errorf("the load is infinite; leave the cell empty if nothing was measured")
	case value < 0:
		return fmt.Errorf("the load %v is negative; leave the cell empty if nothing was measured", value)
	case len(r.times) >= limit:
		return fmt.Errorf("the object holds more than %d measurements; split it", limit)
	}
	if !r.any {
		r.first, r.last, r.any = t, t, true
	}
	r.first, r.last = min(r.first, t), max(r.last, t)
	r.times = append(r.times, t)
	r.values = append(r.values, value+0) // -0 becomes 0
	return nil
}

// fault says where in the object the trouble is: the line or row, and, if it
// is one cell, the column.
func (r *Rows) fault(where, column string, err error) error {
	if column != "" {
		where += fmt.Sprintf(", column %q", column)
	}
	return fmt.Errorf("read %q: %s: %w: %w", r.Object, where, err, capacity.ErrBadData)
}

// damaged says that the object is not what it was when it was written.
func (r *Rows) damaged(what string) error {
	return fmt.Errorf("read %q: %s; nothing was stored or changed; upload it again or remove it: %w", r.Object, what, capacity.ErrBadData)
}

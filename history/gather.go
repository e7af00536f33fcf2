package history

import (
	"time"
)

// A Point is one measurement; a value that is NaN or infinite is a missing one.
type Point struct {
	At    time.Time
	Value float64
}

// Gather makes rows of measurements that a source has as numbers and not as an
// object to decode. The object is what messages call them.
func Gather(object string, points []Point) (Rows, error) {
	r := Rows{Object: object}
	r.keep(time.Time{}, time.Time{})
	for i, p := range points {
		if err := r.add(stamp{at: p.At.UnixNano()}, p.Value, i+1, len(points)); err != nil {
			return Rows{}, r.fault(p.At.UTC().Format(time.RFC3339), "", err)
		}
	}
	return r, r.finish("", "point")
}

package history

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// A Point is one measurement; a value that is NaN is a missing one.
type Point struct {
	At    time.Time
	Value float64
}

// Gather makes rows of measurements that a source has as numbers and not as an
// object to decode. The object is what messages call them.
func Gather(object string, points []Point) (Rows, error) {
	r := Rows{Object: object}
	for _, p := range points {
		if err := r.add(arrow.Timestamp(p.At.UnixNano()), p.Value, len(points)); err != nil {
			return Rows{}, r.fault(p.At.UTC().Format(time.RFC3339), "", err)
		}
	}
	return r, nil
}

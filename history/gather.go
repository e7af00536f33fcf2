package history

import (
	"time"

	"headroom/capacity"
)

// A Point is one measurement; a value that is NaN or infinite is a missing one.
type Point struct {
	At    time.Time
	Later time.Time // a second time at which the wall clock shows the same; zero: none
	Value float64
	Place int // its line in a file; 0: none
}

// Gather makes rows of measurements that a source has as numbers and not as an
// object to decode. The object is what messages call them.
func Gather(object string, points []Point) (Rows, error) { return gather(object, points, "") }

// gather is Gather for points of which several may have one time.
func gather(object string, points []Point, across capacity.Aggregate) (Rows, error) {
	r := Rows{Object: object}
	r.keep(time.Time{}, time.Time{})
	noun := "point"
	for i, p := range points {
		t, place := stamp{at: p.At.UnixNano()}, i+1
		if !p.Later.IsZero() {
			t.later = p.Later.UnixNano()
		}
		if p.Place > 0 {
			place, noun = p.Place, "line"
		}
		if err := r.add(t, p.Value, place, len(points), 0); err != nil {
			return Rows{}, r.fault(p.At.UTC().Format(time.RFC3339), "", err)
		}
	}
	return r, r.finish(across, noun)
}

// Gathered makes a table of measurements, which may be none.
func Gathered(object string, points []Point, across capacity.Aggregate) (Table, error) {
	r, err := gather(object, points, across)
	if err != nil {
		return Table{}, err
	}
	times, values := make([]int64, r.Len()), make([]float64, r.Len())
	for i, p := range r.points {
		times[i], values[i] = p.at, p.value
	}
	return newTable(times, values, Summary{Objects: 1, Rows: r.Len(), Counts: r.Counts}), nil
}

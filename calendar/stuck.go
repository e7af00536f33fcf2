package calendar

import (
	"math"
	"time"

	"headroom/capacity"
)

// stuck marks runs of one positive value that last an hour and six steps, and
// are so long that a series whose neighbours are equal as often as here has
// one in a thousand cases.
func stuck(s capacity.Series, reasons []Reason) {
	least, most := math.Inf(1), 0.0
	for i, v := range s.Values {
		if !math.IsNaN(v) && reasons[i] == "" {
			least, most = min(least, v), max(most, v)
		}
	}
	enough := max(6, int(time.Hour/s.Step))
	runs := runsOf(s.Values)
	all := 0
	for _, r := range runs {
		all += r.length
	}
	for _, r := range runs {
		v := s.Values[r.from]
		if r.length < enough || v == least || v == most || reasons[r.from] != "" {
			continue
		}
		// The share of neighbours that are equal outside of this run, at least one
		// pair among them.
		pairs, different := 1+all-r.length, len(runs)-1
		equal := 1 - float64(different)/float64(max(pairs, different+1))
		if float64(r.length-1)*-math.Log(equal) > math.Log(1000*float64(s.Len())) {
			for i := range r.length {
				reasons[r.from+i] = Stuck
			}
		}
	}
}

// A run is so many equal measurements in a row.
type run struct{ from, length int }

// runsOf cuts values into runs; gaps belong to none.
func runsOf(values []float64) []run {
	var runs []run
	for i, v := range values {
		switch {
		case math.IsNaN(v):
		case i > 0 && values[i-1] == v:
			runs[len(runs)-1].length++
		default:
			runs = append(runs, run{i, 1})
		}
	}
	return runs
}

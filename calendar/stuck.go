package calendar

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// stuck marks runs of one positive value that last an hour and six steps, and
// are so long that a series whose neighbours are equal as often as here has
// one in a thousand cases. Where measurements at longer intervals were spread over
// steps, six measurements have to be equal, not six steps.
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
	spread := spreads(runs)
	for k, r := range runs {
		v := s.Values[r.from]
		if r.length < max(enough, 6*spread[k]) || v == least || v == most || reasons[r.from] != "" {
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

// spreads is for each run how many steps one measurement fills around it: where
// three or more runs follow each other directly and nearly all of them are equally
// long, each is one measurement of a longer interval. It is 0 elsewhere.
func spreads(runs []run) []int {
	const short = 2 // a step that two intervals share may lie between their runs
	out := make([]int, len(runs))
	for k := 0; k < len(runs); {
		var block []int
		end := k
		for last := runs[k].from; end < len(runs) && runs[end].from-last <= short; end++ {
			if runs[end].length > short {
				block = append(block, end)
				last = runs[end].from + runs[end].length
			}
		}
		if len(block) >= 3 {
			lengths := make([]int, len(block))
			for i, b := range block {
				lengths[i] = runs[b].length
			}
			slices.Sort(lengths)
			middle, equal := lengths[len(lengths)/2], 0
			for _, length := range lengths {
				if absolute(length-middle) <= 1 {
					equal++
				}
			}
			if 3*equal >= 2*len(block) {
				for _, b := range block {
					out[b] = middle
				}
			}
		}
		k = max(end, k+1)
	}
	return out
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

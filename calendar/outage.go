package calendar

import (
	"math"

	"headroom/capacity"
)

const (
	nothing = 0.02 // of the usual load: an outage
	little  = 0.2  // of the usual load: so low that an outage would not stand out
	partial = 0.5  // of the usual load beside an outage: a part of it
)

// outages marks steps with next to no load where there always is some, and the
// broken steps beside them.
func outages(s capacity.Series, reasons []Reason) {
	highest := 0.0
	for _, v := range s.Values {
		if v > highest { // false for NaN, which max would return
			highest = v
		}
	}
	var out []int
	for i, v := range s.Values {
		// No usual load is above the highest, so most steps need no look around.
		if reasons[i] != "" || math.IsNaN(v) || v > nothing*highest {
			continue
		}
		if usual, always := usualLoad(s, i); always && v <= nothing*usual {
			out = append(out, i)
		}
	}
	for _, i := range out {
		reasons[i] = Outage
	}
	for _, i := range out {
		for _, beside := range []int{i - 1, i + 1} {
			if beside < 0 || beside >= s.Len() || reasons[beside] != "" || math.IsNaN(s.Values[beside]) {
				continue
			}
			if usual, always := usualLoad(s, beside); always && s.Values[beside] < partial*usual {
				reasons[beside] = Outage
			}
		}
	}
}

// usualLoad is the median load at about the time of day of step i on other
// days, at most four weeks away, and whether there is always some: on three
// other days at least, and with at most one in five measurements far below the
// median.
func usualLoad(s capacity.Series, i int) (usual float64, always bool) {
	day := s.PerDay()
	near := min(2, (day-1)/2) // steps to either side
	var others []float64
	days := 0
	for middle := max(i%day, i-28*day); middle < min(s.Len()+near, i+28*day+1); middle += day {
		if middle == i {
			continue
		}
		before := len(others)
		for j := max(0, middle-near); j <= min(s.Len()-1, middle+near); j++ {
			if v := s.Values[j]; !math.IsNaN(v) {
				others = append(others, v)
			}
		}
		if len(others) > before {
			days++
		}
	}
	if days < 3 {
		return 0, false
	}
	usual = median(others)
	low := 0
	for _, v := range others {
		if v < little*usual || v == 0 {
			low++
		}
	}
	return usual, 5*low <= len(others)
}

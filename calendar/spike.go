package calendar

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// What makes a measurement a spike: it is spikeTimes the usual load of its time of
// day, its neighbours are below besideTimes theirs, and no other measurement
// comes near it.
const (
	spikeTimes  = 5
	besideTimes = 3
	apartTimes  = 3
	longestRun  = 2   // steps of one spike, where they are shorter than half an hour
	surgeTimes  = 100 // from here on the newest step is no surge that begins, but a spike
)

// spikes marks single measurements that are many times what is usual at their
// time of day, as a fault of counting makes them. What comes back at the same
// time of day or of the week is load, and so is what happens often. It returns the
// steps that are as high but were not marked, since they last or come back.
func spikes(s capacity.Series, reasons []Reason) (surges []int) {
	ratios := ratiosToUsual(s, reasons)
	if ratios == nil {
		return nil
	}
	var found []int
	highest := 0.0 // of the others
	for i, r := range ratios {
		if r >= spikeTimes {
			found = append(found, i)
		} else {
			highest = max(highest, r)
		}
	}
	if len(found) == 0 || len(found) > max(3, s.Len()/500) {
		return nil
	}
	day := s.PerDay()
	for k := 0; k < len(found); {
		end := k + 1
		for end < len(found) && found[end] == found[end-1]+1 {
			end++
		}
		first, last := found[k], found[end-1]
		least := apartTimes * max(1, highest)
		if last+1 >= s.Len() {
			least = max(least, surgeTimes)
		}
		run := longestRun
		if s.Step >= 30*time.Minute {
			run = 1
		}
		single := last-first < run && beside(ratios, first-1) && beside(ratios, last+1)
		again := slices.ContainsFunc(found, func(other int) bool {
			off := absolute(other - first)
			alike := ratios[other] < 2*ratios[first] && ratios[first] < 2*ratios[other]
			return alike && off >= day-1 && (near(off, day) || near(off, 7*day))
		})
		if single && !again {
			for i := first; i <= last; i++ {
				if ratios[i] >= least {
					reasons[i] = Spike
				}
			}
		}
		for i := first; i <= last; i++ {
			if reasons[i] == "" {
				surges = append(surges, i)
			}
		}
		k = end
	}
	return surges
}

func absolute(n int) int { return max(n, -n) }

// near reports whether n is a multiple of period, or next to one.
func near(n, period int) bool {
	rest := n % period
	return rest <= 1 || rest == period-1
}

// beside reports whether step i, if there is one, is not part of a rise.
func beside(ratios []float64, i int) bool {
	return i < 0 || i >= len(ratios) || math.IsNaN(ratios[i]) || ratios[i] < besideTimes
}

// ratiosToUsual is each measurement over the median of its time of day, or of its
// day of the week where steps are days, or of an hour earlier or later, whichever
// is the highest; nil with fewer than three to compare. Next
// to no load is taken for a twentieth of the mean of the medians.
func ratiosToUsual(s capacity.Series, reasons []Reason) []float64 {
	period := s.PerDay()
	if period == 1 {
		period = 7
	}
	if s.Len() < 4*period {
		return ratiosToNeighbours(s, reasons)
	}
	medians := make([]float64, period)
	total, n := 0.0, 0
	for slot := range medians {
		var values []float64
		for i := slot; i < s.Len(); i += period {
			if v := s.Values[i]; !math.IsNaN(v) && reasons[i] == "" {
				values = append(values, v)
			}
		}
		if medians[slot] = math.NaN(); len(values) >= 3 {
			medians[slot] = median(values)
			total, n = total+medians[slot], n+1
		}
	}
	if n == 0 || total == 0 {
		return nil
	}
	// Just after a change of the clock, load comes an hour earlier or later in the day.
	hour := 0
	if s.Step <= time.Hour {
		hour = int(time.Hour / s.Step)
	}
	ratios := make([]float64, s.Len())
	for i, v := range s.Values {
		usual := total / float64(n) / 20
		for _, slot := range []int{i, i + hour, i + period - hour} {
			if m := medians[slot%period]; m > usual {
				usual = m
			}
		}
		ratios[i] = v / usual
		if reasons[i] != "" || math.IsNaN(medians[i%period]) {
			ratios[i] = math.NaN()
		}
	}
	return ratios
}

// ratiosToNeighbours is each measurement over the median of those around it, for
// histories that are too short to compare days. It is 1 at most where the
// measurement is not far above all others.
func ratiosToNeighbours(s capacity.Series, reasons []Reason) []float64 {
	const around, least = 6, 24
	if s.Len() < least {
		return nil
	}
	highest, second := 0.0, 0.0
	for i, v := range s.Values {
		if reasons[i] == "" && v > second {
			highest, second = max(highest, v), min(max(highest, second), v)
		}
	}
	ratios := make([]float64, s.Len())
	for i, v := range s.Values {
		var beside []float64
		for j := max(0, i-around); j <= min(s.Len()-1, i+around); j++ {
			if far := absolute(j - i); far > 1 && !math.IsNaN(s.Values[j]) && reasons[j] == "" {
				beside = append(beside, s.Values[j])
			}
		}
		usual := median(beside)
		switch {
		case math.IsNaN(v) || math.IsNaN(usual) || reasons[i] != "":
			ratios[i] = math.NaN()
		case v == highest && v >= apartTimes*second && usual > 0:
			ratios[i] = v / usual
		default:
			ratios[i] = min(1, v/max(usual, 1e-300))
		}
	}
	return ratios
}

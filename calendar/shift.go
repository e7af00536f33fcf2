package calendar

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Shift is a change of the level of load that lasts.
type Shift struct {
	At    time.Time // the start of the first day on the new level, to a day
	Ratio float64   // the new level over the one before
}

const (
	// leastShift is the least change that counts: below it, models follow
	// without help, and slow growth would pass for steps.
	leastShift = 1.22
	// In fewer days than leastDays a weekend would pass for a shift, what was
	// not known for leastBefore may have been the exception itself, and what has
	// not lasted for leastAfter may be over tomorrow.
	leastDays, leastBefore, leastAfter = 21, 7, 3
	// sideDays are compared on either side.
	sideDays = 28
)

// LastShift finds the last day at which the level of s changed abruptly and for
// good, by at least 22 %, and reports whether there is one. It looks at the
// logarithm of the mean load of days counted back from the end of s, without
// the effect of the weekday, and cuts it by PELT (Killick, Fearnhead and Eckley
// 2012) with squared errors and the penalty 3 σ² log n; σ is robust, from the
// differences of neighbouring days. A day counts once half of it is measured.
//
// Of the changes, those do not count that only end an exception: the level
// after must be none that one day in ten of the four weeks before had. It needs
// three weeks, of which a week on the old and three days on the new level.
func LastShift(s capacity.Series) (Shift, bool) {
	levels, places := dailyLevels(s)
	if len(levels) < leastDays {
		return Shift{}, false
	}
	sigma := max(0.03, spread(levels))
	at := changes(levels, 3*math.Log(float64(len(levels)))*sigma*sigma)
	for _, i := range slices.Backward(at) {
		if i < leastBefore || i+leastAfter > len(levels) {
			continue
		}
		before, after := levels[max(0, i-sideDays):i], levels[i:min(len(levels), i+sideDays)]
		level := median(slices.Clone(after))
		change := level - median(slices.Clone(before))
		// A slope has no jump: its nearest days differ less than its sides.
		jump := average(after[:2]) - average(before[max(0, len(before)-2):])
		if math.Abs(change) >= math.Log(leastShift) && jump/change >= 0.6 && !known(level, before, change > 0) {
			return Shift{s.At(places[i]), math.Exp(change)}, true
		}
	}
	return Shift{}, false
}

// levelled is s with the steps before the shift brought to the level after it,
// so that the weeks before still show the shape of a day and of a week. (On real
// load with steps put into it, that forecasts better than to leave the steps
// before as they are, and far better than to leave them out.)
func (x Shift) levelled(s capacity.Series) capacity.Series {
	out := s
	out.Values = slices.Clone(s.Values)
	for i := range out.Values {
		if s.At(i).Before(x.At) {
			out.Values[i] = min(out.Values[i]*x.Ratio, math.MaxFloat64)
		}
	}
	return out
}

// known reports whether at least a tenth of the days before had such a level.
func known(level float64, before []float64, up bool) bool {
	n := 0
	for _, v := range before {
		if v == level || (v > level) == up {
			n++
		}
	}
	return 10*n >= len(before)
}

// dailyLevels are the logarithms of the mean load of whole days before the end
// of s, without the effect of their weekdays, and the step at which each starts.
// Days without load, or with too little measured, are left out.
func dailyLevels(s capacity.Series) (levels []float64, places []int) {
	day := s.PerDay()
	var weekdays []int
	for number := range s.Len() / day {
		from := s.Len()%day + number*day
		sum, n := 0.0, 0
		for _, v := range s.Values[from : from+day] {
			if !math.IsNaN(v) {
				n++
				sum += (v - sum) / float64(n)
			}
		}
		if 2*n >= day && sum > 0 {
			levels, places, weekdays = append(levels, math.Log(sum)), append(places, from), append(weekdays, number%7)
		}
	}
	if len(levels) < leastDays {
		return nil, nil
	}
	// The classical decomposition: what a weekday adds to the week around it.
	var above [7][]float64
	for i := 3; i+3 < len(levels); i++ {
		above[weekdays[i]] = append(above[weekdays[i]], levels[i]-average(levels[i-3:i+4]))
	}
	var effects [7]float64
	for d, values := range above {
		if len(values) > 0 {
			effects[d] = median(values)
		}
	}
	for i, d := range weekdays {
		levels[i] -= effects[d]
	}
	return levels, places
}

// spread is the standard deviation of x around its level, from the median size
// of the differences of neighbours; 1.4826 makes it one for the normal
// distribution.
func spread(x []float64) float64 {
	var sizes []float64
	for i := 1; i < len(x); i++ {
		sizes = append(sizes, math.Abs(x[i]-x[i-1]))
	}
	return 1.4826 * median(sizes) / math.Sqrt2
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

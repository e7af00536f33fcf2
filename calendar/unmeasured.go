package calendar

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// unmeasured reports for each step of a day, or day of a week where steps are
// days, whether it was never measured although others were, on three days or weeks
// at least. It is nil if all were.
func unmeasured(s capacity.Series) []bool {
	period := s.PerDay()
	if period == 1 {
		period = 7
	}
	if s.Step <= 0 || s.Len() < 3*period || period < 4 {
		return nil
	}
	never, measured := make([]bool, period), 0
	for slot := range never {
		never[slot] = true
		for i := slot; i < s.Len() && never[slot]; i += period {
			never[slot] = math.IsNaN(s.Values[i])
		}
		if !never[slot] {
			measured++
		}
	}
	if measured == period || 3*measured < period {
		return nil
	}
	return never
}

// fillUnmeasured puts the load of times of day that were never measured between
// that of the times beside them, day by day: what the season of the measured ones
// suggests, and never below the straight line between them. It returns s itself
// and nil if all times of day were measured.
func fillUnmeasured(s capacity.Series) (capacity.Series, []bool) {
	never := unmeasured(s)
	if never == nil {
		return s, nil
	}
	period := len(never)
	profile := make([]float64, period)
	for slot := range profile {
		var values []float64
		for i := slot; i < s.Len(); i += period {
			if v := s.Values[i]; !math.IsNaN(v) {
				values = append(values, v)
			}
		}
		profile[slot] = median(values)
	}
	out := s
	out.Values = append([]float64(nil), s.Values...)
	for slot := range never {
		if !never[slot] || never[(slot+period-1)%period] {
			continue // not the first of a gap
		}
		length := 1
		for never[(slot+length)%period] {
			length++
		}
		shape, before, after := bridge(profile, slot, length)
		for first := slot - period; first < s.Len(); first += period {
			level := dayLevel(s.Values, first, length, before, after)
			for k := range length {
				if i := first + k; i >= 0 && i < s.Len() {
					out.Values[i] = shape[k] * level
				}
			}
		}
	}
	return out, never
}

// edge is over how many steps beside a gap its level is averaged.
const edge = 3

// bridge is the load in the gap of the profile of a day that starts at slot, and
// the levels before and after it.
func bridge(profile []float64, slot, length int) (shape []float64, before, after float64) {
	at := func(k int) float64 { return profile[((slot+k)%len(profile)+len(profile))%len(profile)] }
	reach := max(edge, length/3)
	before, slopeBefore := line(func(k int) float64 { return at(-1 - k) }, reach)
	after, slopeAfter := line(func(k int) float64 { return at(length + k) }, reach)
	slopeBefore = -slopeBefore // line looked backwards
	before, after = max(0, before), max(0, after)
	n := float64(length + 1)
	shape = make([]float64, length)
	for k := range shape {
		x := float64(k+1) / n
		straight := before + (after-before)*x
		cubic := (2*x*x*x-3*x*x+1)*before + (x*x*x-2*x*x+x)*slopeBefore*n + (3*x*x-2*x*x*x)*after + (x*x*x-x*x)*slopeAfter*n
		shape[k] = max(straight, min(cubic, 1.5*max(before, after)))
	}
	return shape, before, after
}

// line is the value at 0 and the slope of the straight line through the first
// values, those that are missing left out.
func line(value func(int) float64, reach int) (at, slope float64) {
	var n, x, y, xx, xy float64
	for k := range reach {
		v := value(k)
		if math.IsNaN(v) {
			break
		}
		n, x, y = n+1, x+float64(k), y+v
		xx, xy = xx+float64(k*k), xy+float64(k)*v
	}
	if n == 0 {
		return 0, 0
	}
	if d := n*xx - x*x; d > 0 {
		slope = (n*xy - x*y) / d
	}
	return (y - slope*x) / n, slope
}

// dayLevel is how the load beside the gap of one day, which starts at first,
// compares with the usual levels before and after it.
func dayLevel(values []float64, first, length int, before, after float64) float64 {
	sum, usual := 0.0, 0.0
	add := func(i int, level float64) {
		if i >= 0 && i < len(values) && !math.IsNaN(values[i]) {
			sum, usual = sum+values[i], usual+level
		}
	}
	for k := range edge {
		add(first-1-k, before)
		add(first+length+k, after)
	}
	if usual == 0 {
		return 1
	}
	return sum / usual
}

// plannedFor is what models do about times of day that were never measured.
const plannedFor = "the load between its neighbours is planned for"

// tellUnmeasured says which times of day were never measured, and what follows.
func (p *Prepared) tellUnmeasured(follows string) {
	period := len(p.never)
	told := 0
	for slot, never := range p.never {
		if !never || p.never[(slot+period-1)%period] {
			continue
		}
		length := 1
		for p.never[(slot+length)%period] {
			length++
		}
		from := p.Series.At(slot)
		if told++; told > 2 {
			continue
		}
		if period == 7 && p.Series.PerDay() == 1 {
			p.doubt("no step has enough measurements on any %s (%s): %s", from.Format("Monday"), capacity.Count(length, "day"), follows)
			continue
		}
		p.doubt("no step from %s to %s has enough measurements on any day: %s",
			from.Format("15:04"), from.Add(time.Duration(length)*p.Series.Step).Format("15:04"), follows)
	}
	if told > 2 {
		p.doubt("nor has any step at %d other times of day", told-2)
	}
}

func (p *Prepared) doubt(format string, args ...any) {
	p.Doubts = append(p.Doubts, fmt.Sprintf(format, args...))
}

// widenUnmeasured gives the steps of f that were never measured at their time of
// day quantiles as far from the median as those of the measured steps beside
// them: what was put into the gaps has no noise. The place of step j of f among
// the steps of a day is slot(j).
func widenUnmeasured(f capacity.Forecast, never []bool, slot func(int) int) {
	if never == nil {
		return
	}
	skipped := func(j int) bool { return never[slot(j)] }
	for j := range f.Steps() {
		if !skipped(j) {
			continue
		}
		middle := f.Quantile(0.5, j)
		for _, direction := range []int{-1, 1} {
			k := j + direction
			for k >= 0 && k < f.Steps() && skipped(k) {
				k += direction
			}
			if k < 0 || k >= f.Steps() {
				continue
			}
			other := f.Quantile(0.5, k)
			if !(other > 0) || !(middle > 0) {
				continue
			}
			for i, level := range f.Levels {
				if v := middle * (f.Values[i][k] / other); level > 0.5 && v > f.Values[i][j] || level < 0.5 && v < f.Values[i][j] {
					f.Values[i][j] = finite(v)
				}
			}
		}
	}
}

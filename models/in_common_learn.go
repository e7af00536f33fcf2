package models

import (
	"math"
	"slices"
	"time"
)

// leastCommon is how many series have to be measured on a date, and at least
// half of the panel, before anything on it is called common.
const leastCommon = 8

// common is what the panel had in common on each date, as known at a time.
func (p *panel) common(end time.Time) commonDays {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	d, known := p.days[end.UnixNano()]
	if !known {
		d = p.learnDays(end)
		p.days[end.UnixNano()] = d
	}
	return d
}

// learnDays is common where it is not known yet. On each date the median series
// speaks for the panel, within a factor of three.
func (p *panel) learnDays(end time.Time) commonDays {
	series := p.before(end, oneDay)
	if len(series) < leastCommon {
		return commonDays{}
	}
	d := commonDays{First: math.MaxInt}
	last := math.MinInt
	for _, s := range series {
		d.First, last = min(d.First, date(s, 0)), max(last, date(s, s.Len()-1))
	}
	const longest = 10 * 366 // days: what lies further back is forgotten
	d.First = max(d.First, last-longest+1)
	seen := make([][]float64, last-d.First+1)
	for _, s := range series {
		for i, v := range unusual(s.Values) {
			if at := date(s, i) - d.First; at >= 0 && !math.IsNaN(v) {
				seen[at] = append(seen[at], v)
			}
		}
	}
	d.Log = make([]float64, len(seen))
	for at, values := range seen {
		if len(values) >= max(leastCommon, len(series)/2) {
			d.Log[at] = math.Log(max(1./3, min(median(values), 3)))
		}
	}
	d.learnMonth()
	return d
}

// learnMonth regresses what is common on the place in the month, once there are
// four months. Holidays and the like are bounded: they are no matter of the month.
func (d *commonDays) learnMonth() {
	if len(d.Log) < 4*30 {
		return
	}
	const bound = 0.3
	target, columns := make([]float64, len(d.Log)), make([][]float64, 2*mostMonthWaves)
	for i, v := range d.Log {
		target[i] = max(-bound, min(v, bound))
		for j, w := range monthWaves(d.First + i) {
			columns[j] = append(columns[j], w)
		}
	}
	intercept, weights := momentsOf(target, columns).shrink()
	d.Month = append([]float64{intercept}, weights...)
}

// unusual is how many times its usual each day of a series is: of its weekday,
// and of the ten weeks before and after. NaN is a gap, also where there is no
// usual.
func unusual(values []float64) []float64 {
	const week, reach = 7, 70
	on := newScale(false, values)
	x := make([]float64, len(values))
	for i, v := range values {
		x[i] = on.of(v)
	}
	mean := meanSeason(x, week)
	for i := range x {
		x[i] /= mean[place(i-len(x), week)]
	}
	out := make([]float64, len(x))
	for from := 0; from < len(x); from += week {
		to := min(from+week, len(x))
		around := slices.Clone(x[max(0, from-reach):min(len(x), to+reach)])
		usual := median(slices.DeleteFunc(around, func(v float64) bool { return !finite(v) }))
		for i := from; i < to; i++ {
			if out[i] = x[i] / usual; !finite(out[i]) {
				out[i] = math.NaN()
			}
		}
	}
	return out
}

// median is that of values, which it sorts; NaN if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]/2 + values[len(values)/2]/2
}

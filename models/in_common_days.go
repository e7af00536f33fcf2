package models

import (
	"math"

	"headroom/capacity"
)

// commonDays are how far above their usual the series of a panel are on each
// date, as logarithms. The zero commonDays are of a panel without anything in
// common.
//
// What has not been measured is expected from the place of the date in its month,
// as of pay days, and from what the same date and the same weekday were a year
// and two years before; around Easter, from what the day as far from Easter was.
type commonDays struct {
	First int       // the first date, in days since 1970
	Log   []float64 // of each date from First on
	Month []float64 // the mean of Log, and then a cosine and a sine for each wave of the month; nil if there are too few dates
}

// lastYear is how much of what was common in a year returns in the next. Like
// aroundEaster, it was chosen on origins inside the training part of NN5.
const lastYear = 0.6

// at is what is common on a date.
func (d commonDays) at(date int) float64 {
	if i := date - d.First; i >= 0 && i < len(d.Log) {
		return d.Log[i]
	}
	return d.month(date) + lastYear*d.year(date)
}

// month is what the place of a date in its month lets expect.
func (d commonDays) month(date int) float64 {
	if d.Month == nil {
		return 0
	}
	sum := d.Month[0]
	for j, v := range monthWaves(date) {
		sum += d.Month[1+j] * v
	}
	return sum
}

// year is the mean of what the years before were, beside the month; 0 if the
// panel does not go back as far.
func (d commonDays) year(date int) float64 {
	sum, n := 0.0, 0.0
	for back := 1; back <= 2; back++ {
		own, found := 0.0, 0.0
		for _, before := range yearsBefore(date, back) {
			if i := before - d.First; i >= 0 && i < len(d.Log) {
				own += d.Log[i] - d.month(before)
				found++
			}
		}
		if found > 0 {
			sum += own / found
			n++
		}
	}
	return sum / max(1, n)
}

// without is s without what is common.
func (d commonDays) without(s capacity.Series) capacity.Series {
	if len(d.Log) == 0 {
		return s
	}
	own := capacity.Series{Start: s.Start, Step: s.Step, Values: make([]float64, s.Len())}
	for i, v := range s.Values {
		own.Values[i] = min(v*math.Exp(-d.at(date(s, i))), math.MaxFloat64) // a gap stays NaN
	}
	return own
}

// with puts what is common back, in place, into the steps that follow s.
func (d commonDays) with(s capacity.Series, point []float64) {
	if len(d.Log) == 0 {
		return
	}
	for t, v := range point {
		point[t] = min(v*math.Exp(d.at(date(s, s.Len()+t))), math.MaxFloat64)
	}
}

// usable reports whether d, which may have been read, can be used.
func (d commonDays) usable() bool {
	const most = 50 // what exp can bear several times
	ok := d.Month == nil || len(d.Month) == 1+2*mostMonthWaves
	for _, all := range [][]float64{d.Log, d.Month} {
		for _, v := range all {
			ok = ok && math.Abs(v) <= most
		}
	}
	return ok
}

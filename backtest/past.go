package backtest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// PastModel is the name of what [Past] gives.
const PastModel = "recent-past"

// Past is a forecast without a model, for want of one: at every one of the h
// steps after s the same quantiles, those of what was lately measured. From the
// median on a quantile is the higher of those of the last day and of the last
// week, below it the lower; where neither was measured, all of s counts.
//
// Each is set to err on the far side: of n values the quantile q is the one of
// rank ⌈(n+1)q⌉, as in split-conformal prediction (Lei and others, Journal of
// the American Statistical Association 113, 2018), and beyond the highest an
// exponential tail goes on through the median and the highest. The distances
// from the median are at least those of a Laplace distribution whose scale is a
// tenth of it, and of less than a day of history they are made up to twice as
// long, since the peak of the day may not have been seen.
//
// It returns ErrBadSeries, and ErrNoData if nothing was measured.
func Past(s capacity.Series, h int, levels []float64) (capacity.Forecast, error) {
	f := capacity.Forecast{Model: PastModel, Start: s.End(), Step: s.Step, Levels: slices.Clone(levels)}
	if err := s.Validate(); err != nil {
		return f, fmt.Errorf("forecast from the recent past: %w", err)
	}
	day, week := lately(s, 1), lately(s, 7)
	if len(week) == 0 {
		week = lately(s, s.Len())
	}
	if len(week) == 0 {
		return f, fmt.Errorf("forecast from the recent past: all %d steps are gaps, check the source: %w", s.Len(), capacity.ErrNoData)
	}
	if len(day) == 0 {
		day = week
	}
	middle := max(rankMedian(day), rankMedian(week))
	unseen := 1 - min(1, float64(len(week))/float64(s.PerDay()))
	before := 0.0
	for _, q := range levels {
		v := min(outer(day, q), outer(week, q))
		if q >= 0.5 {
			v = max(outer(day, q), outer(week, q))
		}
		v = middle + (v-middle)*(1+unseen)
		if least := middle / 10 * math.Log(0.5/min(q, 1-q)); q >= 0.5 {
			v = max(v, middle+least)
		} else {
			v = min(v, middle-least)
		}
		before = max(before, min(v, math.MaxFloat64))
		f.Values = append(f.Values, slices.Repeat([]float64{before}, max(0, h)))
	}
	return f, nil
}

// lately is what was measured in so many days before the end of s, ascending.
func lately(s capacity.Series, days int) []float64 {
	from := max(0, s.Len()-days*max(1, int(24*time.Hour/s.Step)))
	values := slices.DeleteFunc(slices.Clone(s.Values[from:]), math.IsNaN)
	slices.Sort(values)
	return values
}

// rankMedian is the middle one of ascending values, of two the higher.
func rankMedian(values []float64) float64 { return values[len(values)/2] }

// outer is the quantile q of ascending values, on the far side of the two that
// it lies between, and beyond them on an exponential tail.
func outer(values []float64, q float64) float64 {
	n := float64(len(values))
	if q < 0.5 {
		return values[max(0, int(math.Floor((n+1)*q))-1)]
	}
	rank := math.Ceil((n+1)*q - 1e-9)
	if rank <= n {
		return values[int(rank)-1]
	}
	highest, scale := values[len(values)-1], 0.0
	if n > 1 {
		scale = min((highest-rankMedian(values))/math.Log((n+1)/2), math.MaxFloat64)
	}
	return min(highest+scale*math.Log(1/((n+1)*(1-q))), math.MaxFloat64)
}

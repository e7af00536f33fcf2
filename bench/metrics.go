package main

import "math"

// smape is the mean of 200|y-f|/(|y|+|f|) over the measured steps, in percent:
// the form of the M4 competition (Makridakis, Spiliotis and Assimakopoulos,
// International Journal of Forecasting 36, 2020). Two zeros are no error.
func smape(actual, point []float64) float64 {
	var m mean
	for t, y := range actual {
		switch {
		case math.IsNaN(y):
		case y == point[t]:
			m.add(0)
		default:
			m.add(200 * math.Abs(y-point[t]) / (math.Abs(y) + math.Abs(point[t])))
		}
	}
	return m.value()
}

// mae is the mean absolute error over the measured steps.
func mae(actual, point []float64) float64 {
	var m mean
	for t, y := range actual {
		if !math.IsNaN(y) {
			m.add(math.Abs(y - point[t]))
		}
	}
	return m.value()
}

// scale is what MASE and MSIS divide by: the mean absolute error of the
// seasonal naive forecast inside past (Hyndman and Koehler, International
// Journal of Forecasting 22, 2006). Gaps are left out.
func scale(past []float64, season int) float64 {
	var m mean
	for t := season; t < len(past); t++ {
		if e := math.Abs(past[t] - past[t-season]); !math.IsNaN(e) {
			m.add(e)
		}
	}
	return m.value()
}

// winkler is the mean interval score of the central interval that misses a
// share alpha: its width, and 2/alpha times how far a measurement lies outside
// (Gneiting and Raftery, Journal of the American Statistical Association 102,
// 2007). Over scale it is the MSIS of M4.
func winkler(actual, low, high []float64, alpha float64) float64 {
	var m mean
	for t, y := range actual {
		if !math.IsNaN(y) {
			m.add(high[t] - low[t] + 2/alpha*(max(0, low[t]-y)+max(0, y-high[t])))
		}
	}
	return m.value()
}

// pinball is the quantile loss 2·max(q(y-f), (q-1)(y-f)) of one step.
func pinball(y, f, q float64) float64 {
	return 2 * max(q*(y-f), (q-1)*(y-f))
}

// ratio compares two errors, clipped to [0.01, 100] so that no series decides
// a mean alone. Where neither errs it is 1.
func ratio(ours, base float64) float64 {
	switch {
	case ours == base:
		return 1
	case math.IsNaN(ours) || math.IsNaN(base):
		return math.NaN()
	}
	return min(max(ours/base, 0.01), 100)
}

// geometric is the geometric mean of the positive values that are not NaN.
func geometric(values []float64) float64 {
	var m mean
	for _, v := range values {
		if !math.IsNaN(v) {
			m.add(math.Log(v))
		}
	}
	return math.Exp(m.value())
}

// average is the mean of the values that are not NaN.
func average(values []float64) float64 {
	var m mean
	for _, v := range values {
		if !math.IsNaN(v) {
			m.add(v)
		}
	}
	return m.value()
}

// A mean is a sum and a count.
type mean struct{ sum, n float64 }

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }

// value is NaN where nothing was added.
func (m *mean) value() float64 { return m.sum / m.n }

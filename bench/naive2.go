package main

import (
	"context"
	"math"
)

// naive2 is the benchmark that the overall weighted average of M4 divides by:
// the last value of the seasonally adjusted series, with its season put back.
// The series is adjusted by the classical multiplicative decomposition where
// its autocorrelation at the season is significant at 90 %, as in the
// benchmark code of the M4 organisers.
func naive2(values []float64, season, horizon int) []float64 {
	index := seasonalIndex(values, season)
	n := len(values)
	last := values[n-1] / index[(n-1)%len(index)]
	point := make([]float64, horizon)
	for t := range point {
		point[t] = last * index[(n+t)%len(index)]
	}
	return point
}

func naive2Forecaster() forecaster {
	return forecaster{"naive2", func(_ context.Context, s suite, t task) (answer, error) {
		return answer{point: naive2(t.context.Values, s.season, s.horizon)}, nil
	}}
}

// seasonalIndex is the factor of each phase, counted from the first value;
// only 1 if there is no significant season.
func seasonalIndex(values []float64, season int) []float64 {
	if !seasonal(values, season) {
		return []float64{1}
	}
	phases := make([]mean, season)
	half := season / 2
	for t := half; t+half < len(values); t++ {
		var trend float64
		if season%2 == 1 {
			trend = sum(values[t-half:t+half+1]) / float64(season)
		} else {
			inner := sum(values[t-half+1 : t+half])
			trend = (inner + values[t-half]/2 + values[t+half]/2) / float64(season)
		}
		phases[t%season].add(values[t] / trend)
	}
	index := means(phases)
	level := sum(index) / float64(season)
	for i := range index {
		index[i] /= level
	}
	return index
}

// seasonal tests the autocorrelation at the season against its limit at 90 %
// under the lower ones (Bartlett's formula).
func seasonal(values []float64, season int) bool {
	if season < 2 || len(values) < 3*season {
		return false
	}
	squares := 1.0
	for lag := 1; lag < season; lag++ {
		squares += 2 * math.Pow(autocorrelation(values, lag), 2)
	}
	limit := 1.645 * math.Sqrt(squares/float64(len(values)))
	return math.Abs(autocorrelation(values, season)) > limit
}

func autocorrelation(values []float64, lag int) float64 {
	level := sum(values) / float64(len(values))
	var with, own float64
	for t, v := range values {
		own += (v - level) * (v - level)
		if t >= lag {
			with += (v - level) * (values[t-lag] - level)
		}
	}
	return with / own
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

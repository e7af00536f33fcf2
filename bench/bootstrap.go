package main

import (
	"math/rand/v2"
	"slices"
)

// bootstrap is the 95 % percentile interval of a statistic over n series, from
// 1,000 resamples of them with replacement (Efron, Annals of Statistics 7,
// 1979). The statistic is given the places of the resampled series. The seed is
// fixed.
func bootstrap(n int, statistic func(places []int) float64) (low, high float64) {
	const resamples = 1000
	random := rand.New(rand.NewPCG(1, 2))
	places := make([]int, n)
	values := make([]float64, resamples)
	for i := range values {
		for j := range places {
			places[j] = random.IntN(n)
		}
		values[i] = statistic(places)
	}
	slices.Sort(values)
	return values[resamples*25/1000], values[resamples*975/1000-1]
}

// pick is the values at places.
func pick(values []float64, places []int) []float64 {
	picked := make([]float64, len(places))
	for i, p := range places {
		picked[i] = values[p]
	}
	return picked
}

// everything is the places of n series, each once.
func everything(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

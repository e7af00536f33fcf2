package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"headroom/capacity"
)

// A Paired is how two policies compare over the same series: the geometric mean
// of the ratios and the 95 % interval in which resampling the series puts it.
type Paired struct {
	Ratio     float64
	Low, High float64
}

// Compare is the paired percentile bootstrap (Efron, Bootstrap methods: another
// look at the jackknife, Annals of Statistics 7, 1979) of exp of the mean of
// ln(a/b), from 2,000 resamples of the series with replacement. Both lists are
// by series and positive; otherwise the error is an [capacity.ErrBadData].
func Compare(a, b []float64, seed uint64) (Paired, error) {
	if len(a) != len(b) || len(a) == 0 {
		return Paired{}, fmt.Errorf("compare %d costs with %d, give one of each for each series: %w", len(a), len(b), capacity.ErrBadData)
	}
	logs := make([]float64, len(a))
	for i := range a {
		logs[i] = math.Log(a[i] / b[i])
		if !(a[i] > 0 && b[i] > 0) || math.IsInf(logs[i], 0) || math.IsNaN(logs[i]) {
			return Paired{}, fmt.Errorf("compare %v with %v at place %d, leave out what has no ratio: %w", a[i], b[i], i, capacity.ErrBadData)
		}
	}
	const resamples = 2000
	random := rand.New(rand.NewPCG(seed, 0))
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range logs {
			sum += logs[random.IntN(len(logs))]
		}
		means[i] = math.Exp(sum / float64(len(logs)))
	}
	slices.Sort(means)
	return Paired{
		Ratio: math.Exp(mean(logs)),
		Low:   means[resamples*25/1000], High: means[resamples*975/1000-1],
	}, nil
}

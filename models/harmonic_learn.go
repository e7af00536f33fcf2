package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"headroom/capacity"
)

// A waveLearner fits waves to growing beginnings of one series on one scale.
type waveLearner struct {
	over circuit
	x    []float64 // all of the series, on the scale
	sums *waveSums // of its beginning
}

// learnWaves fits the waves w to the first so many steps of s, for each of ends.
func learnWaves(s capacity.Series, w waves, ends []int) []harmonicFitted {
	over, first := w.over(s, 0, s.Len()), ends[0]
	sums := newWaveSums(over)
	f := harmonicFitted{Waves: w}
	var best waveLearner
	var filter []float64
	most := math.Inf(-1)
	for _, log := range []bool{true, false} {
		on := newScale(log, s.Values[:first])
		l := waveLearner{over, make([]float64, s.Len()), sums.empty()}
		n, stretch := 0.0, 0.0 // by which the logarithm changes the density of the load
		for i, v := range s.Values {
			if l.x[i] = on.of(v); i < first && !math.IsNaN(v) {
				n++
				stretch += l.x[i]
			}
		}
		weights, variance := l.plain(0, first)
		likelihood := -n / 2 * math.Log(max(variance, 1e-300))
		if log {
			likelihood -= stretch
		}
		if likelihood > most {
			best, filter, f.Scale, most = l, weights, on, likelihood
		}
	}
	fitted := make([]harmonicFitted, len(ends))
	for i, end := range ends {
		if i > 0 {
			filter, _ = best.plain(ends[i-1], end)
		}
		f.Intercept, f.Amplitudes = best.white(filter, end)
		f.Weights, _ = best.memory(f.Intercept, f.Amplitudes, end)
		fitted[i] = f
	}
	return fitted
}

// plain takes in the steps [from, to) and is the autoregression of what the
// waves leave, and its variance.
func (l waveLearner) plain(from, to int) (weights []float64, variance float64) {
	l.sums.add(l.x, from, to)
	intercept, amplitudes := l.sums.shrink()
	return l.memory(intercept, amplitudes, to)
}

// white is the waves of the first so many steps, estimated on what the weights
// of an autoregression have whitened. Where gaps leave too little of that, they
// are estimated without.
//
// That filter multiplies each wave by a complex number, so the waves need not be
// whitened themselves: it is undone in their amplitudes.
func (l waveLearner) white(weights []float64, end int) (intercept float64, amplitudes []float64) {
	target, pull := whitened(l.x[:end], weights), 1-floats.Sum(weights)
	if len(weights) == 0 || whole(target) < 6*len(l.over.waves) || pull < 1e-6 {
		return l.sums.shrink()
	}
	intercept, amplitudes = l.sums.instead(l.x[:end], target).shrink()
	for j, w := range l.over.waves {
		sine, cosine := math.Sincos(2 * math.Pi * float64(w.times) / float64(w.season))
		back, expected := complex(cosine, -sine), complex(0, 0)
		for _, v := range slices.Backward(weights) {
			expected = (expected + complex(v, 0)) * back
		}
		wave := complex(amplitudes[2*j], -amplitudes[2*j+1]) / (1 - expected)
		amplitudes[2*j], amplitudes[2*j+1] = real(wave), -imag(wave)
	}
	return intercept / pull, amplitudes
}

// memory is the autoregression of what these waves leave of the first so many
// steps, and its variance.
func (l waveLearner) memory(intercept float64, amplitudes []float64, end int) (weights []float64, variance float64) {
	return autoregression(l.over.rest(l.x[:end], l.sums.profile(intercept, amplitudes)), min(50, end/10))
}

package models

import (
	"math"
	"slices"
)

// A lagged is one term of a recursion: so much of what was so many steps ago.
type lagged struct {
	lag    int
	weight float64
}

// An arimaRun follows a series with the recursion of an arima, again and again
// with other coefficients, without allocating.
type arimaRun struct {
	measured    []float64
	x           []float64 // measured, a gap replaced by what was expected
	w           []float64 // x, differenced
	errors      []float64 // of one step ahead; 0 at a gap and before the start
	begin       int       // the first step of w
	gaps        bool
	differenced []lagged // what w has besides x itself
	ar, ma      []lagged
	season      int // the seasonal lags are multiples of season
}

func newArimaRun(x []float64, d differences) *arimaRun {
	r := &arimaRun{
		measured:    x,
		x:           slices.Clone(x),
		w:           make([]float64, len(x)),
		errors:      make([]float64, len(x)),
		begin:       min(d.reach(), len(x)),
		gaps:        whole(x) < len(x),
		differenced: d.terms(),
		season:      d.Season,
	}
	for i := 1; i < r.begin; i++ {
		if math.IsNaN(r.x[i]) {
			r.x[i] = r.x[i-1]
		}
	}
	for i := r.begin; i < len(x) && !r.gaps; i++ {
		r.w[i] = x[i] + known(r.differenced, r.x, i)
	}
	return r
}

// follow runs the recursion over all steps and returns the sum of the squared
// errors from the given step on. The first steps, which the autoregression
// cannot reach back from, have no error.
func (r *arimaRun) follow(c arimaCoefficients, from int) (squares float64) {
	r.ar = multiply(r.ar[:0], c.AR, c.SeasonalAR, r.season, -1)
	r.ma = multiply(r.ma[:0], c.MA, c.SeasonalMA, r.season, 1)
	constant := c.Mean
	reach := 0
	for k, term := range r.ar {
		r.ar[k].weight = -term.weight
		constant += c.Mean * term.weight
		reach = max(reach, term.lag)
	}
	start := r.begin + reach
	if r.gaps {
		return r.step(c.Mean, constant, start, from)
	}
	// Without gaps the autoregression needs no errors, and goes lag by lag.
	clear(r.errors[:min(start, len(r.x))])
	for i := start; i < len(r.x); i++ {
		r.errors[i] = r.w[i] - constant
	}
	for _, term := range r.ar {
		for i := start; i < len(r.x); i++ {
			r.errors[i] -= term.weight * r.w[i-term.lag]
		}
	}
	for i := start; i < len(r.x); i++ {
		r.errors[i] -= known(r.ma, r.errors, i)
		if i >= from {
			squares += r.errors[i] * r.errors[i]
		}
	}
	return squares
}

// step is follow, one step after the other.
func (r *arimaRun) step(mean, constant float64, start, from int) (squares float64) {
	for i := r.begin; i < len(r.x); i++ {
		expected := mean
		if i >= start {
			expected = constant + known(r.ar, r.w, i) + known(r.ma, r.errors, i)
		}
		r.errors[i] = 0
		if math.IsNaN(r.measured[i]) {
			r.w[i] = expected
			r.x[i] = expected - known(r.differenced, r.x, i)
			continue
		}
		r.w[i] = r.x[i] + known(r.differenced, r.x, i)
		if i >= start {
			r.errors[i] = r.w[i] - expected
			if i >= from {
				squares += r.errors[i] * r.errors[i]
			}
		}
	}
	return squares
}

// known is the sum of the terms at step i of x; what was before x is zero.
func known(terms []lagged, x []float64, i int) (sum float64) {
	for _, term := range terms {
		if i >= term.lag {
			sum += term.weight * x[i-term.lag]
		}
	}
	return sum
}

// multiply appends to terms what (1 ± Σ short·B^i)·(1 ± Σ long·B^(season·j))
// has besides the 1, where B goes back by one step.
func multiply(terms []lagged, short, long []float64, season int, sign float64) []lagged {
	for i, a := range short {
		terms = append(terms, lagged{i + 1, sign * a})
	}
	for j, b := range long {
		terms = append(terms, lagged{(j + 1) * season, sign * b})
		for i, a := range short {
			terms = append(terms, lagged{(j+1)*season + i + 1, a * b})
		}
	}
	return terms
}

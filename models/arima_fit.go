package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// An arimaFit is one candidate, fitted.
type arimaFit struct {
	orders       orders
	place        []float64 // where it is in the space of the search: see coefficients
	coefficients arimaCoefficients
	aicc         float64
}

// fitter fits candidates to one series over the steps from on.
type fitter struct {
	run    *arimaRun
	from   int
	steps  float64     // measured ones, from from on
	mean   float64     // of the differenced series
	spread float64     // of the differenced series
	errors [][]float64 // scratch: the errors, and how each coordinate moves them
}

// fit is the candidate of these orders by least squares, from the given place:
// the method of Levenberg and Marquardt (Journal of the Society for Industrial
// and Applied Mathematics 11, 1963, 431-441) on numerical derivatives.
func (f *fitter) fit(o orders, place []float64) arimaFit {
	n := len(place)
	for len(f.errors) <= n {
		f.errors = append(f.errors, make([]float64, len(f.run.x)))
	}
	place = slices.Clone(place)
	trial := make([]float64, n)
	follow := func(at, into []float64) float64 {
		square := f.run.follow(f.coefficients(o, at), f.from)
		copy(into, f.run.errors)
		return square
	}
	square := follow(place, f.errors[0])
	damping := 1e-3
	normal, damped := mat.NewSymDense(max(1, n), nil), mat.NewSymDense(max(1, n), nil)
	gradient, move := mat.NewVecDense(max(1, n), nil), mat.NewVecDense(max(1, n), nil)
	var factor mat.Cholesky
	for range 15 {
		if n == 0 || square <= 0 {
			break
		}
		const nudge = 1e-5
		for j := range place {
			copy(trial, place)
			trial[j] += nudge
			follow(trial, f.errors[j+1])
			for i := f.from; i < len(f.run.x); i++ {
				f.errors[j+1][i] = (f.errors[j+1][i] - f.errors[0][i]) / nudge
			}
		}
		for j := range place {
			gradient.SetVec(j, floats.Dot(f.errors[0][f.from:], f.errors[j+1][f.from:]))
			for k := range j + 1 {
				normal.SetSym(j, k, floats.Dot(f.errors[j+1][f.from:], f.errors[k+1][f.from:]))
			}
		}
		before := square
		for range 6 {
			damped.CopySym(normal)
			for j := range place {
				damped.SetSym(j, j, normal.At(j, j)*(1+damping)+1e-12*square)
			}
			if factor.Factorize(damped) && factor.SolveVecTo(move, gradient) == nil {
				for j := range place {
					trial[j] = min(max(place[j]-move.AtVec(j), -farthest), farthest)
				}
				if next := f.run.follow(f.coefficients(o, trial), f.from); next < square {
					copy(place, trial)
					square = next
					copy(f.errors[0], f.run.errors)
					damping /= 10
					break
				}
			}
			damping *= 10
		}
		if square > before*(1-1e-5) {
			break
		}
	}
	p := float64(n + 1) // with the variance
	aicc := math.Inf(1)
	if f.steps > p+1 {
		aicc = f.steps*math.Log(max(square/f.steps, 1e-300)) + 2*p*f.steps/(f.steps-p-1)
	}
	return arimaFit{o, place, f.coefficients(o, place), aicc}
}

// farthest is how far a coordinate may go: beyond that, the hyperbolic tangent
// is 1 and has no slope.
const farthest = 4

// coefficients are those at a place: partial autocorrelations, by a hyperbolic
// tangent, and the mean in units of the spread.
func (f *fitter) coefficients(o orders, place []float64) (c arimaCoefficients) {
	take := func(n int) []float64 {
		out := fromPartial(place[:n])
		place = place[n:]
		return out
	}
	c.AR, c.MA, c.SeasonalAR, c.SeasonalMA = take(o.ar), take(o.ma), take(o.seasonalAR), take(o.seasonalMA)
	for _, weights := range [][]float64{c.MA, c.SeasonalMA} {
		for i := range weights {
			weights[i] = -weights[i]
		}
	}
	if o.mean {
		c.Mean = f.mean + f.spread*place[0]
	}
	return c
}

// fromPartial turns coordinates into partial autocorrelations between -0.99
// and 0.99 and those into the weights of the stationary autoregression that
// has them, by the recursion of Durbin and Levinson (Barndorff-Nielsen and
// Schou, Journal of Multivariate Analysis 3, 1973, 408-419).
func fromPartial(place []float64) []float64 {
	weights := make([]float64, len(place))
	for k, u := range place {
		r := 0.99 * math.Tanh(u)
		for i, j := 0, k-1; i <= j; i, j = i+1, j-1 {
			weights[i], weights[j] = weights[i]-r*weights[j], weights[j]-r*weights[i]
		}
		weights[k] = r
	}
	return weights
}

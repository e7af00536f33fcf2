package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// shrink is ridge regression on moments: the weights w of the lags and the
// intercept a of target ≈ a + Σ w·lag. What the moments are of should be
// centred near zero, or their differences cancel.
//
// Everything is standardised first; a lag that does not vary gets weight 0.
// One tridiagonalisation of the correlations serves every penalty. Each is
// judged by generalised cross-validation (Golub, Heath and Wahba, Technometrics
// 21, 1979, 215-223), and the weights are averaged over the penalties with
// weights that fall with that judgement, which is steadier than the best alone.
func (m moments) shrink() (intercept float64, weights []float64) {
	q := len(m.sums)
	means, sds := make([]float64, q), make([]float64, q)
	for i, sum := range m.sums {
		means[i] = sum / m.rows
		square := m.products[i*q+i] / m.rows
		if variance := square - means[i]*means[i]; variance > 1e-12*square {
			sds[i] = math.Sqrt(variance)
		}
	}
	weights = make([]float64, q-1)
	if sds[0] == 0 {
		return means[0], weights
	}
	correlation := func(i, j int) float64 {
		if sds[i] == 0 || sds[j] == 0 {
			return 0
		}
		return (m.products[i*q+j]/m.rows - means[i]*means[j]) / (sds[i] * sds[j])
	}
	p := q - 1
	among, with := make([]float64, p*p), make([]float64, p)
	for i := range with {
		for j := range i + 1 {
			c := correlation(i+1, j+1)
			among[i*p+j], among[j*p+i] = c, c
		}
		with[i] = correlation(i+1, 0)
	}
	intercept = means[0]
	for j, w := range solve(among, with, m.rows) {
		if sds[j+1] > 0 {
			weights[j] = w * sds[0] / sds[j+1]
			intercept -= weights[j] * means[j+1]
		}
	}
	return intercept, weights
}

// solve is shrink for standardised lags: their correlations among each other,
// row by row, and with the target, of n rows.
func solve(among, with []float64, n float64) []float64 {
	size := floats.Norm(with, 2)
	if size == 0 {
		return make([]float64, len(with))
	}
	k := krylov(among, with, size, len(with), exact)
	trace := 0.0
	for i := range with {
		trace += among[i*(len(with)+1)]
	}
	values := k.eigenvalues(trace, len(with))
	return k.shrink(n, func(penalty float64) float64 {
		free := 1.0 // the intercept
		for _, v := range values {
			free += v / (v + penalty)
		}
		return free
	})
}

// exact is how much of the target may stay outside a Krylov space that is as
// good as all of it.
const exact = 1e-9

// sharpness is how fast a penalty loses its say as its score gets worse: at
// 1/sharpness above the best it has e times less.
const sharpness = 20

// penalties are tried for eigenvalues that add up to the number of columns.
var penalties = func() []float64 {
	grid := make([]float64, 17)
	for i := range grid {
		grid[i] = math.Pow(10, -6+float64(i)/2)
	}
	return grid
}()

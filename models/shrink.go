package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// shrink is ridge regression on moments: the weights w of the lags and the
// intercept a of target ≈ a + Σ w·lag. What the moments are of should be
// centred near zero, or their differences cancel.
//
// Everything is standardised first; a lag that does not vary gets weight 0.
// One eigendecomposition of the correlations serves every penalty. Each is
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
	among := mat.NewSymDense(q-1, nil)
	with := make([]float64, q-1)
	for i := range with {
		for j := i; j < q-1; j++ {
			among.SetSym(i, j, correlation(i+1, j+1))
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

// solve is shrink for standardised lags: their correlations among each
// other and with the target, of n rows.
func solve(among *mat.SymDense, with []float64, n float64) []float64 {
	p := len(with)
	out := make([]float64, p)
	var eigen mat.EigenSym
	if !eigen.Factorize(among, true) {
		return out
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil)
	along := make([]float64, p) // with, in the eigenbasis
	for k := range along {
		values[k] = max(0, values[k])
		for i := range with {
			along[k] += vectors.At(i, k) * with[i]
		}
	}
	scores := make([]float64, len(penalties))
	for g, penalty := range penalties {
		left, free := 1.0, 1.0 // free counts the intercept
		for k, v := range values {
			d := v + penalty
			left -= along[k] * along[k] * (v + 2*penalty) / (d * d)
			free += v / d
		}
		rest := max(1e-6, 1-free/n)
		scores[g] = max(1e-12, left) / (rest * rest)
	}
	best, total := floats.Min(scores), 0.0
	coordinates := make([]float64, p)
	for g, penalty := range penalties {
		share := math.Exp(-sharpness * (scores[g] - best) / best)
		total += share
		for k, v := range values {
			coordinates[k] += share * along[k] / (v + penalty)
		}
	}
	for k, c := range coordinates {
		for i := range out {
			out[i] += vectors.At(i, k) * c / total
		}
	}
	return out
}

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

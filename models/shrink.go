package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// shrink is ridge regression of target on columns, all of one length: the
// weights w and the intercept a of target ≈ a + Σ w·column.
//
// Everything is standardised first; a column that does not vary gets weight 0.
// One eigendecomposition of the correlations serves every penalty. Each is
// judged by generalised cross-validation (Golub, Heath and Wahba, Technometrics
// 21, 1979, 215-223), and the weights are averaged over the penalties with
// weights that fall with that judgement, which is steadier than the best alone.
func shrink(target []float64, columns [][]float64) (intercept float64, weights []float64) {
	n, p := float64(len(target)), len(columns)
	// A common centre keeps the sums of products from cancelling.
	centre := floats.Sum(target) / n
	shifted := make([][]float64, p+1)
	buffer := make([]float64, (p+1)*len(target))
	means, sds := make([]float64, p+1), make([]float64, p+1)
	for j := range shifted {
		from := target
		if j < p {
			from = columns[j]
		}
		to := buffer[j*len(target) : (j+1)*len(target)]
		for i, v := range from {
			to[i] = v - centre
		}
		shifted[j] = to
		means[j] = floats.Sum(to) / n
		sds[j] = math.Sqrt(max(0, floats.Dot(to, to)/n-means[j]*means[j]))
		if sds[j] < 1e-12 {
			sds[j] = 0
		}
	}
	weights = make([]float64, p)
	if sds[p] == 0 {
		return centre, weights
	}
	correlation := func(i, j int) float64 {
		if sds[i] == 0 || sds[j] == 0 {
			return 0
		}
		return (floats.Dot(shifted[i], shifted[j])/n - means[i]*means[j]) / (sds[i] * sds[j])
	}
	among := mat.NewSymDense(p, nil)
	with := make([]float64, p)
	for i := range p {
		for j := i; j < p; j++ {
			among.SetSym(i, j, correlation(i, j))
		}
		with[i] = correlation(i, p)
	}
	standard := solve(among, with, n)
	intercept = centre + means[p]
	for j, w := range standard {
		if sds[j] > 0 {
			weights[j] = w * sds[p] / sds[j]
			intercept -= weights[j] * (centre + means[j])
		}
	}
	return intercept, weights
}

// solve is shrink for standardised columns: their correlations among each
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

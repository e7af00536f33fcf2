package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// shrinkNear is [solve] for columns that are nearly orthogonal. Where all
// correlations are small, the eigenvalues of a are near 1, a small Krylov space
// has all that matters, and the number of weights that a penalty leaves free is
// that of eigenvalues of which half are as far above 1 as the others below.
func shrinkNear(a, b []float64, n float64) []float64 {
	const most, enough = 24, 1e-5
	size := floats.Norm(b, 2)
	if size == 0 {
		return make([]float64, len(b))
	}
	p := float64(len(b))
	distance := math.Sqrt(max(0, floats.Dot(a, a)/p-1))
	low, high := max(0, 1-distance), 1+distance
	return krylov(a, b, size, most, enough).shrink(n, func(penalty float64) float64 {
		return 1 + p/2*(low/(low+penalty)+high/(high+penalty))
	})
}

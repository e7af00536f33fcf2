package nowcast

import "gonum.org/v1/gonum/mat"

// A ridge is the sums of a weighted regression on features of which the first
// is one. Rows are taken in one by one, and none is kept.
type ridge struct {
	penalty float64   // of each weight, relative to the variance of its feature
	inner   []float64 // sums of products of two features, the lower triangle by row
	outer   []float64 // sums of products of a feature and the target
}

func (r *ridge) add(features []float64, target, weight float64) {
	if r.outer == nil {
		r.inner, r.outer = make([]float64, len(features)*(len(features)+1)/2), make([]float64, len(features))
	}
	at := 0
	for i, x := range features {
		x *= weight
		for _, y := range features[:i+1] {
			r.inner[at] += x * y
			at++
		}
		r.outer[i] += x * target
	}
}

// weights solves the regression; nil if it has no solution yet.
func (r *ridge) weights() []float64 {
	p := len(r.outer)
	if p == 0 || !(r.inner[0] > 0) {
		return nil
	}
	n, row := r.inner[0], func(i int) []float64 { return r.inner[i*(i+1)/2:] }
	among, with := mat.NewSymDense(p-1, nil), mat.NewVecDense(p-1, nil)
	for i := 1; i < p; i++ {
		for j := 1; j <= i; j++ {
			v := row(i)[j] - row(i)[0]*row(j)[0]/n
			if i == j {
				v += r.penalty*v + 1e-9
			}
			among.SetSym(i-1, j-1, v)
		}
		with.SetVec(i-1, r.outer[i]-row(i)[0]*r.outer[0]/n)
	}
	var factors mat.Cholesky
	var solved mat.VecDense
	if !factors.Factorize(among) || factors.SolveVecTo(&solved, with) != nil {
		return nil
	}
	weights := make([]float64, p)
	weights[0] = r.outer[0] / n
	for i := 1; i < p; i++ {
		weights[i] = solved.AtVec(i - 1)
		weights[0] -= weights[i] * row(i)[0] / n
	}
	return weights
}

func dot(a, b []float64) float64 {
	var sum float64
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

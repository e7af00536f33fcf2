package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// A krylovSpace is the space of b, ab, aab and so on for a symmetric matrix a,
// into which Lanczos' recursion leads (Golub and Van Loan, Matrix Computations,
// 4th edition 2013, chapter 10). The weights of a ridge regression lie in it,
// whatever the penalty, and a has three diagonals there, so that every penalty
// costs next to nothing.
type krylovSpace struct {
	size     float64     // of b
	basis    [][]float64 // orthonormal
	diagonal []float64   // of a in it
	beside   []float64   // of a in it
}

// krylov is the space for a, row by row, and b, of that size. It ends once the
// solution without a penalty is in it, but for that share of b, or at so many
// dimensions.
func krylov(a, b []float64, size float64, most int, enough float64) krylovSpace {
	p := len(b)
	most = min(most, p)
	buffer := make([]float64, (most+1)*p+2*most)
	k := krylovSpace{
		size:     size,
		basis:    make([][]float64, 0, most),
		diagonal: buffer[(most+1)*p : (most+1)*p : (most+1)*p+most],
		beside:   buffer[(most+1)*p+most : (most+1)*p+most],
	}
	next := buffer[:p]
	floats.AddScaled(next, 1/size, b)
	lost, missing := 0.0, 1.0
	for {
		k.basis = append(k.basis, next)
		last := next
		next = buffer[len(k.basis)*p : (len(k.basis)+1)*p]
		for i := range next {
			next[i] = floats.Dot(a[i*p:(i+1)*p], last)
		}
		k.diagonal = append(k.diagonal, floats.Dot(next, last))
		pivot := k.diagonal[len(k.diagonal)-1] - lost
		for range 2 { // once is not enough where a is nearly singular
			for _, v := range k.basis {
				floats.AddScaled(next, -floats.Dot(next, v), v)
			}
		}
		norm := math.Sqrt(floats.Dot(next, next))
		missing *= norm / max(pivot, 1e-12)
		if missing < enough || norm < 1e-10 || len(k.basis) == most {
			return k
		}
		lost = norm * norm / max(pivot, 1e-12)
		k.beside = append(k.beside, norm)
		floats.Scale(1/norm, next)
	}
}

// eigenvalues are those of a, p in number, which add up to trace. Those of
// directions that b does not have are taken to be equal: what the trace leaves.
func (k krylovSpace) eigenvalues(trace float64, p int) []float64 {
	values := append(make([]float64, 0, p), k.diagonal...)
	beside := append([]float64(nil), k.beside...)
	lapack.Implementation{}.Dsterf(len(values), values, beside)
	rest := max(0, trace-floats.Sum(values)) / float64(max(1, p-len(values)))
	for i, v := range values {
		values[i] = max(0, v)
	}
	for len(values) < p {
		values = append(values, rest)
	}
	return values
}

// shrink is the weights, of a regression with n rows, averaged over penalties
// by how well generalised cross-validation judges them. free says how many
// weights a penalty leaves free.
func (k krylovSpace) shrink(n float64, free func(penalty float64) float64) []float64 {
	dims := len(k.basis)
	weights, scratch := make([]float64, len(penalties)*dims), make([]float64, dims)
	scores := make([]float64, len(penalties))
	for g, penalty := range penalties {
		y := weights[g*dims : (g+1)*dims]
		k.solve(penalty, y, scratch)
		left := 1 - 2*k.size*y[0] // the variance that is left
		for i, v := range y {
			left += v * v * k.diagonal[i]
			if i > 0 {
				left += 2 * v * y[i-1] * k.beside[i-1]
			}
		}
		rest := max(1e-6, 1-free(penalty)/n)
		scores[g] = max(1e-12, left) / (rest * rest)
	}
	best, total := floats.Min(scores), 0.0
	mix := make([]float64, dims)
	for g, score := range scores {
		share := math.Exp(-sharpness * (score - best) / best)
		total += share
		floats.AddScaled(mix, share, weights[g*dims:(g+1)*dims])
	}
	out := make([]float64, len(k.basis[0]))
	for i, v := range k.basis {
		floats.AddScaled(out, mix[i]/total, v)
	}
	return out
}

// solve solves for y the equations of a with a penalty on its diagonal, whose
// right side is b. Scratch is as long as y.
func (k krylovSpace) solve(penalty float64, y, scratch []float64) {
	for i := range y {
		pivot, right := k.diagonal[i]+penalty, 0.0
		if i == 0 {
			right = k.size
		} else {
			pivot -= k.beside[i-1] * scratch[i-1]
			right = -k.beside[i-1] * y[i-1]
		}
		pivot = max(pivot, 1e-12) // it is positive, but for rounding
		y[i] = right / pivot
		if i < len(k.beside) {
			scratch[i] = k.beside[i] / pivot
		}
	}
	for i := len(y) - 2; i >= 0; i-- {
		y[i] -= scratch[i] * y[i+1]
	}
}

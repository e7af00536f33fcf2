package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// addProducts adds the products of the waves, step by step.
func (s *waveSums) addProducts() {
	p := len(s.values)
	row := make([]float64, p)
	for t, n := range s.count {
		if n == 0 {
			continue
		}
		for j, v := range s.values {
			row[j] = v[t]
		}
		for j, v := range row {
			floats.AddScaled(s.products[j*p:j*p+j+1], n*v, row[:j+1])
		}
	}
}

// gram is the lower triangle of the sums of products of the waves.
func (s *waveSums) gram() []float64 {
	if s.circle == 0 {
		return s.products
	}
	p := len(s.values)
	out := s.room[:p*p]
	for j, w := range s.waves {
		b := s.turns(w)
		even, odd := out[2*j*p:], out[(2*j+1)*p:]
		for i, v := range s.waves[:j+1] {
			a := s.turns(v)
			sum, apart, sign := a+b, b-a, 1.0
			if apart < 0 {
				apart, sign = -apart, -1
			}
			c, cSum, s, sSum := s.cosines[apart], s.cosines[sum], sign*s.sines[apart], s.sines[sum]
			even[2*i], even[2*i+1] = (c+cSum)/2, (sSum-s)/2
			odd[2*i], odd[2*i+1] = (sSum+s)/2, (c-cSum)/2
		}
	}
	return out
}

// shrink is [moments.shrink] of the target on the waves. These are nearly
// orthogonal, so that a few steps of Lanczos take the place of the
// eigendecomposition.
func (s *waveSums) shrink() (intercept float64, weights []float64) {
	p := len(s.values)
	weights = make([]float64, p)
	mean := s.sum / s.steps
	variance := s.square/s.steps - mean*mean
	if !(variance > 1e-12*s.square/s.steps) {
		return mean, weights
	}
	gram := s.gram()
	var used []int
	sds := make([]float64, p)
	for j := range p {
		at := s.sums[j] / s.steps
		square := gram[j*p+j] / s.steps
		if v := square - at*at; v > 1e-12 {
			sds[j] = math.Sqrt(v)
			used = append(used, j)
		}
	}
	q := len(used)
	among, with := s.room[p*p:p*p+q*q], make([]float64, q)
	for a, i := range used {
		at := s.sums[i] / s.steps
		with[a] = (s.with[i]/s.steps - at*mean) / (sds[i] * math.Sqrt(variance))
		row := gram[i*p:]
		for b, j := range used[:a+1] {
			v := (row[j]/s.steps - at*s.sums[j]/s.steps) / (sds[i] * sds[j])
			among[a*q+b], among[b*q+a] = v, v
		}
	}
	intercept = mean
	for a, v := range shrinkNear(among, with, s.steps) {
		j := used[a]
		weights[j] = v * math.Sqrt(variance) / sds[j]
		intercept -= weights[j] * s.sums[j] / s.steps
	}
	return intercept, weights
}

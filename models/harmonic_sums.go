package models

import (
	"slices"

	"gonum.org/v1/gonum/floats"
)

// waveSums is what a regression on waves has to know of the steps that it has
// seen. It grows with the series: what was added is not looked at again.
type waveSums struct {
	circuit
	values             [][]float64 // the cosine and then the sine of each wave, by place
	steps, sum, square float64     // of the target
	with               []float64   // Σ of the target times each of values
	sums               []float64   // Σ of each of values
	// On a circle, a product of two waves is half the sum of two others, so
	// that these, of the waves from none to most times a circle, give them all.
	cosines, sines []float64
	products       []float64 // otherwise, the lower triangle of the sums of products

	count, load []float64 // what is to be added, by place
	room        []float64 // for two square matrices
}

// newWaveSums is the sums of no steps yet.
func newWaveSums(c circuit) *waveSums {
	p := 2 * len(c.waves)
	s := &waveSums{circuit: c, with: make([]float64, p), sums: make([]float64, p), count: make([]float64, c.places), load: make([]float64, c.places), room: make([]float64, 2*p*p)}
	all := make([]float64, p*c.places)
	most := 0
	for j, w := range c.waves {
		cosine, sine := all[2*j*c.places:(2*j+1)*c.places], all[(2*j+1)*c.places:(2*j+2)*c.places]
		c.trace(w, cosine, sine)
		s.values = append(s.values, cosine, sine)
		if c.circle > 0 {
			most = max(most, 2*c.turns(w))
		}
	}
	if c.circle > 0 {
		s.cosines, s.sines = make([]float64, most+1), make([]float64, most+1)
	} else {
		s.products = make([]float64, p*p)
	}
	return s
}

// empty is the sums of no steps over the same waves.
func (s *waveSums) empty() *waveSums {
	e := *s
	e.steps, e.sum, e.square = 0, 0, 0
	for _, v := range []*[]float64{&e.with, &e.sums, &e.cosines, &e.sines, &e.products} {
		*v = make([]float64, len(*v))
	}
	return &e
}

// instead is the sums of another target over the steps of s, whose own target
// is target, and of which the other has some only.
func (s *waveSums) instead(target, other []float64) *waveSums {
	e := *s
	e.sum, e.square, e.with = 0, 0, make([]float64, len(s.with))
	for _, v := range []*[]float64{&e.sums, &e.cosines, &e.sines, &e.products} {
		*v = slices.Clone(*v)
	}
	clear(e.count)
	clear(e.load)
	for i, v := range other {
		switch {
		case v == v:
			e.take(i, v)
		case target[i] == target[i]:
			e.count[e.at[i]]--
			e.steps--
		}
	}
	e.flush()
	return &e
}

// add takes in the steps [from, to) of target. A gap takes no part.
func (s *waveSums) add(target []float64, from, to int) {
	clear(s.count)
	clear(s.load)
	for i := from; i < to; i++ {
		if v := target[i]; v == v {
			s.take(i, v)
			s.count[s.at[i]]++
			s.steps++
		}
	}
	s.flush()
}

// take makes v the target of step i.
func (s *waveSums) take(i int, v float64) {
	s.load[s.at[i]] += v
	s.sum += v
	s.square += v * v
}

// flush brings what is to be added into the sums.
func (s *waveSums) flush() {
	for j, v := range s.values {
		s.with[j] += floats.Dot(v, s.load)
		s.sums[j] += floats.Dot(v, s.count)
	}
	if s.circle == 0 {
		s.addProducts()
		return
	}
	cosine, sine := s.clocks[0].cosine, s.clocks[0].sine
	// Beyond half a circle, sums repeat themselves.
	half := min(len(s.cosines)-1, s.circle/2)
	for p, n := range s.count {
		if n == 0 {
			continue
		}
		k := 0
		for m := range half + 1 {
			s.cosines[m] += n * cosine[k]
			s.sines[m] += n * sine[k]
			if k += p; k >= s.circle {
				k -= s.circle
			}
		}
	}
	for m := half + 1; m < len(s.cosines); m++ {
		s.cosines[m], s.sines[m] = s.cosines[s.circle-m], -s.sines[s.circle-m]
	}
}

// profile is [circuit.profile].
func (s *waveSums) profile(intercept float64, amplitudes []float64) []float64 {
	out := make([]float64, s.places)
	floats.AddConst(intercept, out)
	for j, v := range s.values {
		floats.AddScaled(out, amplitudes[j], v)
	}
	return out
}

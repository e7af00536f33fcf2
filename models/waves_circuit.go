package models

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"headroom/capacity"
)

// A circuit is the places of steps on the circle of waves, at which the waves
// are the same whenever they come there. Without a circle, each step is a place.
type circuit struct {
	waves  []wave
	circle int
	places int
	at     []int    // the place of each step
	clocks []*clock // of the circle, or else of each season
}

// A clock tells the phase of a season at each place.
type clock struct {
	season       int
	phase        []int
	cosine, sine []float64 // by phase
}

// over is the circuit of n steps of s from step i on. Where n is less than a
// circle, it does without.
func (w waves) over(s capacity.Series, i, n int) circuit {
	c := circuit{waves: w.list(), circle: w.circle(), places: n}
	if c.circle > n {
		c.circle = 0
	}
	if c.circle > 0 {
		c.places = c.circle
		c.at = places(s, i, n, c.circle)
		c.clocks = []*clock{newClock(c.circle, count(c.circle))}
		return c
	}
	c.at = count(n)
	for _, season := range []int{w.Day, w.Week} {
		if season > 0 {
			c.clocks = append(c.clocks, newClock(season, places(s, i, n, season)))
		}
	}
	return c
}

// turns is how many times w goes up and down in a circle.
func (c circuit) turns(w wave) int { return w.times * (c.circle / w.season) }

// trace writes the cosine and the sine of w at each place.
func (c circuit) trace(w wave, cosine, sine []float64) {
	of, times := c.clocks[0], w.times
	if c.circle > 0 {
		times = c.turns(w)
	} else if of.season != w.season {
		of = c.clocks[1]
	}
	k := 0
	for p, phase := range of.phase {
		// Mostly, a place follows the one before.
		if k += times; k >= of.season {
			k -= of.season
		}
		if p == 0 || phase != of.phase[p-1]+1 {
			k = times * phase % of.season
		}
		cosine[p], sine[p] = of.cosine[k], of.sine[k]
	}
}

// profile is the sum of the waves with these amplitudes above the intercept, by
// place.
func (c circuit) profile(intercept float64, amplitudes []float64) []float64 {
	out, cosine, sine := make([]float64, c.places), make([]float64, c.places), make([]float64, c.places)
	floats.AddConst(intercept, out)
	for j, w := range c.waves {
		c.trace(w, cosine, sine)
		floats.AddScaled(out, amplitudes[2*j], cosine)
		floats.AddScaled(out, amplitudes[2*j+1], sine)
	}
	return out
}

// rest is what a profile leaves of x, the first steps of the circuit.
func (c circuit) rest(x, profile []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v - profile[c.at[i]]
	}
	return out
}

func newClock(season int, phase []int) *clock {
	cosine, sine := turns(season)
	return &clock{season, phase, cosine, sine}
}

// count is the numbers from 0 to before n.
func count(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// turns is the cosine and the sine of each of so many equal parts of a turn.
func turns(parts int) (cosine, sine []float64) {
	cosine, sine = make([]float64, parts), make([]float64, parts)
	for k := range parts {
		sine[k], cosine[k] = math.Sincos(2 * math.Pi * float64(k) / float64(parts))
		if 2*k == parts {
			sine[k] = 0 // but for rounding
		}
	}
	return cosine, sine
}

// places is the phases of n steps of s from step i on in a season of so many
// steps. Between two changes of the clock they follow each other.
func places(s capacity.Series, i, n, season int) []int {
	out := make([]int, n)
	for t := 0; t < n; {
		at := s.At(i + t)
		p, last := phase(at, s.Step, season), n
		if _, change := at.ZoneBounds(); !change.IsZero() {
			last = min(n, t+1+int((change.Sub(at)-1)/s.Step))
		}
		for ; t < last; t++ {
			out[t] = p
			if p++; p == season {
				p = 0
			}
		}
	}
	return out
}

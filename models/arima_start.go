package models

import "math"

// towards is where the search for other orders starts: at the same
// coefficients, with new ones near zero.
func (fit arimaFit) towards(o orders) []float64 {
	from := fit.place
	var place []float64
	take := func(have, want int, fresh float64) {
		for k := range want {
			if k < have {
				place = append(place, from[k])
			} else {
				place = append(place, fresh)
			}
		}
		from = from[have:]
	}
	have := fit.orders
	// Different values, since an autoregression and a moving average of the
	// same coefficients cancel each other.
	take(have.ar, o.ar, 0.1)
	take(have.ma, o.ma, 0.05)
	take(have.seasonalAR, o.seasonalAR, 0.1)
	take(have.seasonalMA, o.seasonalMA, 0.05)
	if o.mean {
		place = append(place, 0)
	}
	return place
}

// newFitter prepares for the candidates of x, differenced. All are judged over
// the same steps: those that the longest autoregression can reach back from,
// but never less than two thirds.
func newFitter(x []float64, d differences) fitter {
	f := fitter{run: newArimaRun(x, d)}
	reach := highestOrder + highestSeasonalOrder*d.Season
	f.from = min(len(x), f.run.begin+min(reach, (len(x)-f.run.begin)/3))
	f.run.follow(arimaCoefficients{}, f.from) // puts the differences in place
	n, square := 0.0, 0.0
	for i := f.run.begin; i < len(x); i++ {
		if math.IsNaN(x[i]) {
			continue
		}
		if i >= f.from {
			f.steps++
		}
		n++
		change := f.run.w[i] - f.mean
		f.mean += change / n
		square += change * (f.run.w[i] - f.mean)
	}
	f.spread = math.Sqrt(square / max(1, n))
	return f
}

package models

// loess is local regression (Cleveland, Journal of the American Statistical
// Association 74, 1979, 829-836) over whole-numbered places: at each place a
// mean or a line through the nearest measurements, weighted by the tricube of
// their distance.
type loess struct {
	window int  // how many measurements are near
	line   bool // a line through them, not their mean
	// jump is how many places apart it is computed; in between it is
	// interpolated. Below 2 it is computed everywhere.
	jump int
}

// smooth writes into out what the measurements v at ascending places say about
// the places from, from+1 and so on. Without any measurement it is 0.
func (l loess) smooth(places []int, v []float64, from int, out []float64) {
	if len(places) == 0 {
		clear(out)
		return
	}
	near, left, before := min(l.window, len(places)), 0, 0
	for i := 0; i < len(out); {
		x := from + i
		for left+near < len(places) && places[left+near]-x < x-places[left] {
			left++
		}
		out[i] = l.at(x, places[left:left+near], v[left:left+near], len(places))
		for k := before + 1; k < i; k++ {
			out[k] = out[before] + (out[i]-out[before])*float64(k-before)/float64(i-before)
		}
		before = i
		if i == len(out)-1 {
			break
		}
		i = min(i+max(1, l.jump), len(out)-1)
	}
}

// at is the regression at x on the measurements near it, of n in total.
func (l loess) at(x int, places []int, v []float64, n int) float64 {
	reach := float64(max(x-places[0], places[len(places)-1]-x))
	if l.window > n {
		reach *= float64(l.window) / float64(n)
	}
	reach = max(reach, 1) // a single measurement, at x itself
	inverse := 1 / reach
	var sum, sumD, sumDD, sumV, sumDV, all float64
	for i, place := range places {
		d := float64(place-x) * inverse
		size := max(d, -d)
		w := 1 - size*size*size
		w *= w * w
		wd := w * d
		sum += w
		sumD += wd
		sumDD += wd * d
		sumV += w * v[i]
		sumDV += wd * v[i]
		all += v[i]
	}
	if sum == 0 { // all of them at the edge
		return all / float64(len(v))
	}
	meanD, meanV := sumD/sum, sumV/sum
	spread := sumDD/sum - meanD*meanD
	if !l.line || spread < 1e-6 {
		return meanV
	}
	return meanV - meanD*(sumDV/sum-meanD*meanV)/spread
}

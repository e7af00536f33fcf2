package unitrate

import (
	"math"
	"slices"
)

// evidence is by how much the criterion must fall for a curve to be taken
// instead of a simpler one: from 10 on the simpler one has essentially no
// support (Burnham and Anderson, Model Selection and Multimodel Inference, 2002,
// section 2.6).
const evidence = 10

// choose finds the curves that the cells support, of each number of terms the
// best: the last is a line, and each one before it much better than the next. There are none if the signal
// does not grow with load.
func (g grouped) choose() []curve {
	line, ok := fit(forms[0], g.cells)
	if !ok || line.slope() <= 0 || g.level() {
		return nil
	}
	out, least := []curve{line}, g.criterion(line)
	for _, f := range forms[1:] {
		c, ok := fit(f, g.cells)
		if !ok || !c.grows(g) {
			continue
		}
		v := g.criterion(c)
		switch simpler := len(out[0].coeff) < len(c.coeff); {
		case simpler && v < least-evidence:
			out, least = slices.Insert(out, 0, c), v
		case !simpler && v < least:
			out[0], least = c, v
		}
	}
	return out
}

// criterion is Akaike's, corrected for few cells (Hurvich and Tsai, Biometrika
// 76, 1989).
func (g grouped) criterion(c curve) float64 {
	m, mean := float64(len(g.cells)), 0.0
	for _, one := range g.cells {
		mean += one.y / m
	}
	rest, all := 0.0, 0.0
	for _, one := range g.cells {
		miss := one.y - c.y(one.x, one.n)
		rest += miss * miss
		all += (one.y - mean) * (one.y - mean)
	}
	k := float64(len(c.coeff) + 1)
	// What is this small is rounding, and would outweigh everything.
	rest = max(rest, 1e-9*all, math.SmallestNonzeroFloat64)
	return m*math.Log(rest/m) + 2*k + 2*k*(k+1)/(m-k-1)
}

// level reports whether the signal is the same everywhere, within one part in a
// hundred: then a slope is rounding, or means nothing.
func (g grouped) level() bool {
	low, high := g.cells[0].y, g.cells[0].y
	for _, c := range g.cells {
		low, high = min(low, c.y), max(high, c.y)
	}
	return high-low < 0.01*max(math.Abs(low), math.Abs(high))
}

package unitrate

import (
	"math"
	"math/rand/v2"
)

const (
	repetitions = 200
	blocks      = 2    // times the square root of the samples in each block
	tail        = 0.05 // of the repetitions on each side of the interval
	// mostDoubt is the share of the repetitions that may say otherwise.
	mostDoubt = 0.01
)

// repeated is what repetitions on drawn samples give.
type repeated struct {
	low, high float64 // of the middle nine tenths
	flat      int     // repetitions in which the signal does not grow
	unbent    int     // repetitions in which the curve is none, or bends the other way
}

// doubt reports whether it may well be that the signal does not grow with load.
func (r repeated) doubt() bool { return float64(r.flat) > mostDoubt*repetitions }

// wavers reports whether the curve may well not bend as it does.
func (r repeated) wavers() bool { return float64(r.unbent) > mostDoubt*repetitions }

// repeat reads the aim from curves of the same form through samples that are
// drawn anew, in blocks of twice the square root of their number: neighbours in
// time are alike.
func (g grouped) repeat(of curve, used []Sample, aim Aim) repeated {
	rng := rand.New(rand.NewPCG(1989, 17)) //nolint:gosec // repeatable, not secret
	block := int(math.Ceil(blocks * math.Sqrt(float64(len(used)))))
	drawn := make([][]float64, len(g.cells))
	var rates []float64
	var out repeated
	for range repetitions {
		for i := range drawn {
			drawn[i] = drawn[i][:0]
		}
		for taken := 0; taken < len(used); {
			first := rng.IntN(len(used))
			for k := range min(block, len(used)-taken) {
				i := (first + k) % len(used)
				if m := g.member[i]; m >= 0 {
					drawn[m] = append(drawn[m], used[i].Signal)
				}
				taken++
			}
		}
		again := grouped{}
		for i, c := range g.cells {
			if len(drawn[i]) > 0 {
				again.cells = append(again.cells, cell{c.x, c.n, aim.lift(quantile(drawn[i], 0.5))})
			}
		}
		line, ok := fit(forms[0], again.cells)
		if !ok || line.slope() <= 0 {
			out.flat++
			continue
		}
		c, ok := fit(of.form, again.cells)
		if !ok || !c.grows(again) || c.bend()*of.bend() < 0 {
			out.unbent++
			c = line // the bend is in doubt, and not the growth
		}
		if rate := c.at(aim.level(), g); rate > 0 {
			rates = append(rates, rate)
		}
	}
	if len(rates) == 0 {
		out.low, out.high = math.Inf(1), math.Inf(-1)
		return out
	}
	out.low, out.high = quantile(rates, tail), quantile(rates, 1-tail)
	return out
}

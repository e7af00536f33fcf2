package backtest

import (
	"math"
	"slices"
)

// Adapt is c after what was measured since: recent holds the forecasts from
// later origins, ascending and about a step apart, with those of their steps
// that are known by now. It depends on nothing else, so it may be stored, done
// again from the start, or continued by later origins. None of them may lie
// inside the history that the model learnt from, of which its forecasts are
// better than they will ever be.
//
// In every block, each side's 0.9 quantile is made longer when a measurement
// lies beyond it, the more the farther it does, and a ninth as much shorter
// when none does, so that a tenth of them do in the long run, whatever the load
// comes to: adaptive conformal inference (Gibbs and Candès, NeurIPS 2021) in
// the error-quantified form (Wu, Hu, Bao, Xia and Zou, ICLR 2025). The other
// quantiles of the side follow in proportion. A bias that lasts and is larger
// than the usual error moves all of them; a lesser one is more often luck.
func (c Calibration) Adapt(recent []Origin) Calibration {
	c.Blocks = slices.Clone(c.Blocks)
	high, low := c.Shape.quantile(watched), -c.Shape.quantile(1-watched)
	for _, o := range recent {
		start, from := 0, 0
		for b := range c.Blocks {
			block := &c.Blocks[b]
			end := from
			for end < len(o.Steps) && (o.Steps[end] < block.End || b == len(c.Blocks)-1) {
				end++
			}
			if end > from && block.Scale > 0 {
				block.follow(c.within(*block, o, from, end), float64(block.End-start), high, low)
			}
			start, from = block.End, end
		}
	}
	return c
}

// watched is the level of the quantiles that are kept right.
const watched = 0.9

// within is the errors of the measured steps [from, end) of o, from the centre of
// block and in units of its scale.
func (c Calibration) within(block Block, o Origin, from, end int) []float64 {
	var errors []float64
	for i := from; i < end; i++ {
		errors = append(errors, block.standard(c.share(o, i))-block.Centre)
	}
	return errors
}

// follow takes in the errors of one origin in the block, which has so many
// steps. The longer it is, the less news there is from one origin to the next,
// and the longer that has taken to come.
func (b *Block) follow(errors []float64, steps, high, low float64) {
	const rate = 0.2
	// What lies several times as far out as the band is most often a single
	// spike, and counts as if it lay there; if more come, the band has grown.
	reach := 4 * math.Exp(max(b.Up, b.Down, 0))
	shift := b.shift()
	var bias, up, down mean
	for _, e := range errors {
		bias.add(max(-reach, min(e-b.Bias, reach)))
		up.add(pull((e-shift)/(high*math.Exp(b.Up)), b.Up))
		down.add(pull((shift-e)/(low*math.Exp(b.Down)), b.Down))
	}
	b.Bias += rate / steps * bias.value
	b.Up = bounded(b.Up + rate/math.Sqrt(steps)*up.value)
	b.Down = bounded(b.Down + rate/math.Sqrt(steps)*down.value)
}

// pull is which way an error pulls the stretch of its side, where ratio is how
// far it goes compared with the quantile. A side that is stretched comes back
// sooner, since what stretched it is often over at once.
func pull(ratio, stretch float64) float64 {
	if ratio > 1 {
		return watched + math.Log(ratio)
	}
	return (watched - 1) * (1 + max(0, stretch))
}

// bounded keeps a stretch between a third and 150 times.
func bounded(stretch float64) float64 { return max(-1, min(stretch, 5)) }

// shift is how far the quantiles have moved, in units of the scale: all of a
// large bias, and nothing of one within the usual error (the non-negative
// garrote of Breiman, Technometrics 37, 1995).
func (b Block) shift() float64 {
	if math.Abs(b.Bias) <= 1 {
		return 0
	}
	return b.Bias - 1/b.Bias
}

// adapted is where the quantile of an error went that was at r.
func (b Block) adapted(r float64) float64 {
	switch {
	case r > 0:
		r *= math.Exp(b.Up)
	case r < 0:
		r *= math.Exp(b.Down)
	}
	return b.Centre + b.shift() + r
}

package backtest

import "math"

// blocks cuts a horizon into stretches. Errors grow fast at first and slowly
// later, so each is as long as all before it.
func blocks(horizon int) []Block {
	var all []Block
	for end := 0; end < horizon; {
		end = min(max(1, 2*end), horizon)
		all = append(all, Block{End: end})
	}
	return all
}

// scale sets the scale of every block: the mean absolute error in it, made
// never to fall along the horizon and then smoothed over neighbouring blocks.
// In truth errors do not shrink as the horizon grows; where a block seems to
// err less than one before it, either may be luck, since all its errors come
// from few origins. The errors are shares of the spread.
func (c *Calibration) scale(origins []Origin, errors [][]float64) {
	own := make([]mean, len(c.Blocks))
	for k, o := range origins {
		b := 0
		for i, t := range o.Steps {
			for t >= c.Blocks[b].End {
				b++
			}
			own[b].value += math.Abs(errors[k][i])
			own[b].n++
		}
	}
	for b := range own {
		own[b].value = over(own[b].value, own[b].n)
	}
	rising := isotonic(own)
	for b := range rising {
		root, weight := math.Sqrt(rising[b]), 1.0
		for _, beside := range []int{b - 1, b + 1} {
			if beside >= 0 && beside < len(rising) {
				root += math.Sqrt(rising[beside]) / 2
				weight += 0.5
			}
		}
		c.Blocks[b].Scale = root / weight * (root / weight)
	}
}

// isotonic is the nearest to means that never falls, by least squares with the
// root of their numbers as weights: errors at one origin are alike, so that
// many in a block tell less than their number. It is the pool of adjacent
// violators (Ayer, Brunk, Ewing, Reid and Silverman, Annals of Mathematical
// Statistics 26, 1955). A mean of nothing is given that before it.
func isotonic(means []mean) []float64 {
	type pool struct {
		value, weight float64
		size          int
	}
	var pools []pool
	for _, m := range means {
		pools = append(pools, pool{m.value, math.Sqrt(m.n), 1})
		for n := len(pools); n > 1 && pools[n-2].value >= pools[n-1].value; n = len(pools) {
			a, b := pools[n-2], pools[n-1]
			both := pool{a.value, a.weight + b.weight, a.size + b.size}
			if both.weight > 0 {
				both.value += b.weight / both.weight * (b.value - a.value)
			}
			pools = append(pools[:n-2], both)
		}
	}
	var values []float64
	for _, p := range pools {
		for range p.size {
			values = append(values, p.value)
		}
	}
	return values
}

// widen allows for what the mean of few errors may hide, where n origins were
// there: much in the first step, which has one error for each of them, and less
// in long blocks.
func (c *Calibration) widen(n int) {
	start := 0
	for b := range c.Blocks {
		block := &c.Blocks[b]
		block.Scale *= 1 + 1/(float64(n)*(1+math.Log2(float64(block.End-start))))
		start = block.End
	}
}

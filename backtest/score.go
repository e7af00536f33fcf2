package backtest

import (
	"math"

	"headroom/capacity"
)

// score is the score of origins, which ascend. Point errors count at every
// origin. Quantiles are judged as they would have been in use: each origin's
// are calibrated on nothing but the errors at earlier origins that were known at
// its time, and the first third of the origins only calibrates. They are
// calibrated anew whenever there are half as many origins more, which is often
// enough to judge by. Where nothing was known yet, as with a single origin, all
// quantiles are the point forecast.
//
// An origin at which the seasonal naive made no error inside its history has no
// scale, and is left out of MASE.
func score(model string, origins []Origin, levels []float64) capacity.Score {
	s := capacity.Score{Model: model, Origins: len(origins)}
	var mae, mase, smape, pinball, level mean
	below := make([]float64, len(levels))
	var c Calibration
	var distances [][]float64
	next := 0
	for k, o := range origins {
		var here mean
		for i, y := range o.Actual {
			e := math.Abs(y - o.Point[i])
			here.add(e)
			mae.add(e)
			if e == 0 {
				smape.add(0)
			} else {
				smape.add(200 * (e / (y + o.Point[i])))
			}
		}
		if o.Scale > 0 && here.n > 0 {
			mase.add(here.value / o.Scale)
		}
		if k < calibrating(origins) && len(origins) > 1 {
			continue
		}
		if k >= next {
			c = calibrate(known(origins[:k], o.Train))
			distances = c.distances(levels)
			next = k + max(1, k/2)
		}
		for i, y := range o.Actual {
			level.add(y)
			block, loss := c.block(o.Steps[i]), 0.0
			for j, q := range levels {
				f := c.at(distances[j], block, o.Point[i])
				if y <= f {
					below[j]++
					loss += (1 - q) * (f - y)
				} else {
					loss += q * (y - f)
				}
			}
			pinball.add(2 * loss / float64(len(levels)))
		}
	}
	s.Points = int(mae.n)
	s.MAE, s.MASE, s.SMAPE = mae.value, mase.value, smape.value
	s.Pinball = pinball.value
	if level.value > 0 {
		s.Pinball /= level.value
	}
	for j, q := range levels {
		if level.n > 0 {
			s.Coverage = append(s.Coverage, capacity.Coverage{Level: q, Share: below[j] / level.n})
		}
	}
	switch {
	case s.Points == 0:
		return capacity.Score{Model: model, Refused: "no step that was forecast has a measurement to compare with", Code: capacity.CodeNoData}
	case !finite(s.MAE, s.MASE, s.SMAPE, s.Pinball):
		return capacity.Score{Model: model, Refused: "the errors are too large for floating point numbers", Code: capacity.CodeNotFinite}
	}
	return s
}

// known cuts earlier origins down to the steps that had been measured when the
// first now steps were.
func known(earlier []Origin, now int) []Origin {
	var out []Origin
	for _, o := range earlier {
		n := 0
		for n < len(o.Steps) && o.Train+o.Steps[n] < now {
			n++
		}
		out = append(out, Origin{Train: o.Train, Steps: o.Steps[:n], Point: o.Point[:n], Actual: o.Actual[:n]})
	}
	return out
}

// A mean is a running mean, which does not overflow as a sum might.
type mean struct {
	value, n float64
}

func (m *mean) add(x float64) {
	m.n++
	m.value += (x - m.value) / m.n
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

package nowcast

import (
	"math"
	"slices"
)

// A horizon forecasts the load so many minutes ahead, by a regression and by the
// profile, and by how well each of the two did.
type horizon struct {
	direct  *direct
	profile *profile
	losses  [2][]float64 // mean quantile loss by level, the past fading
	row     []float64
}

const (
	fade      = 1.0 / 2000 // of a loss, each minute
	sharpness = 15         // of the weights in the relative loss
	relearn   = 6 * hour   // minutes after which regressions are solved anew
)

func newHorizon(d *direct, p *profile) *horizon {
	h := &horizon{direct: d, profile: p, row: make([]float64, len(levels))}
	for i := range h.losses {
		h.losses[i] = make([]float64, len(levels))
	}
	return h
}

// see takes in minute t, and learns how well it was forecast from origins from
// the given one on.
func (h *horizon) see(t, began int) {
	f, judged := h.direct.see(t)
	if !judged || f.origin < began {
		return
	}
	h.direct.quantiles(f, h.row)
	h.judge(t, h.losses[0], func(l int) float64 { return h.row[l] })
	profile := h.profile.at(t)
	h.judge(t, h.losses[1], func(l int) float64 { return float64(profile[l]) })
}

// judge takes in the mean quantile losses over the ticks of minute t.
func (h *horizon) judge(t int, losses []float64, quantile func(level int) float64) {
	ticks := h.direct.m.within(t)
	for l, level := range levels {
		q := quantile(l)
		var loss, known float64
		for _, x := range ticks {
			if x == x {
				off := float64(x) - q
				known++
				loss += max(level*off, (level-1)*off)
			}
		}
		losses[l] += fade * (loss/known - losses[l])
	}
}

// forecast is the quantiles of the load at the horizon from minute t on, in units.
func (h *horizon) forecast(t int, to []float64) {
	h.direct.quantiles(h.direct.issue(t), to)
	profile := h.profile.at(t - 1 + h.direct.horizon)
	for l := range to {
		mine, other := h.losses[0][l], h.losses[1][l]
		least := max(min(mine, other), 1e-12)
		a, b := math.Exp(-sharpness*(mine/least-1)), math.Exp(-sharpness*(other/least-1))
		to[l] = (a*to[l] + b*float64(profile[l])) / (a + b)
	}
	slices.Sort(to) // averages by level may cross
}

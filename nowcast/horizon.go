package nowcast

import (
	"context"
	"math"
	"slices"
)

// An expert forecasts one horizon. It reads the memory that it was made with.
type expert interface {
	learn(t int)                   // everything before minute t is known
	quantiles(t int, to []float64) // of the load at the horizon from t on
	judge(t int)                   // minute t is known
}

// A horizon forecasts the load so many minutes ahead, by what its experts say
// and how well they did.
type horizon struct {
	shape
	m       *memory
	experts []expert
	losses  [][]float64 // mean quantile loss by expert and level, the past fading
	open    []said
	began   int // the first origin that is judged
}

// said is what the experts said at an origin.
type said struct {
	origin int
	rows   [][]float64
}

const (
	fade      = 1.0 / 2000 // of a loss, each minute
	sharpness = 15         // of the weights in the relative loss
	relearn   = 6 * hour   // minutes after which all is learnt anew
)

// newHorizon learns from everything remembered, as it would have at the time, or
// stops when ctx ends.
func newHorizon(ctx context.Context, minutes int, m *memory) *horizon {
	s, n := shapeOf(minutes, m.len()), m.len()
	h := &horizon{shape: s, m: m, experts: []expert{newDirect(s, m), newProfile(s, m, n)}}
	for range h.experts {
		h.losses = append(h.losses, make([]float64, len(levels)))
	}
	first := min(n, s.lead()+max(0, n-s.lead())*4/10)
	h.began = first + (n-first)/3
	for t := range first {
		if ctx.Err() != nil {
			return h
		}
		for _, e := range h.experts {
			e.judge(t)
		}
	}
	h.learn(first)
	row := make([]float64, len(levels))
	for t := first; t < n && ctx.Err() == nil; t++ {
		if t > first && (t-first)%relearn == 0 {
			h.learn(t)
		}
		h.forecast(t, row)
		h.judge(t)
	}
	h.learn(n)
	return h
}

func (h *horizon) learn(t int) {
	for _, e := range h.experts {
		e.learn(t)
	}
}

// forecast is the quantiles of the load at the horizon from minute t on.
func (h *horizon) forecast(t int, to []float64) {
	rows := make([][]float64, len(h.experts))
	for i, e := range h.experts {
		rows[i] = make([]float64, len(levels))
		e.quantiles(t, rows[i])
	}
	h.open = append(h.open, said{t, rows})
	for l := range levels {
		least := math.Inf(1)
		for i := range rows {
			least = min(least, h.losses[i][l])
		}
		var sum, weights float64
		for i := range rows {
			w := math.Exp(-sharpness * (h.losses[i][l]/max(least, 1e-12) - 1))
			sum, weights = sum+w*rows[i][l], weights+w
		}
		to[l] = sum / weights
	}
	slices.Sort(to) // averages by level may cross
}

// judge learns from what was said about minute t, which is known now.
func (h *horizon) judge(t int) {
	for _, e := range h.experts {
		e.judge(t)
	}
	for len(h.open) > 0 && h.open[0].origin-1+h.horizon <= t {
		s := h.open[0]
		h.open = h.open[1:]
		if !h.m.known(t) || s.origin < h.began {
			continue
		}
		for i, row := range s.rows {
			for l, level := range levels {
				h.losses[i][l] += fade * (h.loss(t, level, row[l]) - h.losses[i][l])
			}
		}
	}
}

// loss is the mean quantile loss over the ticks of minute t.
func (h *horizon) loss(t int, level, quantile float64) float64 {
	var loss, known float64
	for _, x := range h.m.within(t) {
		if x == x {
			off := x - quantile
			known++
			loss += (max(level*off, (level-1)*off) - loss) / known
		}
	}
	return loss
}

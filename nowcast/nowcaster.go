package nowcast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// Least is how many minutes of history a [Nowcaster] needs.
const Least = 12 * hour

// A Nowcaster forecasts the load of the next hour from the minutes seen so far.
// It is not safe for use by several goroutines at once.
type Nowcaster struct {
	memory   *memory
	horizons []*horizon
	learnt   int // minutes seen when it last learnt
}

// Learn makes a Nowcaster from the load so far, oldest first and NaN where it
// is not known, in so many ticks a minute, beginning with a whole one; what
// there is of a last minute is left out. A month takes some seconds. It returns
// an [capacity.ErrTooShort] for fewer minutes than [Least], and an
// [capacity.ErrNoData] if nothing is known in them, and the error of ctx if it
// ends before.
func Learn(ctx context.Context, load []float64, ticks int) (*Nowcaster, error) {
	minutes := len(load) / max(1, ticks)
	if ticks < 1 || minutes < Least {
		return nil, fmt.Errorf("nowcast from %s of %d ticks: %d minutes are needed, use a reactive strategy until then: %w", capacity.Count(minutes, "minute"), ticks, Least, capacity.ErrTooShort)
	}
	if !slices.ContainsFunc(load, func(x float64) bool { return !math.IsNaN(x) }) {
		return nil, fmt.Errorf("nowcast from %s without a measurement: %w", capacity.Count(minutes, "minute"), capacity.ErrNoData)
	}
	n := &Nowcaster{memory: newMemory(load[:minutes*ticks], ticks), learnt: minutes}
	for _, minutes := range knots {
		n.horizons = append(n.horizons, newHorizon(ctx, minutes, n.memory))
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("nowcast from %s: %w", capacity.Count(minutes, "minute"), err)
	}
	return n, nil
}

// Minutes is how many minutes it has seen.
func (n *Nowcaster) Minutes() int { return n.memory.len() }

// See takes in one more minute: the load in each of its ticks, NaN where it is
// not known. It takes as many ticks as [Learn] was told of.
func (n *Nowcaster) See(ticks ...float64) {
	t := n.memory.len()
	n.memory.add(ticks)
	for _, h := range n.horizons {
		h.judge(t)
	}
}

// Ahead forecasts the hour that begins with the minute to come. It is to be
// called once between two calls of See, so that it can be judged; every six
// hours it learns anew before. Once ctx has ended, neither the forecast nor the
// Nowcaster is of use.
func (n *Nowcaster) Ahead(ctx context.Context) Forecast {
	t := n.memory.len()
	if t-n.learnt >= relearn {
		n.learnt = t
		for i, h := range n.horizons {
			if shapeOf(h.horizon, t) == h.shape {
				h.learn(t)
			} else { // there is room for looking further back
				n.horizons[i] = newHorizon(ctx, h.horizon, n.memory)
			}
		}
	}
	f := Forecast{unit: n.memory.unit, rows: make([]float32, len(knots)*len(levels))}
	row := make([]float64, len(levels))
	for i, h := range n.horizons {
		h.forecast(t, row)
		for l, x := range row {
			f.rows[i*len(levels)+l] = float32(x / n.memory.unit)
		}
		f.chances = append(f.chances, newChance(f.rows[i*len(levels):][:len(levels)]))
	}
	return f
}

package nowcast

import (
	"fmt"

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

// Learn makes a Nowcaster from the load in each minute so far, oldest first and
// NaN where it is not known. A month of minutes takes some seconds. It returns
// an [capacity.ErrTooShort] for fewer minutes than [Least], and an
// [capacity.ErrNoData] if none of them is known.
func Learn(load []float64) (*Nowcaster, error) {
	if len(load) < Least {
		return nil, fmt.Errorf("nowcast from %d minutes: %d are needed, use a reactive strategy until then: %w", len(load), Least, capacity.ErrTooShort)
	}
	known := false
	for _, x := range load {
		known = known || x == x
	}
	if !known {
		return nil, fmt.Errorf("nowcast from %d minutes without a measurement: %w", len(load), capacity.ErrNoData)
	}
	n := &Nowcaster{memory: newMemory(load), learnt: len(load)}
	for _, minutes := range knots {
		n.horizons = append(n.horizons, newHorizon(minutes, n.memory))
	}
	return n, nil
}

// Minutes is how many minutes it has seen.
func (n *Nowcaster) Minutes() int { return n.memory.len() }

// See takes in the load of one more minute, NaN if it is not known.
func (n *Nowcaster) See(load float64) {
	t := n.memory.len()
	n.memory.add(load)
	for _, h := range n.horizons {
		h.judge(t)
	}
}

// Ahead forecasts the hour that begins with the minute to come. It is to be
// called once between two calls of See, so that it can be judged; every six
// hours it learns anew before.
func (n *Nowcaster) Ahead() Forecast {
	t := n.memory.len()
	if t-n.learnt >= relearn {
		n.learnt = t
		for i, h := range n.horizons {
			if shapeOf(h.horizon, t) == h.shape {
				h.learn(t)
			} else { // there is room for looking further back
				n.horizons[i] = newHorizon(h.horizon, n.memory)
			}
		}
	}
	f := Forecast{rows: make([]float32, len(knots)*len(levels))}
	row := make([]float64, len(levels))
	for i, h := range n.horizons {
		h.forecast(t, row)
		for l, x := range row {
			f.rows[i*len(levels)+l] = float32(x)
		}
	}
	return f
}

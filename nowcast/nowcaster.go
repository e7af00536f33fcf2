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
	shape    shape
	profile  *profile
	horizons []*horizon
	began    int // the first origin from which forecasts are judged
	learnt   int // minutes seen when it last learnt
	ahead    Forecast
	asked    int // minutes seen when ahead was made; 0: never
}

// Learn makes a Nowcaster from the load so far, oldest first and NaN where it
// is not known, in so many ticks a minute, beginning with a whole one; what
// there is of a last minute is left out. It returns an [capacity.ErrTooShort] for
// fewer minutes than [Least], an [capacity.ErrNoData] if nothing is known in
// them, and the error of ctx if it ends before.
func Learn(ctx context.Context, load []float64, ticks int) (*Nowcaster, error) {
	minutes := len(load) / max(1, ticks)
	if ticks < 1 || minutes < Least {
		return nil, fmt.Errorf("nowcast from %s of %d ticks: %d minutes are needed, use a reactive strategy until then: %w", capacity.Count(minutes, "minute"), ticks, Least, capacity.ErrTooShort)
	}
	if !slices.ContainsFunc(load, func(x float64) bool { return !math.IsNaN(x) }) {
		return nil, fmt.Errorf("nowcast from %s without a measurement: %w", capacity.Count(minutes, "minute"), capacity.ErrNoData)
	}
	n := &Nowcaster{memory: newMemory(load[:minutes*ticks], ticks)}
	n.learnAll(ctx)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("nowcast from %s: %w", capacity.Count(minutes, "minute"), err)
	}
	return n, nil
}

// learnAll learns from everything remembered, as it would have at the time, or
// stops when ctx ends.
func (n *Nowcaster) learnAll(ctx context.Context) {
	m, all := n.memory, n.memory.len()
	n.shape = shapeOf(all)
	n.profile, n.horizons = newProfile(m, all), nil
	for _, minutes := range knots {
		n.horizons = append(n.horizons, newHorizon(newDirect(n.shape, minutes, m), n.profile))
	}
	lead := n.shape.lead()
	first := min(all, lead+max(0, all-lead)*4/10)
	n.began, n.learnt = first+(all-first)/3, first
	for t := range all {
		if t%day == 0 && ctx.Err() != nil {
			return
		}
		if t == n.learnt {
			n.learn(t)
			n.learnt += relearn
		}
		if t >= first {
			for _, h := range n.horizons {
				h.direct.issue(t)
			}
		}
		n.judge(t)
	}
	n.learn(all)
	n.forget()
}

// learn makes forecasts from all that was seen before minute t.
func (n *Nowcaster) learn(t int) {
	n.learnt = t
	for _, h := range n.horizons {
		h.direct.learn()
	}
}

// judge takes in minute t, which is remembered.
func (n *Nowcaster) judge(t int) {
	for _, h := range n.horizons {
		h.see(t, n.began)
	}
	n.profile.see(t + 1)
}

// forget lets go of minutes that will not be looked at any more. As long as there
// is something to be learnt from looking further back, all of them will.
func (n *Nowcaster) forget() {
	if n.shape == shapeOf(math.MaxInt) {
		n.memory.forget()
	}
}

// Minutes is how many minutes it has seen.
func (n *Nowcaster) Minutes() int { return n.memory.len() }

// See takes in one more minute: the load in each of its ticks, NaN where it is
// not known. It takes as many ticks as [Learn] was told of.
func (n *Nowcaster) See(ticks ...float64) {
	t := n.memory.len()
	n.memory.add(ticks)
	n.judge(t)
}

// Ahead forecasts the hour that begins with the minute to come, and remembers the
// forecast, to be judged by what comes. Every six hours it learns anew before. Once
// ctx has ended, neither the forecast nor the Nowcaster is of use.
func (n *Nowcaster) Ahead(ctx context.Context) Forecast {
	t := n.memory.len()
	if n.asked == t {
		return n.ahead
	}
	if t-n.learnt >= relearn {
		if shapeOf(t) == n.shape {
			n.learn(t)
			n.forget()
		} else { // there is room for looking further back
			n.learnAll(ctx)
		}
	}
	n.ahead, n.asked = Forecast{unit: n.memory.unit, rows: make([]float32, len(knots)*len(levels))}, t
	row := make([]float64, len(levels))
	for i, h := range n.horizons {
		h.forecast(t, row)
		for l, x := range row {
			n.ahead.rows[i*len(levels)+l] = float32(x)
		}
	}
	n.ahead.weigh()
	return n.ahead
}

package simulate

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
	"headroom/planner/initial"
)

// A Case is one service to simulate: its load, its units, and what goes wrong.
type Case struct {
	// Load is the load per second in each tick, in what Pool.UnitRate is
	// measured in. The step is the tick: 15 s unless there is a reason, and
	// either a part of a minute or whole minutes. NaN is a tick of which
	// nothing is known: it counts nowhere and no policy sees it.
	Load capacity.Series
	// From is the first tick that is simulated. Policies have seen what is
	// before it; nothing there is measured or paid for.
	From int
	// Pool is what is scaled. Of its fields UnitRate, Min, Max (zero: a
	// million), Price, LeadTime, Paid, Interruption and Ramp act here. Ramp
	// bounds what is asked for by what was asked for one period before. Hold
	// and Changes are for plans, and left to who makes them.
	Pool capacity.Pool
	// Start is how many units serve at From. Zero: as many as the highest load of the
	// last measured hour before needs ([initial.Load]), or without that the first load.
	Start capacity.Units
	// Jitter is the standard deviation of the logarithm of the lead time of
	// each unit; the pool's LeadTime is the median. Zero: all take the same.
	Jitter float64
	// Drain is how long a serving unit is still paid for after its release.
	// Zero: 60 s. Negative: not at all.
	Drain time.Duration
	// Delay is how long after the end of its tick a measurement arrives.
	Delay  time.Duration
	Faults Faults
	// Events are windows in which missing capacity is also counted apart.
	Events []capacity.Window
	// Seed decides everything that is random.
	Seed uint64
}

// mostTicks is over a hundred years of ticks of 15 s; mostUnits is more than any
// service runs. They keep sums inside their types and mistakes affordable.
const (
	mostTicks = 1 << 28
	mostUnits = 1_000_000
)

// check reports the first reason why the case cannot be simulated.
func (c Case) check() error {
	if err := c.Load.Validate(); err != nil {
		return fmt.Errorf("load to simulate: %w", err)
	}
	tick, pool := c.Load.Step, c.Pool
	bad := func(format string, args ...any) error {
		return fmt.Errorf("simulate pool %q: %s: %w", pool.Name, fmt.Sprintf(format, args...), capacity.ErrBadPolicy)
	}
	switch {
	case tick > time.Minute && tick%time.Minute != 0, tick < time.Minute && time.Minute%tick != 0:
		return fmt.Errorf("load to simulate: a tick of %v is neither a part of a minute nor whole minutes, take 15s: %w", tick, capacity.ErrBadSeries)
	case c.Load.Len() > mostTicks:
		return fmt.Errorf("load to simulate: %d ticks are more than %d, cut the trace: %w", c.Load.Len(), mostTicks, capacity.ErrBadSeries)
	case c.From < 0 || c.From >= c.Load.Len():
		return fmt.Errorf("load to simulate: the first tick %d is outside the %d ticks: %w", c.From, c.Load.Len(), capacity.ErrBadSeries)
	case pool.Max > mostUnits:
		return bad("max is %d, use at most %d", pool.Max, mostUnits)
	case c.Start < 0 || c.Start > mostUnits:
		return bad("start is %d, say how many units serve at first", c.Start)
	case c.Delay < 0:
		return bad("the metric delay %v must not be negative", c.Delay)
	case !(c.Jitter >= 0 && c.Jitter <= 3):
		return bad("jitter is %v, use a standard deviation from 0 to 3", c.Jitter)
	}
	pool.Max = c.most()
	if err := pool.Validate(); err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	return c.Faults.check()
}

// ticks is d in whole ticks, rounded up.
func ticks(d, tick time.Duration) int {
	if d <= 0 {
		return 0
	}
	return int(min((d-1)/tick+1, mostTicks))
}

// drain is the drain time with its default.
func (c Case) drain() time.Duration {
	if c.Drain == 0 {
		return time.Minute
	}
	return max(0, c.Drain)
}

// most is the pool's Max with its default.
func (c Case) most() capacity.Units {
	if c.Pool.Max == 0 {
		return mostUnits
	}
	return c.Pool.Max
}

// start is how many units serve at first.
func (c Case) start() capacity.Units {
	if c.Start > 0 {
		return min(c.Start, c.most())
	}
	load, _ := initial.Load(c.Load, c.From)
	if math.IsNaN(load) {
		load = c.Load.Values[c.From]
	}
	pool := c.Pool
	pool.Max = c.most()
	return initial.States([]capacity.Pool{pool}, load)[0].Units
}

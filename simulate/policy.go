package simulate

import (
	"context"
	"time"

	"headroom/capacity"
)

// A Policy is a way to decide how many units to ask for. A Policy is a value
// that does not change; what a run remembers is in the [Decide] that it began.
type Policy interface {
	// Name says what it is, such as "Kubernetes HPA".
	Name() string
	// Every is how often it decides, rounded up to whole ticks: at the first
	// tick, and then at the multiples of it on the clock.
	Every() time.Duration
	// Begin starts a run. It may be called for several runs at once. A decision
	// that takes long ends early with ctx, and its run then fails.
	Begin(context.Context, Terms) Decide
	// Setting is the one setting that trades cost for safety; what it means is the
	// policy's affair. Settings are values worth trying, and With is the same
	// policy with another.
	Setting() float64
	Settings() []float64
	With(setting float64) Policy
}

// Decide is how many units a policy asks for, seeing v. It is asked in the
// order of time. It neither keeps nor changes v or what v holds.
type Decide func(v *View) capacity.Units

// A Framed policy is run in a world of its own: Frame changes the case before
// it is run. The instant oracle is one, since its units need no lead time.
type Framed interface {
	Frame(Case) Case
}

// Terms is what a policy knows before its first decision.
type Terms struct {
	Pool   capacity.Pool
	Start  time.Time     // of tick 0, that is of the training part
	Tick   time.Duration // of View.Load
	Minute time.Duration // of View.Minutes: a minute, or the tick if that is longer
	From   int           // the first tick that is decided upon
	Drain  time.Duration // how long a unit is paid for after its release
}

// Lasts is d in whole ticks, rounded up.
func (t Terms) Lasts(d time.Duration) int { return ticks(d, t.Tick) }

// Needs is how many units serve load when each runs at so much of its rate.
func (t Terms) Needs(load, target float64) capacity.Units {
	return capacity.UnitsFor(load, t.Pool.UnitRate*target)
}

package simulate

import (
	"context"
	"time"

	"headroom/capacity"
)

// Highest asks for the highest number that any of its policies asks for, as a plan
// does with its floors. Its setting is that of the first.
type Highest []Policy

// Name is that of the first.
func (h Highest) Name() string { return h[0].Name() }

// Every is as often as the most watchful of them decides.
func (h Highest) Every() time.Duration {
	every := h[0].Every()
	for _, p := range h[1:] {
		every = min(every, p.Every())
	}
	return every
}

// Setting is that of the first.
func (h Highest) Setting() float64 { return h[0].Setting() }

// Settings are those of the first.
func (h Highest) Settings() []float64 { return h[0].Settings() }

// With turns the setting of the first.
func (h Highest) With(setting float64) Policy {
	return append(Highest{h[0].With(setting)}, h[1:]...)
}

// Begin starts a run.
func (h Highest) Begin(ctx context.Context, t Terms) Decide {
	var all []Decide
	for _, p := range h {
		all = append(all, p.Begin(ctx, t))
	}
	return func(v *View) capacity.Units {
		most := capacity.Units(0)
		for _, decide := range all {
			most = max(most, decide(v))
		}
		return most
	}
}

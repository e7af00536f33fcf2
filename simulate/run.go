package simulate

import (
	"context"
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// A Simulation is a checked case, ready to run policies. It does not change, so
// several may run at once.
type Simulation struct {
	c        Case
	observed []float64 // the load that can be seen, by tick
	minutes  []float64
	minute   time.Duration
	short    []bool
	reclaims []bool
	played   func(ticks int) // nil: is not told
}

// New checks a case. The error is an [capacity.ErrBadSeries] for its load and
// an [capacity.ErrBadPolicy] for everything else.
func New(c Case) (*Simulation, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	n, tick := c.Load.Len(), c.Load.Step
	s := &Simulation{c: c, observed: c.Load.Values, minute: max(tick, time.Minute)}
	if gaps := c.Faults.Gap.over(n, tick, c.Seed, streamGap); gaps != nil {
		s.observed = make([]float64, n)
		for i, v := range c.Load.Values {
			if s.observed[i] = v; gaps[i] {
				s.observed[i] = math.NaN()
			}
		}
	}
	s.minutes = s.observed
	if per := int(s.minute / tick); per > 1 {
		s.minutes = make([]float64, n/per)
		for i := range s.minutes {
			s.minutes[i] = mean(s.observed[i*per : (i+1)*per])
		}
	}
	s.short = c.Faults.Shortage.over(n, tick, c.Seed, streamShortage)
	s.reclaims = reclaims(c.Pool.Interruption, n, tick, c.Seed)
	return s, nil
}

// Metered is s, and calls played as its runs go on with how many more ticks are
// done, one run after the other.
func (s *Simulation) Metered(played func(ticks int)) *Simulation {
	metered := *s
	metered.played = played
	return &metered
}

// A Change is one action that was carried out, or will be: at a tick the number
// that is asked for changed.
type Change struct {
	Tick     int
	From, To capacity.Units
}

// A Run is what happened. The arrays are by tick from the first simulated one,
// ticks without load included.
type Run struct {
	Policy  string
	Setting float64
	Case    Case // as it was run
	Asked   []int32
	Ready   []int32
	Paid    []int32 // from request to the end of draining
	Changes []Change
	Refused int // actions that failed or were throttled
	Lives   []Life
}

// Run runs p from Case.From to the end of the load. The error is an
// [capacity.ErrBadPolicy] if p changes the case to one that cannot be run, and
// that of ctx if it ends before the run does.
func (s *Simulation) Run(ctx context.Context, p Policy) (Run, error) {
	if framed, ok := p.(Framed); ok {
		own, err := New(framed.Frame(s.c))
		if err != nil {
			return Run{}, fmt.Errorf("run policy %q: %w", p.Name(), err)
		}
		own.played = s.played
		s = own
	}
	c, n := s.c, s.c.Load.Len()
	r := runner{s: s, every: max(1, ticks(p.Every(), c.Load.Step)), serving: make([]int32, n)}
	r.run = Run{
		Policy: p.Name(), Setting: p.Setting(), Case: c,
		Asked: make([]int32, n-c.From), Ready: r.serving[c.From:], Paid: make([]int32, n-c.From),
	}
	r.decide = p.Begin(ctx, Terms{
		Pool: c.Pool, Start: c.Load.Start, Tick: c.Load.Step, Minute: s.minute, From: c.From, Drain: c.drain(),
	})
	if err := r.play(ctx); err != nil {
		return Run{}, fmt.Errorf("run policy %q: %w", p.Name(), err)
	}
	return r.run, nil
}

// Sweep runs p once for each of its settings and scores the runs.
func (s *Simulation) Sweep(ctx context.Context, p Policy) ([]Score, error) {
	var scores []Score
	for _, setting := range p.Settings() {
		run, err := s.Run(ctx, p.With(setting))
		if err != nil {
			return nil, err
		}
		scores = append(scores, run.Score())
	}
	return scores, nil
}

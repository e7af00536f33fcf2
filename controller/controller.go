package controller

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
)

// A Controller decides for one service: it puts measurements together to minutes, lets
// the short-term forecaster learn them, and has a [Decider] decide.
type Controller struct {
	series
	decider Decider
	caster  *nowcast.Nowcaster // nil: there is too little load
	young   []float64          // by tick, as long as there is no forecaster
	served  []asked            // what served, oldest first, of the last hour
	minutes []float64          // the loads of the last minutes that were measured one after the other
}

// series is where the load stands.
type series struct {
	Service string
	Step    time.Duration // of a tick
	Start   time.Time     // of tick 0, a whole minute
	Taken   int           // ticks before the minute that is not whole yet
	Load    float64       // the newest measurement
	Seen    time.Time     // the end of its tick; zero: there is none
}

// A Start is what a Controller begins with.
type Start struct {
	Service string
	Tick    time.Duration // of measurements: a part of a minute, or a minute
	At      time.Time     // of the first tick of History, a whole minute
	History []float64     // by tick, NaN where it is not known; may be empty
	// Envelope says by what terms the end of the history is rehearsed.
	Envelope Envelope
}

// A Tick is one look at a service.
type Tick struct {
	Now      time.Time
	Loads    []Load // measured since the last look, by time
	Envelope Envelope
	Target   Target
}

// A Load is the mean load of a tick.
type Load struct {
	At    time.Time // the beginning of the tick
	Value float64
}

// rehearsed is how many minutes at the end of the history are forecast to learn how
// careful to be, and at most a third of it.
const rehearsed = 2 * 24 * 60

// New makes a Controller from the history of a service. The error is an
// [capacity.ErrBadData] for an envelope or a tick that cannot be, and that of ctx if it
// ends before.
func New(ctx context.Context, s Start) (*Controller, error) {
	if err := s.Envelope.Validate(); err != nil {
		return nil, err
	}
	switch {
	case s.Tick <= 0 || time.Minute%s.Tick != 0:
		return nil, fmt.Errorf("controller of service %q: a tick of %v is no part of a minute, use 15s or 1m: %w", s.Service, s.Tick, capacity.ErrBadData)
	case !s.At.Equal(s.At.Truncate(time.Minute)):
		return nil, fmt.Errorf("controller of service %q: the history begins at %s and not at a whole minute: %w", s.Service, s.At.Format(time.RFC3339Nano), capacity.ErrBadData)
	}
	e := s.Envelope.usual()
	c := &Controller{series: series{Service: s.Service, Step: s.Tick, Start: s.At.Round(0).UTC()}, decider: *NewDecider(e.Aim)}
	per := c.per()
	if minutes := len(s.History) / per; minutes > nowcast.Least {
		first := max(nowcast.Least, minutes*2/3, minutes-rehearsed)
		if err := c.learn(ctx, s.History[:first*per]); err != nil {
			return nil, err
		}
		if err := c.rehearse(ctx, e, s.History[:minutes*per], first); err != nil {
			return nil, err
		}
		c.Taken, c.young = minutes*per, append([]float64{}, s.History[minutes*per:]...)
	} else {
		c.young = append([]float64{}, s.History...)
	}
	for i, x := range s.History {
		if x == x {
			c.Load, c.Seen = x, c.Start.Add(time.Duration(i+1)*c.Step)
		}
		if (i+1)%per == 0 {
			c.last(s.History[i+1-per : i+1])
		}
	}
	return c, nil
}

// per is how many ticks are in a minute.
func (c *Controller) per() int { return int(time.Minute / c.Step) }

// learn makes the forecaster. What nothing can be learnt from is no error: the reactive
// strategy goes on.
func (c *Controller) learn(ctx context.Context, load []float64) error {
	caster, err := nowcast.Learn(ctx, load, c.per())
	if errors.Is(err, capacity.ErrTooShort) || errors.Is(err, capacity.ErrNoData) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("controller of service %q: %w", c.Service, err)
	}
	c.caster = caster
	return nil
}

// rehearse shows the forecaster the end of the history, minute by minute from the given
// one on, and lets the decider learn what it would have led to.
func (c *Controller) rehearse(ctx context.Context, e Envelope, load []float64, first int) error {
	if c.caster == nil {
		return c.learn(ctx, load)
	}
	per, terms := c.per(), nowcast.Terms{Rate: e.UnitRate, Served: e.Served, Lead: int((e.LeadTime + time.Minute - 1) / time.Minute)}
	var waiting []nowcast.Forecast
	for t := first; t < len(load)/per; t++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("controller of service %q: %w", c.Service, err)
		}
		minute := load[t*per : (t+1)*per]
		if waiting = append(waiting, c.caster.Ahead(ctx)); len(waiting) > terms.Lead {
			c.decider.Rehearse(waiting[0], terms, minute)
			waiting = waiting[1:]
		}
		c.caster.See(minute...)
	}
	return nil
}

// Tick decides for a service now. Looks come in the order of time. The error is an
// [capacity.ErrBadData] for an envelope in which nothing can be decided, and that of ctx
// if it ends before; then the Controller is of no use any more.
func (c *Controller) Tick(ctx context.Context, t Tick) (Decision, error) {
	if err := t.Envelope.Validate(); err != nil {
		return Decision{}, err
	}
	e := t.Envelope.usual()
	t.Now = t.Now.Round(0).UTC() // as it is stored
	for _, l := range t.Loads {
		if err := c.take(ctx, t.Now, e, l); err != nil {
			return Decision{}, err
		}
	}
	s := Situation{Now: t.Now, Envelope: e, Load: c.Load, Seen: c.Seen, Target: t.Target}
	if len(c.minutes) == Lasts {
		s.Lasting = slices.Min(c.minutes)
	}
	if c.caster != nil {
		f := c.caster.Ahead(ctx)
		if err := ctx.Err(); err != nil {
			return Decision{}, fmt.Errorf("controller of service %q: %w", c.Service, err)
		}
		s.Forecast, s.Ahead = &f, c.Start.Add(time.Duration(c.Taken)*c.Step)
	}
	d := c.decider.Decide(s)
	c.serve(t.Now, e, t.Target)
	return d, nil
}

// serve remembers what serves now.
func (c *Controller) serve(now time.Time, e Envelope, t Target) {
	serving := t.Serving
	switch {
	case e.Mode == Shadow:
		serving = c.decider.WouldServe(now, e.LeadTime)
	case !t.Known:
		return
	}
	if n := len(c.served); n == 0 || c.served[n-1].Units != serving {
		c.served = append(c.served, asked{now, serving})
	}
	for len(c.served) > 1 && now.Sub(c.served[1].At) > time.Hour {
		c.served = c.served[1:]
	}
}

// take takes in the load of one tick. What is older than what was seen, or in the
// future, is left out.
func (c *Controller) take(ctx context.Context, now time.Time, e Envelope, l Load) error {
	at := int(l.At.Sub(c.Start) / c.Step)
	if at < c.Taken+len(c.young) || l.At.Before(c.Start) || l.At.Add(c.Step).After(now) || math.IsNaN(l.Value) || math.IsInf(l.Value, 0) {
		return nil
	}
	for c.Taken+len(c.young) < at {
		if err := c.add(ctx, math.NaN()); err != nil {
			return err
		}
	}
	c.Load, c.Seen = max(0, l.Value), c.Start.Add(time.Duration(at+1)*c.Step)
	for i := len(c.served) - 1; i >= 0; i-- {
		if c.served[i].At.Before(c.Seen) {
			c.decider.Judge(e, c.Load, c.served[i].Units, c.Step.Minutes())
			break
		}
	}
	return c.add(ctx, c.Load)
}

// last notes the load of a minute.
func (c *Controller) last(ticks []float64) {
	sum, n := 0.0, 0
	for _, x := range ticks {
		if x == x {
			sum, n = sum+x, n+1
		}
	}
	if n == 0 {
		c.minutes = nil
		return
	}
	if c.minutes = append(c.minutes, sum/float64(n)); len(c.minutes) > Lasts {
		c.minutes = slices.Delete(c.minutes, 0, 1)
	}
}

// add goes on with the series, and shows a whole minute to the forecaster.
func (c *Controller) add(ctx context.Context, load float64) error {
	c.young = append(c.young, load)
	per := c.per()
	if len(c.young)%per != 0 {
		return nil
	}
	c.last(c.young[len(c.young)-per:])
	if c.caster == nil {
		if len(c.young) < nowcast.Least*per {
			return nil
		}
		if err := c.learn(ctx, c.young); err != nil || c.caster == nil {
			// Nothing was ever measured: the oldest minute gives way.
			c.Taken, c.young = c.Taken+per, c.young[per:]
			return err
		}
	} else {
		c.caster.See(c.young...)
	}
	c.Taken, c.young = c.Taken+len(c.young), nil
	return nil
}

package controller

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
	"headroom/planner/reactive"
)

// A Source is what decided a number.
type Source string

// The sources.
const (
	Forecaster Source = "forecaster"
	// Floor: the load of now. A service that is too young to forecast follows a reactive
	// strategy, and others ask for no less than a load needs that has lasted.
	Floor   Source = "floor"
	Planned Source = "plan"
	Held    Source = "hold"
	Stale   Source = "stale"
)

// A Situation is what one decision rests on.
type Situation struct {
	Now      time.Time
	Envelope Envelope // valid
	// Forecast is that of the hour that begins at Ahead, after the newest whole minute;
	// nil: there is too little load to forecast.
	Forecast *nowcast.Forecast
	Ahead    time.Time
	Load     float64   // the newest measurement
	Seen     time.Time // the end of its tick; zero: nothing was measured
	// Lasting is the lowest load of the last five minutes that were measured. Zero: not
	// all of them were.
	Lasting float64
	Target  Target
}

// Lasts is how many minutes a load stands before it counts, whatever was forecast.
const Lasts = 5

// A Target is what a target was found to be.
type Target struct {
	Known   bool
	Asked   capacity.Units // the number that it was last asked for; in mode raise-only its minimum
	Serving capacity.Units // of these, what takes the load
}

// A Decision is the number for a target.
type Decision struct {
	Act     bool           // false: nothing is to be asked for
	Minimum bool           // Units are to be the minimum of the target, and not its number
	Units   capacity.Units // inside the envelope if Act
	From    capacity.Units // the number before
	Source  Source
	Why     string // in a sentence
	// Wanted is what the source asks for. Capped is the limit that makes Units
	// another number; empty: none.
	Wanted capacity.Units
	Capped string
	// Digest is the account of an hour that has just ended; nil: none has.
	Digest *Digest
}

// A Decider decides from forecasts that others make. It is a deterministic state
// machine: the same situations in the same order give the same decisions.
type Decider struct{ memory }

// memory is everything that a Decider remembers.
type memory struct {
	Care     nowcast.Care
	Started  bool
	Asked    []asked // numbers, oldest first, as far back as a lead time
	Reactive reactive.Wants
	Up       time.Time   // when the number was last raised
	Down     time.Time   // when it was last lowered
	Turns    []time.Time // reversals of the last hour
	Calls    []time.Time // changes of the last hour
	Left     []asked     `json:",omitempty"` // numbers that were replaced, and when, as far back as a ramp
	Released []string    // events whose load did not come
	Digest   Digest
	Last     time.Time // the decision before
}

// asked is a number from a time on.
type asked struct {
	At    time.Time
	Units capacity.Units
}

// NewDecider promises that capacity is missing in at most that share of the time.
func NewDecider(share float64) *Decider {
	return &Decider{memory{Care: nowcast.NewCare(share)}}
}

// Decide is the number for a target now. Situations come in the order of time.
func (d *Decider) Decide(s Situation) Decision {
	e := s.Envelope.usual()
	s.Envelope = e
	d.Care.Share = e.Aim
	closed := d.turnHour(s)
	d.forget(s.Now, e)
	from := d.from(s)
	n := Decision{Units: from, From: from, Wanted: from, Minimum: e.Mode == RaiseOnly}
	if why := held(s); why != "" {
		n.Source, n.Why = Held, why
	} else {
		d.want(s, &n)
		d.expect(s, &n)
		d.limit(s, &n)
		n.Act = n.Units != from && e.Mode != Shadow
	}
	d.note(s, n)
	n.Digest = closed
	return n
}

// from is the number that a decision goes on from: what the target was asked for, and
// where nothing is asked for, what was last decided.
func (d *Decider) from(s Situation) capacity.Units {
	switch n := len(d.Asked); {
	case s.Target.Known && (s.Envelope.Mode != Shadow || n == 0):
		return s.Target.Asked
	case n > 0:
		return d.Asked[n-1].Units
	}
	return s.Envelope.Least.Units
}

// held is why nothing is asked for.
func held(s Situation) string {
	e := s.Envelope
	switch {
	case e.Mode == Off:
		return "the mode is off"
	case !s.Now.Before(e.Expires):
		return fmt.Sprintf("envelope %d has expired at %s: the conductor has published none since", e.Number, e.Expires.Format(time.RFC3339))
	case e.Hold != "":
		return e.Hold
	case e.Band > 0 && !e.Plan.says(s.Now):
		return "a person approves what is far from the plan, and there is none"
	case !s.Target.Known && e.Mode != Shadow:
		return "what the target runs is not known"
	}
	return ""
}

// want lets the first source that can decide.
func (d *Decider) want(s Situation, n *Decision) {
	e, minute := s.Envelope, time.Minute
	planned, plan := e.Plan.at(s.Now)
	age := s.Now.Sub(s.Seen)
	switch {
	case s.Seen.IsZero() || age > e.LetGo:
		why := "no load was measured yet"
		if !s.Seen.IsZero() {
			why = "the newest measurement is of " + s.Seen.Format(time.RFC3339)
		}
		if plan {
			n.Source, n.Wanted, n.Why = Planned, planned, why+": the plan decides"
			return
		}
		n.Source, n.Why = Stale, why+", and there is no plan: the number stays"
	case age > e.Fresh:
		n.Source, n.Why = Stale, fmt.Sprintf("the newest measurement is of %s: the number stays", s.Seen.Format(time.RFC3339))
	case s.Forecast == nil:
		m := reactive.Measurement{At: s.Now, Load: max(0, s.Load-e.Served), UnitRate: e.UnitRate, Units: n.From, Serving: s.Target.Serving}
		n.Wanted, d.Reactive = reactive.Dynamic{}.Units(m, d.Reactive)
		n.Source, n.Why = Floor, "too little load to forecast from: the reactive strategy decides"
		if plan && planned > n.Wanted {
			n.Source, n.Wanted, n.Why = Planned, planned, "too little load to forecast from: the plan asks for more than the reactive strategy"
		}
	default:
		// What is measured late leaves minutes between the forecast and now.
		lead := int((e.LeadTime + minute - 1) / minute)
		terms := nowcast.Terms{Rate: e.UnitRate, Served: e.Served, Lead: lead + int(s.Now.Sub(s.Ahead)/minute), Worth: d.Care.Worth()}
		n.Source, n.Wanted = Forecaster, s.Forecast.Ask(n.From, terms)
		n.Why = fmt.Sprintf("%s will be needed when units that are asked for now serve", capacity.Count(n.Wanted, "unit"))
		if lasting := capacity.UnitsFor(s.Lasting-e.Served, e.UnitRate); lasting > n.Wanted {
			n.Source, n.Wanted = Floor, lasting
			n.Why = fmt.Sprintf("the load has needed %s for %d minutes, which the forecaster does not expect to last", capacity.Count(lasting, "unit"), Lasts)
		}
		if plan && lead >= nowcast.Hour && planned > n.Wanted {
			n.Source, n.Wanted, n.Why = Planned, planned, "units take longer than the hour that is forecast: the plan decides"
		}
	}
}

// expect makes the units of announced events the least, as long as their load may
// still come.
func (d *Decider) expect(s Situation, n *Decision) {
	for _, v := range s.Envelope.Events {
		if s.Now.Before(v.From) || !s.Now.Before(v.Until) || slices.Contains(d.Released, v.ID) {
			continue
		}
		if (n.Source == Forecaster || n.Source == Floor) && !s.Now.Before(v.Due) && n.Wanted < v.Units/2 {
			d.Released = append(d.Released, v.ID)
			continue
		}
		if v.Units > n.Wanted {
			n.Source, n.Wanted, n.Why = Planned, v.Units, fmt.Sprintf("event %s needs %s", v.ID, capacity.Count(v.Units, "unit"))
		}
	}
	d.Released = slices.DeleteFunc(d.Released, func(id string) bool {
		return !slices.ContainsFunc(s.Envelope.Events, func(v Event) bool { return v.ID == id })
	})
}

// limit moves the number as far as the envelope and its limits allow.
func (d *Decider) limit(s Situation, n *Decision) {
	e := s.Envelope
	n.Units = n.Wanted
	cap := func(units capacity.Units, why string) {
		if units != n.Units {
			n.Units, n.Capped = units, why
		}
	}
	planned, plan := e.Plan.at(s.Now)
	into := func() {
		if e.Band > 0 && plan {
			cap(min(max(n.Units, planned-e.Band), planned+e.Band), fmt.Sprintf("the plan's %d and %s more or less; a person approves what is further", planned, capacity.Count(e.Band, "unit")))
		}
		cap(max(n.Units, e.Least.Units), e.Least.Why)
		cap(min(n.Units, e.Most.Units), e.Most.Why)
	}
	into()
	if step := e.Limits.Step; step > 0 {
		cap(min(max(n.Units, n.From-step), n.From+step), fmt.Sprintf("the largest step is %s", capacity.Count(step, "unit")))
	}
	switch {
	case n.Units < n.From && d.turning(s.Now, false) && len(d.Turns) >= e.Limits.Reversals:
		cap(n.From, fmt.Sprintf("%s in the last hour: lowering waits", capacity.Count(len(d.Turns), "reversal")))
	case n.Units < n.From && 2*len(d.Calls) >= e.Limits.Calls, n.Units > n.From && len(d.Calls) >= e.Limits.Calls:
		cap(n.From, fmt.Sprintf("%s in the last hour: the number waits", capacity.Count(len(d.Calls), "change")))
	}
	into()
	d.ramp(s, n, cap)
	if e.KeepUp != "" {
		cap(max(n.Units, n.From), e.KeepUp)
	}
}

// ramp keeps the number from moving faster than the pool allows: from the lowest and the
// highest number that was asked for within the period of its rate.
func (d *Decider) ramp(s Situation, n *Decision, cap func(capacity.Units, string)) {
	r, stay := s.Envelope.Ramp, s.Envelope.Stay
	if last := max(d.Up.Unix(), d.Down.Unix()); stay > 0 && n.Units != n.From && s.Now.Sub(time.Unix(last, 0)) < stay {
		cap(n.From, fmt.Sprintf("a number that was changed stays for %v", stay))
	}
	if r.Up.Limited() {
		low, _ := d.within(s.Now, r.Up.Per, n.From)
		cap(min(n.Units, max(n.From, low+r.Up.Units)), fmt.Sprintf("the ramp allows %s more in %v", capacity.Count(r.Up.Units, "unit"), r.Up.Per))
	}
	if r.Down.Limited() {
		_, high := d.within(s.Now, r.Down.Per, n.From)
		cap(max(n.Units, min(n.From, high-r.Down.Units)), fmt.Sprintf("the ramp allows %s less in %v", capacity.Count(r.Down.Units, "unit"), r.Down.Per))
	}
}

// within is the lowest and the highest number that was asked for in the last period.
func (d *Decider) within(now time.Time, per time.Duration, from capacity.Units) (low, high capacity.Units) {
	low, high = from, from
	for _, left := range d.Left {
		if now.Sub(left.At) < per {
			low, high = min(low, left.Units), max(high, left.Units)
		}
	}
	return low, high
}

// turning reports whether a change in that direction would reverse one of the last hour.
func (d *Decider) turning(now time.Time, up bool) bool {
	last, against := d.Up, d.Down
	if !up {
		last, against = against, last
	}
	return against.After(last) && now.Sub(against) < time.Hour
}

// note remembers what was decided.
func (d *Decider) note(s Situation, n Decision) {
	if last := len(d.Asked) - 1; last < 0 || d.Asked[last].Units != n.Units {
		d.Asked = append(d.Asked, asked{s.Now, n.Units})
	}
	turned := false
	if n.Units != n.From {
		up := n.Units > n.From
		if turned = d.turning(s.Now, up); turned {
			d.Turns = append(d.Turns, s.Now)
		}
		if e := s.Envelope.Ramp; e != (capacity.Ramp{}) {
			d.Left = append(d.Left, asked{s.Now, n.From})
		}
		if d.Calls = append(d.Calls, s.Now); up {
			d.Up = s.Now
		} else {
			d.Down = s.Now
		}
	}
	d.account(s, n, turned)
	d.Started, d.Last = true, s.Now
}

// forget lets go of what no longer counts.
func (d *Decider) forget(now time.Time, e Envelope) {
	d.Left = slices.DeleteFunc(d.Left, func(l asked) bool { return now.Sub(l.At) >= max(e.Ramp.Up.Per, e.Ramp.Down.Per) })
	old := func(at time.Time) bool { return now.Sub(at) >= time.Hour }
	d.Turns, d.Calls = slices.DeleteFunc(d.Turns, old), slices.DeleteFunc(d.Calls, old)
	for len(d.Asked) > 1 && now.Sub(d.Asked[1].At) > e.LeadTime+time.Hour {
		d.Asked = d.Asked[1:]
	}
}

// WouldServe is how many units would serve at a time of the last hour if all that was
// decided had been asked for: what is asked for serves a lead time later, and what is
// lowered is gone at once.
func (d *Decider) WouldServe(at time.Time, lead time.Duration) capacity.Units {
	serve := capacity.Units(-1)
	for i, a := range d.Asked {
		if a.At.After(at) && serve >= 0 {
			break
		}
		if until := i + 1; until < len(d.Asked) && !d.Asked[until].At.After(at.Add(-lead)) {
			continue
		}
		if serve < 0 || a.Units < serve {
			serve = a.Units
		}
	}
	return max(serve, 0)
}

// Judge takes in that so many units served a load for some minutes.
func (d *Decider) Judge(e Envelope, load float64, serving capacity.Units, minutes float64) {
	short := capacity.UnitsFor(load-e.Served, e.UnitRate) > serving
	d.Care.Judge(short, minutes)
	d.Digest.Judged += minutes
	if short {
		d.Digest.Short += minutes
	}
}

// Rehearse learns from a forecast of the past what it would have led to: came is the
// load, by tick, of the minute in which units asked for then would have served first.
func (d *Decider) Rehearse(f nowcast.Forecast, t nowcast.Terms, came []float64) {
	t.Worth = d.Care.Worth()
	serves := t.Served + float64(f.Want(t.Lead+1, t))*t.Rate
	for _, load := range came {
		if load == load {
			d.Care.Judge(load > serves, 1/float64(len(came)))
		}
	}
}

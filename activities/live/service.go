package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/controller"
	"headroom/history"
)

// unknown is the number of a target of which it is not known what it was asked for last.
const unknown capacity.Units = -1

// A service is what is known of one while the shard is led.
type service struct {
	name     string
	begun    time.Time
	envelope controller.Envelope
	policy   capacity.Policy // of the envelope
	modified time.Time       // when the envelope was stored, as the listing says
	again    bool            // it was read once more after that

	control  *controller.Controller // nil: it learns still
	learnt   chan learnt            // not nil while it learns
	retry    time.Time              // when learning is tried again
	version  string                 // of the stored state
	saved    time.Time
	told     time.Time // when the conductor could first know that the controller decides; zero: it cannot
	shown    time.Time // of the decision whose status is stored
	decided  time.Time
	loads    []controller.Load // measured since the last decision
	fetched  time.Time         // the end of what was asked for
	last     capacity.Units    // that the target was asked for by this process
	stranger int64             // number of the envelope under which somebody else changed the target; 0: nobody did
	changes  []Change          // of this hour
	status   controller.Status
}

// learnt is what a learner brings.
type learnt struct {
	control *controller.Controller
	version string
	shown   time.Time // of the decision whose status is stored
	err     error
}

// A Change is a number that a target was asked for, for the audit.
type Change struct {
	At       time.Time
	From, To capacity.Units
	Why      string
	Failed   string `json:",omitempty"`
}

// take takes a newer envelope over.
func (v *service) take(e controller.Envelope) {
	if e.Number != v.envelope.Number {
		v.stranger = 0
	}
	v.envelope = e
	v.status.Service, v.status.Envelope, v.status.Mode = v.name, e.Number, e.Mode
}

// demand is that of the policy, read tick by tick.
func (v *service) demand() capacity.Demand {
	d := v.policy.Demand
	d.Step = d.LiveTick()
	return d
}

// due reports whether a tick has passed since the last decision.
func (v *service) due(now time.Time) bool {
	return v.control != nil && now.Sub(v.decided) >= v.demand().Step-look/2
}

// ends is called when the service has no envelope any more.
func (v *service) ends(ctx context.Context, s *shard) {
	if v.control != nil {
		s.store(ctx, v)
	}
}

// begin reports whether the controller of a service is at hand, and has it learn if it is
// not. One learns at a time.
func (s *shard) begin(v *service) bool {
	if v.control != nil {
		return true
	}
	if v.learnt != nil {
		select {
		case got := <-v.learnt:
			v.learnt = nil
			if got.err != nil {
				v.retry, v.status.Trouble = s.Records.Now().Add(time.Minute), "it cannot begin: "+got.err.Error()
				return false
			}
			v.control, v.version, v.status.Trouble = got.control, got.version, ""
			v.fetched, v.saved = v.control.Seen, s.Records.Now()
			if v.told, v.shown = (time.Time{}), got.shown; v.saved.Sub(got.shown) < controller.Silent/2 {
				v.told = v.saved.Add(-controller.Ends) // another process has decided just now, so the conductor does not
			}
			return true
		default:
			return false
		}
	}
	if s.Records.Now().Before(v.retry) {
		return false
	}
	select {
	case s.learning <- struct{}{}:
	default:
		return false
	}
	v.learnt = make(chan learnt, 1)
	d, e, into := v.demand(), v.envelope, v.learnt
	s.learners.Go(func() {
		defer func() { <-s.learning }()
		var got learnt
		status, _, err := records.Read[controller.Status](s.ctx, s.Records, e.Service, controller.StatusKey(e.Service))
		if got.shown = status.At; err == nil {
			got.control, got.version, err = s.learn(s.ctx, d, e)
		}
		got.err = err
		into <- got
	})
	return false
}

// oldest is how old a stored state may be: learning anew is faster then.
const oldest = 24 * time.Hour

// learn restores the controller of a service, or makes it from the history of the load.
func (s *shard) learn(ctx context.Context, d capacity.Demand, e controller.Envelope) (*controller.Controller, string, error) {
	now := s.Records.Now()
	data, version, err := s.Records.Store.Get(ctx, controller.StateKey(e.Service))
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return nil, "", err
	}
	if err == nil {
		c, bad := controller.Restore(data)
		if bad == nil && c.Service == e.Service && c.Step == d.Step && now.Sub(c.Seen) < oldest {
			return c, version, nil
		}
	}
	start := controller.Start{Service: e.Service, Tick: d.Step, At: now.Truncate(time.Minute), Envelope: e}
	source, err := s.Sources(d.Source)
	if err != nil {
		return nil, "", err
	}
	loads, err := fetch(ctx, source, d, now.Add(-d.Window), now)
	if err != nil && !errors.Is(err, capacity.ErrNoData) {
		return nil, "", err
	}
	if len(loads) > 0 {
		start.At = loads[0].At.Truncate(time.Minute)
		start.History = ticks(loads, start.At, d.Step)
	}
	c, err := controller.New(ctx, start)
	return c, version, err
}

// decide decides for a service, and asks its target.
func (s *shard) decide(ctx context.Context, v *service) {
	now := s.Records.Now()
	state, err := s.state(ctx, v)
	if ctx.Err() != nil {
		return
	}
	found := controller.Target{Known: err == nil, Asked: state.Units, Serving: state.Serving}
	s.watch(v, state, err)
	tick := controller.Tick{Now: now, Loads: v.loads, Envelope: v.envelope, Target: found}
	if hold := s.holds(v, state, err); hold != "" && tick.Envelope.Hold == "" {
		tick.Envelope.Hold = hold
	}
	d, failed := v.control.Tick(ctx, tick)
	v.loads = nil
	if failed != nil {
		v.control, v.told, v.retry, v.status.Trouble = nil, time.Time{}, now.Add(time.Minute), failed.Error()
		return
	}
	v.decided = now
	v.status.At, v.status.Units, v.status.Found = now, int(d.Units), int(state.Units)
	v.status.Source, v.status.Why, v.status.Capped, v.status.Seen = d.Source, d.Why, d.Capped, v.control.Seen
	if v.told.IsZero() {
		s.show(ctx, v)
	}
	if d.Act {
		s.ask(ctx, v, d, state)
	}
	if d.Digest != nil {
		s.report(ctx, v, *d.Digest)
	}
}

// lapses is how old the stored status may be while the target is asked.
const lapses = controller.Silent - savedEvery/2

// show stores the status of a service, by which the conductor knows that the controller
// decides.
func (s *shard) show(ctx context.Context, v *service) {
	if !s.holder.sure() {
		return
	}
	if _, err := s.Records.WriteJSON(ctx, controller.StatusKey(v.name), v.status); err != nil {
		warn(ctx, "the status of the controller of "+v.name+" was not stored", err)
		return
	}
	if v.told.IsZero() || v.status.At.Sub(v.shown) > lapses {
		v.told = s.Records.Now()
	}
	v.shown = v.status.At
}

// callWithin is how long a call of a target may take.
const callWithin = 8 * time.Second

// state is what the target runs.
func (s *shard) state(ctx context.Context, v *service) (capacity.State, error) {
	target, err := s.Targets(v.envelope.Target, s.Records.Now)
	if err != nil {
		return capacity.State{}, err
	}
	ctx, done := context.WithTimeout(ctx, callWithin)
	defer done()
	return target.State(ctx)
}

// watch notices that somebody else has changed the target.
func (s *shard) watch(v *service, found capacity.State, err error) {
	switch {
	case err != nil:
		v.status.Trouble = "what the target runs is not known: " + err.Error()
	case v.stranger == v.envelope.Number && v.stranger != 0:
	case v.last != unknown && found.Units != v.last:
		v.stranger = v.envelope.Number
		v.status.Trouble = fmt.Sprintf("the target is asked for %s, and %d were asked for: somebody else changed it", capacity.Count(found.Units, "unit"), v.last)
	default:
		v.status.Trouble = ""
	}
	if err == nil && v.last != unknown {
		v.last = found.Units
	}
}

// holds is why nothing may be asked for, beside what the envelope says.
func (s *shard) holds(v *service, found capacity.State, err error) string {
	e, now := v.envelope, s.Records.Now()
	switch {
	case e.Mode != controller.Auto && e.Mode != controller.RaiseOnly:
		return ""
	case v.stranger == e.Number:
		return "somebody else changed the target: it is left alone until the conductor publishes another envelope"
	case e.Mode == controller.RaiseOnly && err == nil && !found.Floor:
		return "the mode is raise-only, and no autoscaler decides for the target"
	case now.Sub(s.listed) > 2*look:
		return "the envelopes cannot be read"
	case v.told.IsZero() || now.Sub(v.told) < controller.Ends || now.Sub(v.shown) > lapses:
		return "the conductor may be asking"
	case s.holder.may() < callWithin:
		return "the lease is not renewed, or that of the process before may still count"
	}
	return ""
}

// ask asks the target for what was decided.
func (s *shard) ask(ctx context.Context, v *service, d controller.Decision, found capacity.State) {
	now := s.Records.Now()
	why := d.Why
	if d.Capped != "" {
		why += " (" + d.Capped + ")"
	}
	c := Change{At: now, From: found.Units, To: d.Units, Why: why}
	if err := s.scale(ctx, v, d, found); err != nil {
		c.Failed, v.status.Trouble, v.last = err.Error(), "the target was not asked: "+err.Error(), unknown
	} else {
		v.last, v.status.Changed = d.Units, now
	}
	v.changes = append(v.changes, c)
}

// scale asks the target if nothing stands against it at this moment.
func (s *shard) scale(ctx context.Context, v *service, d controller.Decision, found capacity.State) error {
	if err := s.Records.UnlessStopped(ctx, v.name); err != nil {
		return err
	}
	off, err := s.Records.LiveOff(ctx, v.name)
	if err != nil {
		return err
	}
	if off != "" {
		return fmt.Errorf("%s: %w", off, capacity.ErrStopped)
	}
	if s.Bounds != nil && d.Units > found.Units {
		if err := s.Bounds.Units(d.Units); err != nil {
			return err
		}
	}
	e := v.envelope
	target, err := s.Targets(e.Target, s.Records.Now)
	if err != nil {
		return err
	}
	if s.holder.may() < callWithin {
		return fmt.Errorf("the lease ends: %w", capacity.ErrConflict)
	}
	// A call that was sent cannot be taken back, so its answer is waited for.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer done()
	now := s.Records.Now()
	return target.Scale(ctx, capacity.Action{
		ID: fmt.Sprintf("live/%s/%d/%s", v.name, s.holder.epoch(), now.UTC().Format(time.RFC3339Nano)), Target: e.Target,
		At: now, Due: now.Add(e.LeadTime), From: found.Units, Units: d.Units, Why: d.Why,
	})
}

// Facts is what a record of an hour holds.
type Facts struct {
	Digest  controller.Digest
	Changes []Change `json:",omitempty"`
}

// report puts the account of an hour into the audit. What cannot be stored is logged: the
// next hour is decided all the same.
func (s *shard) report(ctx context.Context, v *service, d controller.Digest) {
	held := Facts{Digest: d, Changes: v.changes}
	v.changes = nil
	data, err := records.Facts(held)
	if err != nil {
		warn(ctx, "the account of an hour of "+v.name, err)
		return
	}
	text := fmt.Sprintf("the controller, %s: %s in the hour from %s, %d to %d units, %d raised, %d lowered", d.Mode, capacity.Count(d.Decisions, "decision"),
		d.Hour.Format(time.RFC3339), d.Lowest, d.Highest, d.Raised, d.Lowered)
	if d.Mode == controller.Shadow {
		text += fmt.Sprintf("; %.0f unit-minutes decided, %.0f ran", d.UnitMinutes, d.RanMinutes)
	}
	text += fmt.Sprintf("; capacity was missing in %.1f of %.0f minutes", d.Short, d.Judged)
	err = s.Records.Append(ctx, audit.Record{
		Service: v.name, ID: "live-hour/" + d.Hour.UTC().Format(time.RFC3339), At: s.Records.Now(), Kind: audit.Live, Plan: d.Plan, Text: text, Facts: data,
	}, nil)
	if err != nil {
		warn(ctx, "the account of an hour of "+v.name, err)
	}
}

// savedEvery is how often what a controller has learnt is stored.
const savedEvery = 5 * time.Minute

// save stores what controllers have learnt: of those that are due, or of all.
func (s *shard) save(ctx context.Context, all bool) {
	var due []*service
	for _, v := range s.services {
		if v.control != nil && !v.decided.IsZero() && (all || s.Records.Now().Sub(v.saved) >= savedEvery) {
			due = append(due, v)
		}
	}
	slices.SortFunc(due, func(a, b *service) int { return a.saved.Compare(b.saved) })
	const atOnce = 8
	each(due, atOnce, func(v *service) { s.store(ctx, v) })
}

// store stores the state of a controller, and its status, unless another process has.
func (s *shard) store(ctx context.Context, v *service) {
	if !s.holder.sure() || ctx.Err() != nil {
		return
	}
	v.saved = s.Records.Now()
	data, err := v.control.State()
	if err == nil {
		key := controller.StateKey(v.name)
		if err = s.Records.Store.Swap(ctx, key, data, v.version); err == nil || errors.Is(err, capacity.ErrConflict) {
			var got error
			if _, v.version, got = s.Records.Store.Get(ctx, key); got != nil {
				err = errors.Join(err, got)
			}
		}
	}
	s.show(ctx, v)
	if err != nil {
		warn(ctx, "the state of the controller of "+v.name+" was not stored", err)
	}
}

// a together source answers for several services in one call.
type together interface {
	FetchTogether(ctx context.Context, asks []history.Ask) []history.Got
}

package executor

import (
	"encoding/json"
	"fmt"
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/controller"
)

// Live is what is remembered of the controller, which decides from minute to minute
// within the envelope that the conductor publishes.
type Live struct {
	Envelope string    `json:",omitempty"` // SHA-256 of the one that is stored, but its times; empty: none is
	Renew    time.Time `json:",omitzero"`  // when it is to be stored anew, although nothing has changed
	Retry    time.Time `json:",omitzero"`  // when storing one is tried again that could not be stored
	Acts     bool      `json:",omitempty"` // the controller may ask the target for units
	// Decides: it does, so that nothing is asked for here. Look is when that is looked at
	// again.
	Decides   bool      `json:",omitempty"`
	Look      time.Time `json:",omitzero"`
	HandsBack time.Time `json:",omitzero"` // until then it may not know that it decides no more
}

// publish has the envelope stored when it has changed or gets old.
func (m *Machine) publish() {
	l := &m.s.Live
	if m.publishing || m.s.Policy.Control.Live == capacity.LiveOff && l.Envelope == "" {
		return
	}
	e, next := m.envelope()
	if e.Mode == controller.Off && l.Envelope == "" {
		return
	}
	sum, err := fingerprintOf(e)
	if err != nil {
		m.s.note("%s: the envelope of the controller cannot be written: %v", m.now.Format(time.RFC3339), err)
		return
	}
	m.wakeAt(next, "until a freeze begins")
	if sum == l.Envelope && (m.now.Before(l.Renew) || e.Mode == controller.Off) {
		m.wakeAt(l.Renew, "until the controller's envelope is renewed")
		return
	}
	if m.now.Before(l.Retry) {
		m.wakeAt(l.Retry, "until the controller's envelope is stored again")
		return
	}
	acts := e.Mode == controller.Auto || e.Mode == controller.RaiseOnly
	if acts && !l.Acts && (len(m.requests) > 0 || len(m.rollbacks) > 0 || len(m.s.Verifying) > 0) {
		return // what is under way comes first
	}
	m.publishing = true
	m.next = Live{Envelope: sum, Renew: m.now.Add(m.slow(m.rules.EnvelopeRenew)), Acts: acts}
	m.emit(Publish{e})
}

// withdraw has the controller ask for nothing any more, at the end.
func (m *Machine) withdraw() {
	if m.s.Live.Envelope != "" && !m.finished {
		m.publish()
	}
}

// fingerprintOf is the SHA-256 of an envelope without its times.
func fingerprintOf(e controller.Envelope) (string, error) {
	e.Made, e.Expires = time.Time{}, time.Time{}
	data, err := json.Marshal(e)
	return capacity.RefTo("", data).SHA256, err
}

// published goes on with an envelope that is stored.
func (m *Machine) published(e Published) {
	l := &m.s.Live
	m.publishing = false
	if e.Failure != nil {
		l.Retry = m.now.Add(m.slow(m.rules.EnvelopeRetry))
		return
	}
	was := *l
	l.Envelope, l.Renew, l.Retry, l.Acts = m.next.Envelope, m.next.Renew, time.Time{}, m.next.Acts
	switch {
	case l.Acts && !was.Acts:
		l.Look = time.Time{}
	case !l.Acts && was.Acts:
		m.handBack(m.now.Add(m.slow(m.rules.HandBack)), "the policy lets it ask for nothing any more")
	}
}

// lookAtLease looks whether the controller decides, at times at which it must have
// renewed its lease.
func (m *Machine) lookAtLease() {
	l := &m.s.Live
	if !l.Acts {
		return
	}
	if !m.leasing && !m.now.Before(l.Look) {
		m.leasing, l.Look = true, m.now.Add(m.slow(controller.Absent))
		m.emit(ReadLease{})
	}
	m.wakeAt(l.Look, "until it is looked whether the controller decides")
}

// leaseRead leaves the decisions to the controller, or takes them back. If the lease
// cannot be read, what was known counts.
func (m *Machine) leaseRead(e LeaseRead) {
	l := &m.s.Live
	m.leasing = false
	if e.Failure != nil || !l.Acts {
		return
	}
	switch {
	case e.Decides:
		if !l.Decides {
			m.lead("its lease was renewed at " + e.Renewed.Format(time.RFC3339))
		}
		l.Look = clamp(e.Renewed.Add(controller.Absent), m.now.Add(m.slow(time.Minute)), m.now.Add(m.slow(controller.Absent)))
	case l.Decides && e.Off:
		m.handBack(m.now.Add(m.slow(m.rules.HandBack)), e.Why)
	case l.Decides:
		m.handBack(m.now, e.Why)
	}
}

// lead leaves the decisions to the controller.
func (m *Machine) lead(why string) {
	m.s.Live.Decides, m.s.Live.HandsBack, m.changed = true, time.Time{}, true
	m.giveUpAll("the controller decides")
	m.audit(audit.Record{ID: "live/" + m.now.UTC().Format(time.RFC3339Nano), Kind: audit.Live, Text: "the controller decides from minute to minute", Why: why})
}

// led is lead where a request has found out: it was not sent.
func (m *Machine) led(at Attempt) {
	m.again(at, m.now)
	if !m.s.Live.Decides {
		m.lead("it renews its lease")
	}
	m.s.Live.Look = m.now
	m.giveUp(at.Action.Target, "the controller decides")
}

// handBack takes the decisions back. What the target was asked for is not known then,
// and the number at which the plan stands is asked for.
func (m *Machine) handBack(until time.Time, why string) {
	l := &m.s.Live
	if !l.Decides {
		return
	}
	l.Decides, l.HandsBack, m.changed = false, until, true
	for _, pool := range m.s.Policy.Pools {
		t := m.s.Targets[pool.Target]
		if t.Planned == nil {
			t.Planned = m.begun(pool.Target)
		}
		m.s.Targets[pool.Target] = Target{Planned: t.Planned, Plan: t.Plan, Stopped: t.Stopped}
	}
	m.s.note("%s: the controller no longer decides: %s", m.now.Format(time.RFC3339), why)
	m.audit(audit.Record{ID: "live-ended/" + m.now.UTC().Format(time.RFC3339Nano), Kind: audit.Live, Text: "the plan decides again, and not the controller", Why: why})
}

// envelope is what the controller may do now, and when a freeze begins that changes it.
func (m *Machine) envelope() (e controller.Envelope, next time.Time) {
	s := &m.s
	off := controller.Envelope{Service: s.Service, Made: m.now, Expires: m.now.Add(m.rules.EnvelopeLasts), Mode: controller.Off, UnitRate: 1, Share: 0.5}
	p, mode := s.Policy, s.Policy.Control.Live
	if mode == capacity.LiveOff || p.LiveFault(mode) != "" || s.Clock.Speed != 0 || s.Plan.ID == "" || m.canceled || m.s.Aborted != nil {
		return off, next
	}
	pool := p.Pools[0]
	if m.loaded == nil || m.loaded.Slots[pool.Target] > 0 || !(pool.UnitRate > 0) {
		return off, next
	}
	e = controller.Envelope{
		Service: s.Service, Pool: pool.Name, Target: pool.Target, Made: m.now, Expires: off.Expires, Mode: controller.Mode(mode),
		Least: controller.Bound{Units: pool.Min, Why: "min of the pool"}, Most: controller.Bound{Units: pool.Max, Why: "max of the pool"},
		UnitRate: pool.UnitRate, LeadTime: pool.LeadTime, Share: p.Share(), Ramp: pool.Ramp, Stay: pool.Hold,
		Plan: controller.Plan{ID: s.Plan.ID, Until: s.Plan.End, Slots: m.slotsOf(pool.Target)},
	}
	if c := p.Control; c.Mode == capacity.Approve && c.Approval.Above > 0 {
		e.Band = c.Approval.Above
	}
	if most, limited := p.Objective.Budget.Affordable(pool); limited && most < e.Most.Units {
		e.Most = controller.Bound{Units: max(most, pool.Min), Why: "what the budget affords all the time"}
	}
	if at := m.extendsFor(pool.Target); !at.IsZero() && !m.now.Before(at) && s.Most[pool.Target] > e.Least.Units {
		e.Least = controller.Bound{Units: min(s.Most[pool.Target], e.Most.Units), Why: "the plan ends and no newer one has come: the most units of its last day"}
	}
	m.ordered(&e, pool)
	m.hold(&e, pool)
	for _, w := range p.Control.Freeze.Windows {
		if w.From.After(m.now) && w.From.Before(e.Expires) {
			e.Expires, next = w.From, w.From
		}
	}
	return e, next
}

// slotsOf is the numbers of the plan for a target.
func (m *Machine) slotsOf(target capacity.TargetName) (slots []controller.Slot) {
	for i, a := range m.actions[target] {
		if i == 0 && a.At.After(m.s.Plan.Now) {
			slots = append(slots, controller.Slot{At: m.s.Plan.Now, Units: a.From})
		}
		slots = append(slots, controller.Slot{At: a.At, Units: a.Units})
	}
	if seen, ok := m.loaded.Seen[target]; ok && len(slots) == 0 {
		slots = append(slots, controller.Slot{At: m.s.Plan.Now, Units: seen.Units}) // the plan leaves it
	}
	return slots
}

// ordered puts overrides into the envelope. Neither the policy's bounds nor its ramps and
// its approval limit them.
func (m *Machine) ordered(e *controller.Envelope, pool capacity.Pool) {
	exact := false
	for _, o := range m.s.Overrides {
		if !(PoolStatus{Pool: pool, Only: true}).concerns(o) || !o.Holds(m.now) {
			continue
		}
		b := controller.Bound{Units: o.Units, Why: fmt.Sprintf("%s ordered %s: %s", o.By, o.Text(), o.Why)}
		switch {
		case !o.AtLeast:
			e.Least, e.Most, exact = b, b, true
		case !exact && o.Units > e.Least.Units:
			e.Least = b
		}
	}
	if e.Least.Units > e.Most.Units {
		e.Most = e.Least
	}
	if e.Least.Why != "min of the pool" {
		e.Ramp, e.Stay = capacity.Ramp{}, 0
	}
}

// hold says why nothing may be asked for, or lowered.
func (m *Machine) hold(e *controller.Envelope, pool capacity.Pool) {
	s, t := &m.s, m.s.Targets[pool.Target]
	window, deny, frozen := s.Policy.Control.Freeze.At(m.now)
	switch {
	case s.Stopped != "":
		e.Hold = s.Stopped
	case frozen && deny == capacity.DenyAll:
		e.Hold = "the policy freezes it until " + window.To.Format(time.RFC3339)
	case s.Pause != nil && s.Pause.holds(m.now):
		e.Hold = fmt.Sprintf("paused by %s: %s", s.Pause.By, s.Pause.Why)
	case t.Stopped != "":
		e.Hold = t.Stopped
	case t.Conflict != "":
		e.Hold = t.Conflict
	case frozen:
		e.KeepUp = "the policy denies lowering until " + window.To.Format(time.RFC3339)
	}
	if frozen && window.To.Before(e.Expires) && window.To.After(m.now) {
		m.wakeAt(window.To, "until a freeze ends")
	}
}

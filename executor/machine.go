package executor

import (
	"fmt"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// A Machine decides for one service. It is not safe for use by several goroutines.
type Machine struct {
	s     State
	rules Rules

	now     time.Time // of the step under way
	effects []Effect  // of the step under way
	changed bool      // something that an operator sees has changed in this step
	wake    time.Time
	why     string // the machine wakes then

	loaded     *PlanLoaded // nil: the plan that is carried out is not read yet
	actions    map[capacity.TargetName][]capacity.Action
	loading    string                // the plan that is being read
	read       map[string]PlanLoaded // plans that were offered, and wait for a newer one to be read
	unreadable map[string]string     // plans that could not be read, and why
	ordersRead bool
	reading    bool      // the standing orders are being read
	rereading  bool      // they are wanted again, although they are known
	unsaved    []Ordered // orders that are not known to be stored
	storing    bool
	stored     int  // Seq of the orders that are stored
	looking    bool // at the load
	checking   bool // for a stop
	publishing bool // an envelope is being stored
	next       Live // what Live is once it is stored
	leasing    bool // the lease of the controller is being read
	canceled   bool
	clearing   bool // timetables are being cleared, at the end
	finished   bool
	ending     string // the plan that has ended, while its actions are still being settled
	nextID     int
	requests   []request // in flight
	searches   []search  // for pools that take over, in flight
	candidates []candidate
	rollbacks  []rollback // that wait until their target is free
	writing    map[capacity.TargetName]bool
	records    int // in flight
}

// A request is an action or a rollback that a target is being asked for.
type request struct {
	id      int
	attempt Attempt
	at      time.Time // when it was begun
	back    *rollback // nil: it is the action itself
}

// A rollback is an action whose cut is to be taken back.
type rollback struct {
	attempt Attempt
	outcome capacity.Outcome
	failure *Failure
	// verified: the request was accepted, but its units did not serve as they should.
	verified bool
	expect   []capacity.Units // that the target may be found at, beside those of the action; none: any
}

// A search looks for a pool that takes over what an action did not get.
type search struct {
	id      int
	attempt Attempt
	missing capacity.Units
	tried   []string
}

// New is a machine that goes on from a state, by the rules of the state's version. It
// returns an error if the versions do not include that.
func New(s State, v Versions) (*Machine, error) {
	rules, ok := v[s.Version]
	if !ok {
		return nil, fmt.Errorf("executor: version %d of the rules is not known to this build, it knows 1 to %d: run a newer build", s.Version, v.Latest())
	}
	s.initialise()
	return &Machine{
		s: s, rules: rules, actions: map[capacity.TargetName][]capacity.Action{}, unreadable: map[string]string{},
		read:    map[string]PlanLoaded{},
		writing: map[capacity.TargetName]bool{}, stored: s.Seq,
	}, nil
}

// State is what the machine remembers. It shares memory with the machine.
func (m *Machine) State() State { return m.s }

// Wake is when the machine is to be stepped although nothing happened, and why; zero:
// never.
func (m *Machine) Wake() (at time.Time, why string) { return m.wake, m.why }

// Requesting reports whether a target is being asked for something.
func (m *Machine) Requesting() bool { return len(m.requests) > 0 }

// Idle reports whether the state can be handed to another machine: nothing is in
// flight that is not begun again by [Started], and the run was not canceled.
func (m *Machine) Idle() bool {
	return len(m.requests) == 0 && len(m.searches) == 0 && len(m.candidates) == 0 && len(m.rollbacks) == 0 && len(m.writing) == 0 &&
		m.records == 0 && !m.publishing && m.ordersRead && !m.rereading && !m.clearing && !m.canceled && !m.storing && m.stored >= m.s.Seq
}

// Finished reports whether the run is to end: [Finish] was returned.
func (m *Machine) Finished() bool { return m.finished }

// OrdersKnown reports whether the standing orders were read: until then it is not known
// what is paused or overridden.
func (m *Machine) OrdersKnown() bool { return m.ordersRead }

// Rereads reports whether the standing orders are being read again.
func (m *Machine) Rereads() bool { return m.rereading }

// Unreadable says why a plan that was offered could not be read; empty if it could,
// or has not been tried.
func (m *Machine) Unreadable(plan string) string { return m.unreadable[plan] }

// Waits reports whether a plan that was offered is not read yet.
func (m *Machine) Waits(plan string) bool {
	for _, o := range m.s.Offers {
		if o.Plan.ID == plan {
			return true
		}
	}
	return false
}

// Step tells the machine of an event at a time on its clock, and returns what is to be
// done, in this order.
func (m *Machine) Step(now time.Time, e Event) []Effect {
	m.now, m.effects, m.changed = now, nil, false
	if m.finished {
		return nil
	}
	m.apply(e)
	m.expire()
	m.wake, m.why = time.Time{}, ""
	if (!m.ordersRead && (!m.canceled || len(m.unsaved) > 0) || m.rereading) && !m.reading {
		m.reading = true
		m.emit(ReadOrders{New: m.s.Seq == 0 && m.s.Plan.ID == ""})
	}
	switch {
	case m.canceled || m.s.Aborted != nil:
		m.withdraw()
		m.end()
	case m.ordersRead:
		m.load()
		m.wakeForOrders()
		if m.loaded != nil {
			m.checkStop()
			m.publish()
			m.lookAtLease()
			m.extend()
			m.lookAtLoad()
			m.writeTimetables()
			m.over(m.move())
		}
	}
	m.store()
	if m.changed && !m.finished {
		m.describe()
		if m.s.Plan.ID != "" {
			m.emit(Report{Plan: m.s.Plan})
		}
	}
	return m.effects
}

func (m *Machine) apply(e Event) {
	switch e := e.(type) {
	case Started:
		m.changed = true
		for _, v := range m.s.Verifying {
			m.beginVerification(v)
		}
	case Tick:
	case Canceled:
		m.canceled, m.reading = true, false // a read in flight is broken off
	case Offered:
		m.offer(e.Offer)
	case PolicyApplied:
		m.applyPolicy(e.Policy)
	case Ordered:
		m.order(e)
	case Reread:
		m.rereading = true
	case OrdersRead:
		m.mergeOrders(e)
	case OrdersStored:
		m.ordersStored(e)
	case PlanLoaded:
		m.planLoaded(e)
	case PlanUnreadable:
		m.planUnreadable(e)
	case Asked:
		m.asked(e)
	case Verified:
		m.verified(e)
	case RolledBack:
		m.rolledBack(e)
	case TargetsRead:
		m.targetsRead(e)
	case LoadRead:
		m.loadRead(e)
	case Published:
		m.published(e)
	case LeaseRead:
		m.leaseRead(e)
	case StopChecked:
		m.stopChecked(e)
	case TimetableWritten:
		m.timetableWritten(e)
	case Recorded:
		m.records--
	default:
		panic(fmt.Sprintf("executor: unknown event %T", e))
	}
}

// emit adds an effect to those of the step.
func (m *Machine) emit(e Effect) { m.effects = append(m.effects, e) }

// id is the ID of a new effect.
func (m *Machine) id() int {
	m.nextID++
	return m.nextID
}

// record counts outcomes and has them kept with their plan.
func (m *Machine) record(plan string, outcomes ...capacity.Outcome) {
	if len(outcomes) == 0 {
		return
	}
	for _, o := range outcomes {
		m.s.Counts[o.Verdict]++
	}
	m.records++
	m.emit(Record{ID: m.id(), Plan: plan, Outcomes: outcomes})
}

// audit has a decision recorded.
func (m *Machine) audit(r audit.Record) {
	r.Service, r.At = m.s.Service, m.now
	if r.Plan == "" {
		r.Plan = m.s.Plan.ID
	}
	m.records++
	m.emit(Audit{ID: m.id(), Record: r})
}

// expire ends overrides and a pause whose time has passed.
func (m *Machine) expire() {
	kept := m.s.Overrides[:0:0]
	for _, o := range m.s.Overrides {
		if m.now.Before(o.Until) {
			kept = append(kept, o)
		}
	}
	if len(kept) < len(m.s.Overrides) {
		m.s.Overrides, m.changed = kept, true
	}
	if m.s.Pause != nil && !m.s.Pause.holds(m.now) {
		m.s.Pause, m.changed = nil, true
	}
}

// wakeForOrders has the machine stepped when an order ends.
func (m *Machine) wakeForOrders() {
	if m.s.Pause != nil {
		m.wakeAt(m.s.Pause.Until, "until the pause ends")
	}
	for _, o := range m.s.Overrides {
		m.wakeAt(o.Until, "until an override ends")
	}
}

// end finishes what is in flight, clears the timetables and ends the run.
func (m *Machine) end() {
	why := "the run was canceled"
	if m.s.Aborted != nil {
		why = fmt.Sprintf("aborted by %s: %s", m.s.Aborted.By, m.s.Aborted.Why)
		m.supersedeRest(why)
	}
	m.giveUpAll(why)
	m.rollBackNext()
	if m.s.Aborted != nil && !m.canceled && m.s.Plan.ID != "" && m.loaded == nil {
		if m.ordersRead {
			m.load() // its actions are to have an outcome
		}
		return
	}
	if len(m.requests) > 0 || len(m.rollbacks) > 0 || len(m.s.Verifying) > 0 {
		return
	}
	if !m.clearing {
		m.clearing = true
		m.clearTimetables()
	}
	if len(m.writing) > 0 || m.records > 0 || m.publishing || m.storing || m.stored < m.s.Seq {
		return
	}
	m.finished = true
	verdict, text := m.ended()
	m.s.Ended = verdict
	m.emit(Finish{verdict, text})
}

// slow is d, or so much more of it that a fast replay is no busy loop.
func (m *Machine) slow(d time.Duration) time.Duration {
	for d > 0 && m.s.Clock.Wall(d) < m.rules.WallPause {
		d *= 2
	}
	return d
}

// clamp is t, or the nearer of two bounds that it lies outside of. Times that a worker
// read from its own clock are bounded by those of the machine.
func clamp(t, low, high time.Time) time.Time {
	switch {
	case t.Before(low):
		return low
	case t.After(high):
		return high
	}
	return t
}

package executor

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// The names of orders.
const (
	OverrideOrder = "override"
	ClearOrder    = "clear" // names an override
	PauseOrder    = "pause"
	ResumeOrder   = "resume"
	AbortOrder    = "abort"
)

// An Order is what a person, or another workflow, ordered.
type Order struct {
	Name     string    // one of the names above
	Override string    `json:",omitempty"` // the ID of the override that it is about
	At       time.Time // when it was given; the machine fills it in
	Until    time.Time `json:",omitzero"` // a pause ends by itself; zero: it does not
	By, Why  string
	Seq      int `json:",omitempty"` // of the standing orders with it
}

// holds reports whether a pause counts at t.
func (o Order) holds(t time.Time) bool { return o.Until.IsZero() || t.Before(o.Until) }

// outlasts reports whether a pause ends later than another.
func (o Order) outlasts(other Order) bool {
	return !other.Until.IsZero() && (o.Until.IsZero() || o.Until.After(other.Until))
}

// Text is what was ordered, in a few words.
func (o Order) Text(service string) string {
	if o.Override != "" {
		return o.Name + " override " + o.Override
	}
	if !o.Until.IsZero() {
		return o.Name + " " + service + " until " + o.Until.Format(time.RFC3339)
	}
	return o.Name + " " + service
}

// StandingOrders are the orders that are in force for a service. They belong to the
// service, not to a run: they are stored, and each run begins with them.
type StandingOrders struct {
	Seq       int                 `json:",omitempty"` // grows by one with each order
	Overrides []capacity.Override `json:",omitempty"` // that hold, or will, in the order in which they were given
	Pause     *Order              `json:",omitempty"`
	// Aborted ends the run in which it was given, and a plan that was taken over before
	// it; a plan that is taken over later is carried out.
	Aborted *Order `json:",omitempty"`
}

// overridden reports whether there is an override with that ID.
func (s StandingOrders) overridden(id string) bool {
	return slices.ContainsFunc(s.Overrides, func(o capacity.Override) bool { return o.ID == id })
}

// ErrNotPaused refuses to resume a service that is not paused.
var ErrNotPaused = errors.New("is not paused")

// CheckStanding refuses an order that has no effect on the standing orders that are
// known: they may be outdated, so have them read again before an order is refused for
// good ([Reread]).
func (m *Machine) CheckStanding(o Order) error {
	s := m.s
	switch {
	case o.Name == ClearOrder && !s.overridden(o.Override):
		return fmt.Errorf("there is no override %q", o.Override)
	case o.Name == PauseOrder && s.Pause != nil && s.Pause.outlasts(o):
		return fmt.Errorf("%s has paused it already, and for longer (%s): resume it first to shorten that", s.Pause.By, s.Pause.Why)
	case o.Name == ResumeOrder && s.Pause == nil:
		return fmt.Errorf("%s %w", s.Service, ErrNotPaused)
	}
	return nil
}

// Check refuses an order that cannot count, whatever the standing orders are, before
// anybody is asked whether it is allowed.
func (m *Machine) Check(now time.Time, e Ordered) error {
	s, o := m.s, e.Order
	if s.Aborted != nil {
		return fmt.Errorf("aborted by %s: %s", s.Aborted.By, s.Aborted.Why)
	}
	switch o.Name {
	case OverrideOrder:
		return m.checkOverride(now, *e.Override)
	case ClearOrder, ResumeOrder:
	case PauseOrder:
		switch {
		case o.Why == "":
			return errors.New("say why it is paused")
		case !o.Until.IsZero() && !o.Until.After(now):
			return fmt.Errorf("the pause ends at %s, before it begins: let it end later", o.Until.Format(time.RFC3339))
		}
	case AbortOrder:
		if o.Why == "" {
			return errors.New("say why it is aborted")
		}
	default:
		return fmt.Errorf("there is no order %q", o.Name)
	}
	return nil
}

// checkOverride refuses an override that cannot count.
func (m *Machine) checkOverride(now time.Time, o capacity.Override) error {
	s, pools := m.s, m.s.Policy.Pools
	switch {
	case s.overridden(o.ID):
		return nil // a repeat
	case o.ID == "":
		return errors.New("the override has no ID")
	case o.By == "" || o.Why == "":
		return errors.New("say who overrides the plan, and why")
	case o.Units < 0:
		return fmt.Errorf("%s cannot run: ask for 0 or more", capacity.Count(o.Units, "unit"))
	case len(pools) == 0:
		return fmt.Errorf("%s has no plan yet, so its pools are not known: make one with `headroom plan %s`, then override it", s.Service, s.Service)
	case o.Pool == "" && len(pools) != 1:
		return fmt.Errorf("the policy has %s: say which", capacity.Count(len(pools), "pool"))
	case o.Pool != "" && !slices.ContainsFunc(pools, func(p capacity.Pool) bool { return p.Name == o.Pool }):
		return fmt.Errorf("the policy has no pool %q", o.Pool)
	case !o.Until.After(now) || !o.Until.After(o.From):
		return fmt.Errorf("the override ends at %s, before it counts: let it end later", o.Until.Format(time.RFC3339))
	}
	if s.Policy.Control.Mode == capacity.Propose {
		return fmt.Errorf("control.mode of %s is propose, so nothing is carried out: change the policy first", s.Service)
	}
	begins := o.From
	if begins.Before(now) {
		begins = now
	}
	window, deny, frozen := s.Policy.Control.Freeze.At(begins)
	switch {
	case !frozen:
	case deny == capacity.DenyAll:
		return fmt.Errorf("the policy freezes %s until %s: nothing is requested before", s.Service, window.To.Format(time.RFC3339))
	case !o.AtLeast && m.lowers(o):
		return fmt.Errorf("the policy denies lowering %s until %s: ask for more, or for at least so much", s.Service, window.To.Format(time.RFC3339))
	}
	return nil
}

// lowers reports whether an override of an exact number asks for less than a target
// was asked for.
func (m *Machine) lowers(o capacity.Override) bool {
	for _, pool := range m.s.Policy.Pools {
		t, asked := m.s.Targets[pool.Target]
		if _, high, known := t.bounds(); asked && known && (o.Pool == pool.Name || o.Pool == "") && o.Units < high {
			return true
		}
	}
	return false
}

// Request is what an order changes, for whoever decides whether it is allowed: an
// override is compared with what its pool was asked for last.
func (m *Machine) Request(now time.Time, e Ordered) capacity.Wish {
	switch e.Order.Name {
	case PauseOrder, ResumeOrder:
		return capacity.Wish{Permission: capacity.MayPause}
	case AbortOrder:
		return capacity.Wish{Permission: capacity.MayAbort}
	case ClearOrder:
		return capacity.Wish{Permission: capacity.MayOverride}
	}
	o := *e.Override
	w := capacity.Wish{Permission: capacity.MayOverride, Units: o.Units}
	for _, pool := range m.s.Policy.Pools {
		if o.Pool != pool.Name && o.Pool != "" {
			continue
		}
		more := o.Units
		if t := m.s.Targets[pool.Target]; t.Known {
			more -= t.Requested
		}
		if o.AtLeast {
			more = max(0, more)
		}
		from := o.From
		if from.Before(now) {
			from = now
		}
		price, known := pool.PriceAt(from)
		if !known {
			price = pool.Price
		}
		w.Units, w.Cost = max(more, -more), float64(more)*price*o.Until.Sub(from).Hours()
	}
	return w
}

// order applies an order, which counts at once, and has it recorded and stored.
func (m *Machine) order(e Ordered) {
	if e.Override != nil && m.s.overridden(e.Override.ID) {
		return // a repeat
	}
	o := e.Order
	o.At, m.changed = m.now, true
	text := o.Text(m.s.Service)
	if e.Override != nil {
		o.Override, o.Until = e.Override.ID, e.Override.Until
		text = "override " + o.Override + ", " + e.Override.Text()
		m.endConflict(*e.Override)
	}
	e.Order = m.give(o, e.Override)
	m.unsaved = append(m.unsaved, e)
	facts, err := json.Marshal(m.s.StandingOrders)
	if err != nil {
		panic(err) // plain data
	}
	m.audit(audit.Record{ID: "ordered/" + e.ID, Kind: audit.Ordered, By: o.By, Why: o.Why, Text: fmt.Sprintf("%s: %s", o.By, text), Facts: facts})
	m.s.Recent = append(m.s.Recent, o)
	m.s.Recent = m.s.Recent[max(0, len(m.s.Recent)-remembered):]
}

// give makes an order one of the standing orders, and returns it with its Seq.
func (m *Machine) give(o Order, override *capacity.Override) Order {
	orders := &m.s.StandingOrders
	orders.Seq++
	o.Seq = orders.Seq
	switch o.Name {
	case OverrideOrder:
		orders.Overrides = append(orders.Overrides, *override)
	case ClearOrder:
		orders.Overrides = slices.DeleteFunc(slices.Clone(orders.Overrides), func(other capacity.Override) bool { return other.ID == o.Override })
	case PauseOrder:
		if orders.Pause == nil || !orders.Pause.outlasts(o) {
			orders.Pause = &o
		}
	case ResumeOrder:
		orders.Pause = nil
	case AbortOrder:
		orders.Aborted = &o
	}
	return o
}

// endConflict lets an override end a conflict of its target: who overrides has looked.
func (m *Machine) endConflict(o capacity.Override) {
	for _, pool := range m.s.Policy.Pools {
		if t, asked := m.s.Targets[pool.Target]; asked && t.Conflict != "" && (o.Pool == pool.Name || o.Pool == "") {
			t.Conflict, t.Known, t.Possible, t.Wanted = "", false, nil, nil
			m.s.Targets[pool.Target] = t
		}
	}
}

// mergeOrders begins with the stored orders if they are newer than the known ones, and
// gives those again that are not stored yet.
func (m *Machine) mergeOrders(e OrdersRead) {
	stored := e.Orders
	m.reading, m.rereading, m.ordersRead, m.stored = false, false, true, stored.Seq
	if e.Restored != "" {
		m.stored = -1
		m.s.note("%s: %s", m.now.Format(time.RFC3339), e.Restored)
	}
	if e.Damaged != "" && m.s.Seq == len(m.unsaved) { // nothing is known of what was in force
		stored.Seq = 1
		stored.Pause = &Order{Name: PauseOrder, At: m.now, By: "headroom", Why: e.Damaged, Seq: 1}
		m.stored = -1
	}
	if stored.Seq <= m.s.Seq-len(m.unsaved) {
		return
	}
	m.changed = true
	m.s.StandingOrders = stored
	if stored.Aborted != nil && (m.s.Plan.ID == "" || stored.Aborted.Seq <= m.s.TakenAt) {
		m.s.Aborted = nil // it was given before the plan was taken over
	}
	m.expire() // an order that has ended does not make a new one of its ID a repeat
	unsaved := m.unsaved
	m.unsaved = nil
	for _, e := range unsaved {
		if e.Override == nil || !m.s.overridden(e.Override.ID) {
			e.Order = m.give(e.Order, e.Override)
			m.unsaved = append(m.unsaved, e)
		}
	}
}

// store has the standing orders written, if they are newer than what is stored.
func (m *Machine) store() {
	if m.ordersRead && !m.storing && m.stored < m.s.Seq {
		m.storing = true
		m.emit(StoreOrders{m.s.StandingOrders})
	}
}

// ordersStored notes which orders are stored. If others are, they are read again.
func (m *Machine) ordersStored(e OrdersStored) {
	m.storing = false
	if e.Outdated {
		m.ordersRead = false
		return
	}
	m.stored = max(m.stored, e.Seq)
	m.unsaved = slices.DeleteFunc(m.unsaved, func(o Ordered) bool { return o.Order.Seq <= e.Seq })
}

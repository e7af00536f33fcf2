package event

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// sized takes what the event needs.
func (m *Machine) sized(now time.Time, ev Sized) {
	s := m.s
	if ev.Err != "" || len(ev.Pools) == 0 {
		m.fail(now, ev.Err, "no pool needs anything")
		return
	}
	s.Pools, s.Phase = ev.Pools, Checking
	for _, text := range ev.Notes {
		s.note(text)
	}
}

// fail ends the preparation before anything was requested or raised.
func (m *Machine) fail(now time.Time, why, otherwise string) {
	if m.s.Failure = why; why == "" {
		m.s.Failure = otherwise
	}
	m.end(now)
}

// checked takes what the targets look like. The first check must succeed; where the
// second fails, the first one counts.
func (m *Machine) checked(now time.Time, ev Checked) {
	s := m.s
	first := s.Phase == Checking
	if !first && s.Phase != Rechecking {
		return
	}
	bad := ev.Err != "" || len(ev.Targets) != len(s.Pools)
	switch {
	case bad && first:
		m.fail(now, ev.Err, "the check answered for other targets")
		return
	case bad:
		s.note("the targets could not be checked again, the check before counts: " + ev.Err)
		s.Phase = Counting
		return
	}
	s.Most, s.Limits, s.Bases, s.Findings = nil, nil, nil, nil
	prefix := "not mended in time: "
	s.Phase = Counting
	if first {
		s.Phase, prefix = Waiting, "as it stands, the event cannot be served: "
	}
	for i, look := range ev.Targets {
		for _, text := range s.look(s.Pools[i], look) {
			s.note(prefix + text)
		}
	}
}

// look takes what the target of one pool looks like, and returns what blocks.
func (s *State) look(need Need, look Look) (blocked []string) {
	for _, f := range look.Findings {
		text := fmt.Sprintf("%s: %s", need.Target, f.Text)
		s.Findings = append(s.Findings, text)
		if f.Blocks {
			blocked = append(blocked, text)
		}
	}
	most, limit, base := need.Units, capacity.Units(-1), capacity.Units(-1)
	if look.Limited {
		limit, base = look.Max, look.Max
		if look.Raised {
			base = look.Before
		}
		if look.Quota > 0 && need.Units > look.Quota {
			text := fmt.Sprintf("%s: the event needs %s, and the quota is %d: have it raised", need.Target, capacity.Count(need.Units, "unit"), look.Quota)
			s.Findings, blocked = append(s.Findings, text), append(blocked, text)
			most = look.Quota
		}
	}
	s.Most, s.Limits, s.Bases = append(s.Most, most), append(s.Limits, limit), append(s.Bases, base)
	return blocked
}

// counted takes what the targets were asked for before the event.
func (m *Machine) counted(ev Counted) {
	s := m.s
	s.Phase = Recalling
	if ev.Err != "" || len(ev.Asked) != len(s.Pools) {
		s.note("what the targets were asked for before the event is not known, and cannot be returned to without a conductor: " + ev.Err)
		return
	}
	s.Before = ev.Asked
}

// recalled takes what an earlier run left.
func (m *Machine) recalled(ev Recalled) {
	s := m.s
	if s.Phase != Recalling && s.Phase != Finding {
		return
	}
	var before State
	if ev.Earlier != nil {
		before = *ev.Earlier
	}
	for _, text := range before.Notes {
		s.note(text)
	}
	s.Recalled = ev.Err == ""
	if ev.Err != "" {
		s.note("what an earlier run left raised could not be read: " + ev.Err)
	}
	if s.Phase == Finding {
		m.inherit(before)
		s.Phase = Releasing
		return
	}
	m.order(before)
	m.rule.plan(s, before.Unrestored())
	s.Phase = Recording
	if !s.Recalled || !m.rule.recorded(s) { // what cannot be read is not overwritten
		s.Phase = Raising
	}
}

// inherit takes over all that an earlier run has left, to take it back.
func (m *Machine) inherit(before State) {
	s := m.s
	for _, r := range before.Unrestored() {
		r.Outcome, r.Answered = "", true
		i := slices.IndexFunc(s.Raised, func(own Raise) bool { return own.Target == r.Target && own.Outcome == "" })
		switch {
		case i < 0:
			s.Raised = append(s.Raised, r)
		case r.Ours(s.Raised[i].From):
			own := &s.Raised[i]
			own.Wrote = slices.Concat(own.Wrote, r.Wrote, []capacity.Units{own.From, r.To})
			own.From = r.From
		default:
			s.note(foreign(r.Target, s.Raised[i].From, r.To, r.From))
		}
	}
	if len(s.Orders) == 0 && len(before.Orders) > 0 {
		s.Pools, s.Most, s.Before = before.Pools, before.Most, before.Before
		s.Orders = before.Orders
	}
}

// order decides what the conductor is asked for. An order of an earlier run that
// differs is cleared at the end.
func (m *Machine) order(before State) {
	s := m.s
	if len(before.Orders) > 0 && len(before.Before) == len(s.Pools) {
		s.Before = before.Before // the targets may run what the earlier run ordered
	}
	s.Orders = nil
	for _, o := range before.Orders {
		o.Old = true
		s.Orders = append(s.Orders, o)
	}
	for i, need := range s.Pools {
		if need.Units == 0 || i >= len(s.Most) {
			continue
		}
		o := Order{Pool: need.Pool, Units: s.Most[i], Until: s.Event.To}
		for n := 1; ; n++ {
			if o.ID = s.ID + "/" + need.Pool; n > 1 {
				o.ID = fmt.Sprintf("%s/%d", o.ID, n)
			}
			same := slices.IndexFunc(s.Orders, func(old Order) bool { return old.ID == o.ID })
			if same < 0 {
				s.Orders = append(s.Orders, o)
				break
			}
			if old := s.Orders[same]; old.Pool == o.Pool && old.Units == o.Units && old.Until.Equal(o.Until) {
				s.Orders[same].Old = false
				break
			}
		}
	}
}

// recorded goes on once what is about to be raised is stored, or what is left is.
func (m *Machine) recorded(ev Recorded) {
	s := m.s
	switch s.Phase { //nolint:exhaustive // nothing is recorded in others
	case Recording:
		if ev.Err != "" {
			s.note("what is raised could not be stored, do not terminate the preparation: " + ev.Err)
		}
		s.Phase = Raising
	case Closing:
		if ev.Err != "" {
			s.note("the record could not be updated: " + ev.Err)
		}
		s.Phase = Done
	}
}

// raised takes the result of a raise. Where it failed, the limit is looked at
// again at the end, since it may have been written.
func (m *Machine) raised(ev LimitRaised) {
	s := m.s
	i := slices.IndexFunc(s.Raised, func(r Raise) bool { return r.Target == ev.Target && !r.Answered })
	if i < 0 {
		return
	}
	s.Raised[i].Answered, s.Raised[i].Note = true, ev.Err
	if ev.Err != "" {
		s.note(fmt.Sprintf("the upper limit of %s was not raised to %d: %s", ev.Target, s.Raised[i].To, ev.Err))
	}
}

// held takes what was seen while the event is held.
func (m *Machine) held(now time.Time, ev Held) {
	s := m.s
	if s.Phase != Holding {
		return
	}
	if ev.Err != "" || len(ev.Pools) != len(s.Pools) {
		s.note("orders and units could not be checked: " + ev.Err)
		s.Pause = earlier(s.Event.To, now.Add(m.rule.every(s, now)))
		return
	}
	for i, pool := range ev.Pools {
		if pool.Note != "" && (i >= len(s.Seen) || s.Seen[i].Note == "") {
			s.note(fmt.Sprintf("%s: %s", now.Format(time.RFC3339), pool.Note))
		}
		if i >= len(s.Seen) || s.Seen[i].Serving != pool.Serving {
			s.Changed = now
		}
	}
	s.Seen = ev.Pools
	if s.Ready.IsZero() && m.served() {
		s.Ready = now
	}
}

// released takes what became of the orders.
func (m *Machine) released(ev Released) {
	s := m.s
	if s.Phase != Releasing {
		return
	}
	for _, text := range ev.Notes {
		s.note(text)
	}
	if ev.Err != "" {
		s.note(fmt.Sprintf("the orders were not cleared, they end at %s: %s", s.Event.To.Format(time.RFC3339), ev.Err))
	}
	s.Phase = Restoring
}

package executor

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// A move is what a target is to be asked for next.
type move struct {
	pool     capacity.Pool
	decision Decision
	due      *capacity.Action // of the plan, if one is due
}

// pending is the plan's first action for a target that is not begun.
func (m *Machine) pending(target capacity.TargetName) *capacity.Action {
	if actions := m.actions[target]; m.s.Next[target] < len(actions) {
		return &actions[m.s.Next[target]]
	}
	return nil
}

// begun is the number of the last action of the plan for a target that is begun, which
// may be by a run that was terminated; nil: none is.
func (m *Machine) begun(target capacity.TargetName) *capacity.Units {
	if n := m.s.Next[target]; n > 0 && n <= len(m.actions[target]) {
		units := m.actions[target][n-1].Units
		return &units
	}
	return nil
}

// asking reports whether a target is being asked for something.
func (m *Machine) asking(target capacity.TargetName) bool {
	return slices.ContainsFunc(m.requests, func(r request) bool { return r.attempt.Action.Target == target })
}

// move asks each target that is free for what is due, those first that orders
// concern, then in order of time. It returns when a decision may change by itself.
func (m *Machine) move() (again time.Time) {
	m.rollBackNext()
	m.substituteNext()
	var moves []move
	for _, pool := range m.s.Policy.Pools {
		d := m.rules.Decide(m.status(pool))
		if d.Ask && m.dropOverdue(pool.Target) {
			d = m.rules.Decide(m.status(pool))
		}
		earlier(&again, m.now, d.Again)
		mv := move{pool: pool, decision: d}
		if action := m.pending(pool.Target); d.Ask && action != nil && !action.At.After(m.now) {
			mv.due = action
		}
		if m.wanted(mv) {
			moves = append(moves, mv)
		}
	}
	slices.SortStableFunc(moves, func(a, b move) int {
		switch {
		case a.due == nil && b.due == nil:
			return 0
		case a.due == nil:
			return -1
		case b.due == nil:
			return 1
		}
		return a.due.At.Compare(b.due.At)
	})
	for _, mv := range moves {
		if !m.asking(mv.pool.Target) && !m.awaitsLoad(mv) {
			m.make(mv)
		}
	}
	m.wakeAt(again, "")
	m.nameWake()
	return again
}

// wanted reports whether there is anything to ask for.
func (m *Machine) wanted(mv move) bool {
	if !mv.decision.Ask {
		return false
	}
	t, asked := m.s.Targets[mv.pool.Target]
	return mv.due != nil && !mv.decision.Partial || (asked || !mv.decision.Planned) && (t.Wanted == nil || *t.Wanted != mv.decision.Units || t.retryDue(m.now))
}

// awaitsLoad reports whether a move that lowers waits for the floor, which is looking
// at the load: it may need the units.
func (m *Machine) awaitsLoad(mv move) bool {
	if !m.looking || len(m.s.Overrides) > 0 {
		return false
	}
	_, high, known := m.s.Targets[mv.pool.Target].bounds()
	if !known && mv.due != nil {
		high, known = mv.due.From, true
	}
	return known && mv.decision.Units < high
}

// status is what is known of a pool.
func (m *Machine) status(pool capacity.Pool) PoolStatus {
	s := &m.s
	status := PoolStatus{
		Now: m.now, Pool: pool, Only: len(s.Policy.Pools) == 1, Mode: s.Policy.Control.Mode,
		Aborted: s.Aborted, Stopped: s.Stopped, Freeze: s.Policy.Control.Freeze, Pause: s.Pause, Overrides: s.Overrides,
		Next: m.pending(pool.Target), Extra: s.extra(pool.Target), Floor: s.Floor.Units, FloorWhy: s.Floor.Why,
		Most: s.Most[pool.Target], Extends: m.extendsFor(pool.Target), Led: s.Live.Decides, HandsBack: s.Live.HandsBack,
	}
	if t, asked := s.Targets[pool.Target]; asked {
		status.Target = &t
		if b := t.Postponed; b != nil && m.own(b.Action) {
			status.Postponed = &b.Action
		}
	}
	return status
}

// dropOverdue passes over actions that are long overdue, up to the newest that is due:
// what they were for is over.
func (m *Machine) dropOverdue(target capacity.TargetName) bool {
	actions, next := m.actions[target], m.s.Next[target]
	last := next
	for last+1 < len(actions) && !actions[last+1].At.After(m.now) && m.s.Clock.Wall(m.now.Sub(actions[last].At)) > m.rules.Overdue {
		last++
	}
	if last == next {
		return false
	}
	m.s.Next[target] = last
	m.supersede(actions[next:last], fmt.Sprintf("overdue: action %s took its place", actions[last].ID))
	return true
}

// make asks a target for what a move wants.
func (m *Machine) make(mv move) {
	s, target, d := &m.s, mv.pool.Target, mv.decision
	t := s.Targets[target]
	planned := mv.due != nil && !d.Partial
	if planned {
		s.Next[target]++
		units := mv.due.Units
		t.Planned = &units
		if units != d.Units {
			m.supersede([]capacity.Action{*mv.due}, d.Why)
		}
	}
	if t.Planned == nil {
		t.Planned = m.begun(target)
	}
	repeated := t.Wanted != nil && *t.Wanted == d.Units && !t.retryDue(m.now)
	action := capacity.Action{
		ID: fmt.Sprintf("%s/%s/%s", s.Plan.ID, mv.pool.Name, m.now.Format(time.RFC3339Nano)), Target: target,
		At: m.now, Due: m.now.Add(mv.pool.LeadTime), From: d.Units, Units: d.Units, Why: d.Why,
	}
	if t.Known {
		action.From = t.Requested
	}
	if planned && mv.due.Units == d.Units {
		action, repeated = *mv.due, false
		m.giveUp(target, "the plan's next action was due")
	}
	own := mv.due != nil && action.ID == mv.due.ID
	at, resumed := m.resume(target, d.Units)
	if resumed {
		action = at.Action
		own = m.own(action)
	} else {
		repeated = repeated && t.Postponed == nil // another plan's was given up
		at = Attempt{Plan: s.Plan.ID, Action: action}
	}
	expect := m.expect(action, own)
	if len(expect) > 0 {
		expect = append(expect, m.begunSlots(target)...)
	}
	units := d.Units
	kept := s.Targets[target]
	kept.Planned, kept.Wanted = t.Planned, &units
	if !repeated {
		kept.RetryAt = time.Time{}
	}
	s.Targets[target] = kept
	if !repeated {
		m.ask(at, expect, d.Least)
	}
}

// ask requests an action's units.
func (m *Machine) ask(at Attempt, expect []capacity.Units, least bool) {
	r := request{id: m.id(), attempt: at, at: m.now}
	m.requests = append(m.requests, r)
	m.emit(Ask{ID: r.id, Action: at.Action, Expect: expect, Least: least, Orders: m.s.Seq, Live: m.s.Live.Acts})
}

// expect is the numbers that a target may be found at before an action: what was last
// written or found and, of a newer plan, what it has read. That is also what its first
// action begins with, if that one was overdue. None: it is not known.
func (m *Machine) expect(action capacity.Action, planned bool) []capacity.Units {
	t, asked := m.s.Targets[action.Target]
	begins := []capacity.Units{action.From}
	if actions, done := m.actions[action.Target], m.loaded.Settled[action.Target]; done < len(actions) && actions[done].From != action.From && actions[done].From != t.Requested {
		begins = append(begins, actions[done].From)
	}
	switch {
	case asked && !t.Known && len(t.Possible) > 0 && planned && t.Plan != m.s.Plan.ID:
		known := slices.Clone(t.Possible)
		return append(known, slices.DeleteFunc(begins, func(n capacity.Units) bool { return slices.Contains(known, n) })...)
	case asked && !t.Known:
		return t.Possible
	case !asked && planned:
		return begins
	case !asked:
		return nil
	case planned && t.Plan != m.s.Plan.ID && (t.Requested != action.From || len(begins) > 1):
		return append([]capacity.Units{t.Requested}, begins...)
	}
	return []capacity.Units{t.Requested}
}

// supersede gives actions of the plan that are never begun their outcome.
func (m *Machine) supersede(actions []capacity.Action, why string) {
	m.recordSuperseded(m.s.Plan.ID, actions, why)
}

func (m *Machine) recordSuperseded(plan string, actions []capacity.Action, why string) {
	var outcomes []capacity.Outcome
	for _, action := range actions {
		outcomes = append(outcomes, capacity.Outcome{Action: action, Verdict: capacity.Superseded, Settled: m.now, Note: why})
	}
	m.record(plan, outcomes...)
}

// supersedeRest gives the actions of the plan that are not begun their outcome.
func (m *Machine) supersedeRest(why string) {
	if m.loaded == nil {
		return
	}
	var rest []capacity.Action
	for _, pool := range m.s.Policy.Pools {
		actions := m.actions[pool.Target]
		rest = append(rest, actions[min(m.s.Next[pool.Target], len(actions)):]...)
		m.s.Next[pool.Target] = len(actions)
	}
	m.supersede(rest, why)
}

// wakeAt has the machine stepped no later than at.
func (m *Machine) wakeAt(at time.Time, why string) {
	if before := m.wake; at.After(m.now) {
		if earlier(&m.wake, m.now, at); !m.wake.Equal(before) {
			m.why = why
		}
	}
}

// nameWake says why the machine wakes, where the time alone is known.
func (m *Machine) nameWake() {
	if m.why != "" || m.wake.IsZero() {
		return
	}
	for _, pool := range m.s.Policy.Pools {
		if next := m.pending(pool.Target); next != nil && next.At.Equal(m.wake) {
			m.why = fmt.Sprintf("until the next change: %d → %s", next.From, capacity.Count(next.Units, "unit"))
			return
		}
		if m.s.Targets[pool.Target].RetryAt.Equal(m.wake) {
			m.why = "until units are requested again that were not reached"
			return
		}
	}
	m.why = "until " + m.wake.Format(time.RFC3339) + ", when an order, a freeze or a ramp limit ends"
}

package executor

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// takeRequest removes a request in flight; false if there is none of that ID.
func (m *Machine) takeRequest(id int) (request, bool) {
	i := slices.IndexFunc(m.requests, func(r request) bool { return r.id == id })
	if i < 0 {
		return request{}, false
	}
	r := m.requests[i]
	m.requests = slices.Delete(m.requests, i, i+1)
	return r, true
}

// asked continues an action with what its target answered.
func (m *Machine) asked(e Asked) {
	r, ok := m.takeRequest(e.ID)
	if !ok {
		return
	}
	at, outcome := r.attempt, e.Outcome
	target := at.Action.Target
	if f := e.Failure; f != nil {
		switch f.Kind { //nolint:exhaustive // all others are settled
		case TargetBusy:
			m.postpone(at, f)
		case Stopped:
			m.stopped(at, f)
		case Led:
			m.led(at)
		case Outdated:
			m.ordersRead = false
			m.again(at, m.now)
		default:
			m.endStop(target)
			t := m.s.Targets[target]
			t.Postponed = nil
			m.s.Targets[target] = t
			outcome.Action = at.Action
			m.settle(at, outcome, f)
		}
		if _, ok := m.s.pool(target); !ok {
			m.giveUp(target, leftPolicy)
		}
		return
	}
	outcome.Asked = clamp(outcome.Asked, r.at, m.now)
	at.Action = outcome.Action
	m.keep(at.Plan, outcome)
	m.s.see(target, outcome.After, m.now)
	m.changed = true
	if outcome.Verdict == capacity.Drifted {
		outcome.Settled = m.now
		m.record(at.Plan, outcome)
		return
	}
	v := Verification{ID: m.id(), Attempt: at, Outcome: outcome, Until: m.now.Add(m.patience(target))}
	m.s.Verifying = append(m.s.Verifying, v)
	m.beginVerification(v)
}

// keep remembers what an action wrote or found.
func (m *Machine) keep(plan string, o capacity.Outcome) {
	m.endStop(o.Action.Target)
	t := m.s.Targets[o.Action.Target]
	t.Requested, t.Known, t.Possible, t.At, t.Plan = o.Action.Units, true, nil, m.now, plan
	t.RetryAt, t.Postponed = time.Time{}, nil
	if t.Wanted != nil && *t.Wanted < o.Action.Units { // it was found at more, and keeps that for now
		t.Wanted = &o.Action.Units
	}
	if o.Verdict == capacity.Drifted {
		t.Requested, t.Conflict = o.After.Units, o.Note
	}
	if t.Planned == nil {
		n := o.Before.Units
		t.Planned = &n
	}
	m.s.Targets[o.Action.Target] = t
}

// patience is how long units of a target may need to serve before they count as
// missing.
func (m *Machine) patience(target capacity.TargetName) time.Duration {
	return time.Duration(m.rules.VerifyLeadTimes)*m.s.leadTime(target) + m.rules.VerifyExtra
}

// beginVerification waits until the units of an action serve. IDs of a run that was
// continued are not used again.
func (m *Machine) beginVerification(v Verification) {
	m.nextID = max(m.nextID, v.ID)
	m.emit(Verify{ID: v.ID, Outcome: v.Outcome, Within: max(0, v.Until.Sub(m.now))})
}

// verified settles an action whose units serve, or do not.
func (m *Machine) verified(e Verified) {
	i := slices.IndexFunc(m.s.Verifying, func(v Verification) bool { return v.ID == e.ID })
	if i < 0 {
		return
	}
	v := m.s.Verifying[i]
	m.s.Verifying = slices.Delete(slices.Clone(m.s.Verifying), i, i+1)
	action, outcome, failure := v.Attempt.Action, e.Outcome, e.Failure
	if failure == nil {
		m.s.see(action.Target, outcome.After, m.now)
	} else {
		outcome = v.Outcome
	}
	failed := failure != nil || outcome.Verdict == capacity.Failed || outcome.Verdict == capacity.Short
	if t := m.s.Targets[action.Target]; failed && !m.canceled && t.replaced(v.Outcome) {
		// A number that is no longer wanted is neither taken back nor replaced.
		m.settle(v.Attempt, replaced(outcome, t.Requested, m.now), nil)
		return
	}
	m.settle(v.Attempt, outcome, failure)
}

// replaced is the outcome of an action whose target was asked for another number.
func replaced(o capacity.Outcome, units capacity.Units, now time.Time) capacity.Outcome {
	o.Verdict, o.Settled, o.Note = capacity.Superseded, now, fmt.Sprintf("the target was asked for %s meanwhile", capacity.Count(units, "unit"))
	return o
}

// settle compensates what failed or was broken off, has another pool asked for what is
// missing, and records the outcome.
func (m *Machine) settle(at Attempt, outcome capacity.Outcome, failure *Failure) {
	target := at.Action.Target
	switch {
	case failure != nil && failure.Kind != Uncertain:
		outcome.Verdict, outcome.Note, outcome.Settled = capacity.Failed, failure.Text, m.now
		m.markUncertain(at.Action, failure)
	case failure != nil || outcome.Verdict == capacity.Failed:
		m.rollbacks = append(m.rollbacks, rollback{attempt: at, outcome: outcome, failure: failure, verified: !outcome.Asked.IsZero()})
		return
	case outcome.Verdict == capacity.Done || outcome.Verdict == capacity.AlreadySo:
		m.s.endSubstitutions(target)
		t := m.s.Targets[target]
		t.Failures = 0
		m.s.Targets[target] = t
	}
	m.conclude(at, outcome, failure)
}

// conclude records an outcome, and has another pool asked for what is missing.
func (m *Machine) conclude(at Attempt, outcome capacity.Outcome, failure *Failure) {
	m.changed = true
	m.record(at.Plan, outcome)
	if len(at.Tried) > 0 && outcome.Verdict == capacity.Failed {
		m.s.cancelSubstitution(at.Action.Target)
	}
	if failure != nil && failure.Kind == NoUnits || outcome.Verdict == capacity.Short {
		m.substitute(at, outcome)
	}
}

// rollBackNext takes back the cuts that failed, of targets that are free.
func (m *Machine) rollBackNext() {
	var waiting []rollback
	for _, back := range m.rollbacks {
		action := back.attempt.Action
		switch t := m.s.Targets[action.Target]; {
		case m.asking(action.Target):
			waiting = append(waiting, back)
		case back.verified && t.replaced(back.outcome):
			m.conclude(back.attempt, replaced(back.outcome, t.Requested, m.now), nil)
		default:
			if !back.verified && t.Known {
				action.From = t.Requested // the plan may have expected another number
			}
			if back.expect = slices.Clone(t.Possible); t.Known {
				back.expect = []capacity.Units{t.Requested}
			}
			r := request{id: m.id(), attempt: back.attempt, at: m.now, back: &back}
			m.requests = append(m.requests, r)
			m.emit(RollBack{ID: r.id, Action: action})
		}
	}
	m.rollbacks = waiting
}

// rolledBack concludes an action that failed.
func (m *Machine) rolledBack(e RolledBack) {
	r, ok := m.takeRequest(e.ID)
	if !ok {
		return
	}
	back, outcome, action := r.back, e.Outcome, r.attempt.Action
	if e.Failure != nil {
		outcome = capacity.Outcome{Action: action, Before: back.outcome.Before, After: back.outcome.After, Verdict: capacity.Failed, Note: e.Failure.Text, Settled: m.now}
		m.markUncertain(action, back.failure)
	} else {
		outcome.Asked, outcome.Settled = clamp(outcome.Asked, r.at, m.now), m.now
		t := m.s.Targets[action.Target]
		if t.Requested != outcome.After.Units || outcome.Before.Units != outcome.After.Units {
			t.At = m.now
		}
		t.Requested, t.Known, t.Possible = outcome.After.Units, true, nil
		switch found := outcome.Before.Units; {
		case found != action.Units && found != action.From && len(back.expect) > 0 && !slices.Contains(back.expect, found):
			t.Conflict = outcome.Note // somebody else asked for it
		case t.Requested != action.Units:
			m.retryLater(&t, action, back.failure)
			t.Failures++
		}
		m.s.Targets[action.Target] = t
		m.s.see(action.Target, outcome.After, m.now)
	}
	if back.failure != nil {
		outcome.Note = errors.Join(errors.New(back.failure.Text), errors.New(outcome.Note)).Error()
	}
	m.conclude(r.attempt, outcome, back.failure)
}

// markUncertain remembers that a target may hold what it held before an action, or what
// the action asked for; of one that was never asked before, that it may hold any number.
func (m *Machine) markUncertain(action capacity.Action, failure *Failure) {
	t, asked := m.s.Targets[action.Target]
	switch {
	case asked && t.Known:
		t.Possible = []capacity.Units{t.Requested, action.Units}
	case len(t.Possible) > 0 && !slices.Contains(t.Possible, action.Units):
		t.Possible = append(slices.Clone(t.Possible), action.Units)
	}
	t.Known = false
	m.retryLater(&t, action, failure)
	t.Failures++
	m.s.Targets[action.Target] = t
}

// retryLater notes when the number of a failed action is requested again, unless another
// one is wanted by now, or changes are stopped: those keep their own time.
func (m *Machine) retryLater(t *Target, action capacity.Action, failure *Failure) {
	if t.Postponed == nil && t.Stopped == "" && (t.Wanted == nil || *t.Wanted == action.Units) {
		t.RetryAt = m.retryAt(action, failure)
	}
}

// retryAt is when the number of a failed action is requested again: soon if the reason
// may pass, and what a ramp limits at the pace of the ramp, since later numbers are
// reached through this one. Cuts and ramps are repeated more slowly after several
// failures. Zero: not before another number is wanted.
func (m *Machine) retryAt(action capacity.Action, failure *Failure) time.Time {
	pool, ok := m.s.pool(action.Target)
	if !ok {
		return time.Time{}
	}
	rate := pool.Ramp.Up
	if action.Units < action.From {
		rate = pool.Ramp.Down
	}
	passing := failure != nil && failure.Passing
	pace := m.rules.FailureRetry
	switch {
	case passing && action.Units > action.From:
		return m.now.Add(m.slow(pace))
	case rate.Limited():
		pace = max(rate.Per, m.patience(action.Target))
	case !passing:
		return time.Time{}
	}
	return m.now.Add(m.slow(pace << min(m.s.Targets[action.Target].Failures, m.rules.RetryDoublings)))
}

// postpone keeps an action that its target was too busy to accept.
func (m *Machine) postpone(at Attempt, failure *Failure) {
	t := m.s.Targets[at.Action.Target]
	if t.Postponed == nil {
		t.Postponed = &Postponed{Attempt: at, Since: m.now}
		m.s.note("%s: the target of %s is busy, %d units are requested again every %v: %s", m.now.Format(time.RFC3339), at.Action.ID, at.Action.Units, m.slow(m.rules.BusyRetry), failure.Text)
		m.changed = true
	}
	m.begins(&t, at.Action)
	t.Postponed.Tries++
	t.Postponed.Why = failure.Text
	t.RetryAt = m.now.Add(m.slow(m.rules.BusyRetry))
	m.s.Targets[at.Action.Target] = t
}

// stopped keeps an action while somebody has stopped changes outside of Headroom.
func (m *Machine) stopped(at Attempt, failure *Failure) {
	target := at.Action.Target
	if m.s.Targets[target].Stopped == "" {
		m.stopBegins(fmt.Sprintf("changes of %s are stopped", target), failure.Text)
	}
	m.again(at, m.now.Add(m.slow(m.rules.StopRetry)))
	t := m.s.Targets[target]
	t.Stopped, m.changed = failure.Text, true
	m.s.Targets[target] = t
}

// again has an action that was not sent requested again at a time.
func (m *Machine) again(at Attempt, when time.Time) {
	t := m.s.Targets[at.Action.Target]
	if t.Postponed == nil {
		t.Postponed = &Postponed{Attempt: at, Since: m.now}
	}
	m.begins(&t, at.Action)
	t.RetryAt = when
	m.s.Targets[at.Action.Target] = t
}

// own reports whether an action is one of the plan's.
func (m *Machine) own(a capacity.Action) bool {
	return slices.ContainsFunc(m.actions[a.Target], func(planned capacity.Action) bool { return planned.ID == a.ID })
}

// begins lets a target that was never written to hold the number that an action of the
// plan begins with.
func (m *Machine) begins(t *Target, a capacity.Action) {
	untouched := !t.Known && len(t.Possible) == 0 && t.Failures == 0 && t.At.IsZero()
	if untouched && m.own(a) {
		t.Possible = []capacity.Units{a.From}
	}
}

// resume is the attempt that a target is to repeat, if the same number is wanted still.
// Any other is given up.
func (m *Machine) resume(target capacity.TargetName, units capacity.Units) (Attempt, bool) {
	b := m.s.Targets[target].Postponed
	if b == nil {
		return Attempt{}, false
	}
	if b.Plan == m.s.Plan.ID && b.Action.Units == units {
		return b.Attempt, true
	}
	m.giveUp(target, fmt.Sprintf("%d units are wanted now", units))
	return Attempt{}, false
}

// giveUp records that a target never accepted its action.
func (m *Machine) giveUp(target capacity.TargetName, why string) {
	t := m.s.Targets[target]
	b := t.Postponed
	if b == nil || m.requesting(b.Action) { // its answer decides
		return
	}
	t.Postponed, t.Wanted = nil, nil
	if t.Stopped == "" { // otherwise it is tried again then
		t.RetryAt = time.Time{}
	}
	m.s.Targets[target] = t
	if len(b.Tried) > 0 {
		m.s.cancelSubstitution(target)
	}
	outcome := capacity.Outcome{Action: b.Action, Verdict: capacity.Failed, Asked: b.Since, Settled: m.now}
	outcome.Note = fmt.Sprintf("the target accepted no change for %v, in %d attempts; then %s: %s", m.now.Sub(b.Since).Round(time.Second), b.Tries, why, b.Why)
	if b.Tries == 0 { // it was never sent
		outcome.Verdict, outcome.Note = capacity.Superseded, why
	}
	m.record(b.Plan, outcome)
}

// requesting reports whether an action is in flight.
func (m *Machine) requesting(a capacity.Action) bool {
	return slices.ContainsFunc(m.requests, func(r request) bool { return r.back == nil && r.attempt.Action.ID == a.ID })
}

// giveUpAll is giveUp for all targets.
func (m *Machine) giveUpAll(why string) {
	for _, pool := range m.s.Policy.Pools {
		m.giveUp(pool.Target, why)
	}
}

package executor

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// A candidate is a pool that is to take over units once its target is free.
type candidate struct {
	attempt Attempt
	sub     Substitution
}

// substitute looks for a pool that takes over what an action did not get.
func (m *Machine) substitute(at Attempt, outcome capacity.Outcome) {
	s, action := &m.s, at.Action
	own, ok := s.pool(action.Target)
	missing := action.Units - outcome.After.Serving
	if outcome.Verdict == capacity.Failed { // nothing was written
		missing = action.Units - action.From
	}
	if !ok || missing <= 0 || at.Plan != s.Plan.ID || s.Aborted != nil || m.canceled {
		return
	}
	find := search{id: m.id(), attempt: at, missing: missing, tried: slices.Concat(at.Tried, []string{own.Name})}
	var targets []capacity.TargetName
	for _, pool := range s.Policy.Pools {
		if !slices.Contains(find.tried, pool.Name) {
			targets = append(targets, pool.Target)
		}
	}
	if len(targets) == 0 {
		s.note("%s lacks %s, and no other pool has room: a load of %s is not covered", own.Name, capacity.Count(missing, "unit"), capacity.Figure(float64(missing)*own.UnitRate))
		return
	}
	m.searches = append(m.searches, find)
	m.emit(ReadTargets{ID: find.id, Targets: targets, Summary: fmt.Sprintf("find a pool to replace %s of %s", capacity.Count(missing, "unit"), own.Name)})
}

// targetsRead chooses the pool that takes over: the first in merit order, by price per
// unit of load, that has room below its Max, with at most as many units as its ramp
// allows at once. The budget does not count while load is not served. A pool whose
// state could not be read is passed over.
func (m *Machine) targetsRead(e TargetsRead) {
	i := slices.IndexFunc(m.searches, func(s search) bool { return s.id == e.ID })
	if i < 0 {
		return
	}
	find, s := m.searches[i], &m.s
	m.searches = slices.Delete(m.searches, i, i+1)
	at := find.attempt
	own, ok := s.pool(at.Action.Target)
	if !ok || at.Plan != s.Plan.ID || s.Aborted != nil || m.canceled {
		return // a newer plan has read what is missing
	}
	m.changed = true
	left := float64(find.missing) * own.UnitRate
	pools := slices.DeleteFunc(slices.Clone(s.Policy.Pools), func(p capacity.Pool) bool {
		return slices.Contains(find.tried, p.Name) || !(p.UnitRate > 0)
	})
	slices.SortStableFunc(pools, func(p, q capacity.Pool) int {
		return cmp.Compare(p.Price/p.UnitRate, q.Price/q.UnitRate)
	})
	lacks := capacity.Count(find.missing, "unit")
	for _, pool := range pools {
		state, read := e.States[pool.Target]
		if !read {
			continue
		}
		extra := min(capacity.Units(math.Ceil(left/pool.UnitRate*(1-1e-9))), pool.Max-state.Units)
		if pool.Ramp.Up.Limited() {
			extra = min(extra, pool.Ramp.Up.Units)
		}
		if extra <= 0 {
			continue
		}
		if _, why := m.mayTakeOver(pool); why != "" {
			s.note("%s lacks %s, and %s may not take over: %s", own.Name, lacks, pool.Name, why)
			continue
		}
		why := fmt.Sprintf("%s lacks %s: %s takes over with %d more", own.Name, lacks, pool.Name, extra)
		s.note("%s", why)
		if left = max(0, left-float64(extra)*pool.UnitRate); left > 0 {
			s.note("a load of %s is not covered still", capacity.Figure(left))
		}
		first := at.First
		if first == "" {
			first = at.Action.Target
		}
		action := capacity.Action{
			ID: at.Action.ID + "/" + pool.Name, Target: pool.Target, At: m.now, Due: m.now.Add(pool.LeadTime),
			From: state.Units, Units: state.Units + extra, Why: why,
		}
		m.candidates = append(m.candidates, candidate{
			Attempt{Plan: at.Plan, Action: action, First: first, Tried: find.tried},
			Substitution{For: first, Target: pool.Target, Units: extra, Why: why},
		})
		return
	}
	s.note("%s lacks %s, and no other pool has room: a load of %s is not covered", own.Name, lacks, capacity.Figure(left))
}

// mayTakeOver is the number that a pool is to be asked for now anyway, and why it may not
// take over units of another pool: nothing may be requested of it, or an exact number is
// ordered.
func (m *Machine) mayTakeOver(pool capacity.Pool) (units capacity.Units, why string) {
	status := m.status(pool)
	d := m.rules.Decide(status)
	exactly := slices.ContainsFunc(status.Overrides, func(o capacity.Override) bool {
		return status.concerns(o) && o.Holds(m.now) && !o.AtLeast
	})
	if !d.Ask || exactly {
		return 0, d.Why
	}
	return d.Units, ""
}

// substituteNext asks the pools that take over, of targets that are free. One that was
// asked for more meanwhile is asked for so many more than that.
func (m *Machine) substituteNext() {
	var waiting []candidate
	for _, c := range m.candidates {
		target := c.sub.Target
		if m.asking(target) {
			waiting = append(waiting, c)
			continue
		}
		if c.attempt.Plan != m.s.Plan.ID {
			continue // a newer plan has read what is missing
		}
		pool, ok := m.s.pool(target)
		if !ok {
			continue // it left the policy
		}
		units, why := m.mayTakeOver(pool)
		if why != "" {
			m.s.note("%s may not take over %s: %s", pool.Name, capacity.Count(c.sub.Units, "unit"), why)
			continue
		}
		m.giveUp(target, c.sub.Why)
		t := m.s.Targets[target]
		action := &c.attempt.Action
		if t.Known && t.Requested != action.From {
			action.Units, action.From = t.Requested+c.sub.Units, t.Requested
		}
		action.Units = max(min(action.Units, pool.Max), units)
		m.s.Substitutions = append(m.s.Substitutions, c.sub)
		units, base := action.Units, action.From
		if t.Wanted = &units; t.Planned == nil {
			t.Planned = cmp.Or(m.begun(target), &base)
		}
		m.s.Targets[target] = t
		m.ask(c.attempt, []capacity.Units{action.From}, false)
	}
	m.candidates = waiting
}

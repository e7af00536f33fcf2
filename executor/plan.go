package executor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// CheckOffer refuses a plan that cannot be taken over.
func (m *Machine) CheckOffer(o Offer) error {
	newest := m.s.Plan
	for _, other := range m.s.Offers {
		newest = other.Plan
	}
	switch {
	case m.s.Aborted != nil && m.ordersRead:
		return fmt.Errorf("aborted by %s: %s", m.s.Aborted.By, m.s.Aborted.Why)
	case m.canceled:
		return errors.New("the run was canceled and is about to end: offer the plan to the next one")
	case o.Plan.Now.Before(newest.Now):
		return fmt.Errorf("plan %s is older than %s, which is being carried out", o.Plan.ID, newest.ID)
	}
	return nil
}

// offer keeps a plan until it is read. A repeat changes nothing.
func (m *Machine) offer(o Offer) {
	if o.Plan.ID == m.s.Plan.ID || m.Waits(o.Plan.ID) {
		return
	}
	delete(m.unreadable, o.Plan.ID)
	if m.s.Plan.ID == "" && len(m.s.Offers) == 0 && m.s.Clock.Speed == 0 {
		m.s.Clock = o.Clock // the run began without a plan, on the wall clock
	}
	m.s.Offers = append(m.s.Offers, o)
}

// load has the plan that is carried out read, and then those that were offered, oldest
// first.
func (m *Machine) load() {
	plan := m.s.Plan
	if plan.ID == "" || m.loaded != nil {
		next := slices.IndexFunc(m.s.Offers, func(o Offer) bool {
			_, read := m.read[o.Plan.ID]
			return !read
		})
		if next < 0 {
			return
		}
		plan = m.s.Offers[next].Plan
	}
	if m.loading == "" {
		m.loading = plan.ID
		m.emit(LoadPlan{plan})
	}
}

// planLoaded goes on with the plan that is carried out, or takes over the newest one that
// was offered, once that is read.
func (m *Machine) planLoaded(e PlanLoaded) {
	if m.loading != e.Plan {
		return
	}
	m.loading, m.changed = "", true
	if e.Plan == m.s.Plan.ID {
		m.use(e)
		return
	}
	m.read[e.Plan] = e
	m.takeNewest()
}

// takeNewest takes over the newest plan that was offered, if it is read. Of those offered
// before it, nothing is carried out; until then it is not known that it can be read, and
// they are kept.
func (m *Machine) takeNewest() {
	last := len(m.s.Offers) - 1
	if last < 0 {
		return
	}
	offer := m.s.Offers[last]
	e, read := m.read[offer.Plan.ID]
	if !read {
		return
	}
	for _, older := range m.s.Offers[:last] {
		m.recordSuperseded(older.Plan.ID, open(m.read[older.Plan.ID]), "plan "+offer.Plan.ID+" took over before it was due")
	}
	m.s.Offers, m.read = nil, map[string]PlanLoaded{}
	m.takeOver(offer, e)
}

// open is the actions of a plan without an outcome.
func open(e PlanLoaded) []capacity.Action {
	var left []capacity.Action
	begun := map[capacity.TargetName]int{}
	for _, action := range e.Actions {
		if begun[action.Target]++; begun[action.Target] > e.Settled[action.Target] {
			left = append(left, action)
		}
	}
	return left
}

// planUnreadable goes on without a plan that can never be read: the plan that is
// carried out stays in force, and what its targets run.
func (m *Machine) planUnreadable(e PlanUnreadable) {
	if m.loading != e.Plan || m.canceled { // a read that the end of the run broke off says nothing
		return
	}
	m.loading, m.changed = "", true
	m.unreadable[e.Plan] = e.Why
	text := fmt.Sprintf("Plan %s cannot be read: ", e.Plan)
	if e.Plan == m.s.Plan.ID {
		m.loaded, m.actions = &PlanLoaded{Plan: e.Plan}, map[capacity.TargetName][]capacity.Action{}
		text += "its targets keep what they run until a newer plan comes."
	} else {
		m.s.Offers = slices.DeleteFunc(slices.Clone(m.s.Offers), func(o Offer) bool { return o.Plan.ID == e.Plan })
		text += "it is not carried out."
		m.takeNewest()
		if m.s.Plan.ID != "" {
			text += fmt.Sprintf(" Plan %s stays in force.", m.s.Plan.ID)
		}
	}
	m.s.BadPlan = fmt.Sprintf("%s: %s %s", m.now.Format(time.RFC3339), text, e.Why)
	m.audit(audit.Record{ID: "unreadable/" + e.Plan, Kind: audit.Failed, Plan: e.Plan, Text: text, Why: e.Why})
}

// takeOver carries out a newer plan from now on.
func (m *Machine) takeOver(o Offer, e PlanLoaded) {
	s := &m.s
	if old := s.Plan; old.ID != "" {
		why := "plan " + o.Plan.ID + " took over before it was due"
		m.supersedeRest(why)
		m.giveUpAll(why)
		m.emit(Report{Plan: old, Replaced: why})
		m.renew()
	}
	policy := e.Policy
	if o.InForce != nil {
		policy = under(policy, *o.InForce)
	}
	m.leave(policy)
	s.Plan, s.Policy, s.By, s.Why, s.Ended, s.TakenAt = o.Plan, policy, e.By, e.Why, "", s.Seq
	s.Next, s.Aborted, s.BadPlan, m.ending = map[capacity.TargetName]int{}, nil, "", ""
	m.use(e)
}

// use begins with what was read of the plan that is carried out.
func (m *Machine) use(e PlanLoaded) {
	s := &m.s
	m.loaded, m.actions = &e, map[capacity.TargetName][]capacity.Action{}
	for _, action := range e.Actions {
		m.actions[action.Target] = append(m.actions[action.Target], action)
	}
	s.Most = e.Most
	for i, pool := range s.Policy.Pools {
		if j := slices.IndexFunc(e.Pools, func(p capacity.Pool) bool { return p.Name == pool.Name && p.Target == pool.Target }); j >= 0 {
			s.Policy.Pools[i] = bounded(e.Pools[j], pool)
		}
		if state, seen := e.Seen[pool.Target]; seen {
			s.see(pool.Target, state, m.now)
		}
	}
	for _, action := range e.Actions {
		target := action.Target
		s.Next[target] = max(s.Next[target], e.Settled[target])
		if _, ok := s.pool(target); !ok {
			m.supersedeLeft(target)
		}
	}
}

// bounded is the pool of a plan with the bounds and ramp of the policy in force.
func bounded(plan, inForce capacity.Pool) capacity.Pool {
	plan.Min, plan.Max, plan.Ramp = inForce.Min, inForce.Max, inForce.Ramp
	return plan
}

// renew forgets what a newer plan has read anew.
func (m *Machine) renew() {
	s := &m.s
	for _, pool := range s.Policy.Pools {
		target := pool.Target
		t := s.Targets[target]
		switch {
		case t.Conflict != "":
			delete(s.Targets, target)
		case t.Planned != nil:
			n := *t.Planned + s.extra(target)
			if s.Extended == s.Plan.ID {
				n = max(n, s.kept(pool)) // the newer plan begins with what it has found
			}
			t.Planned = &n
			s.Targets[target] = t
		}
	}
	s.Substitutions = nil
	kept := map[capacity.TargetName]Target{} // without those that left, and answered after that
	for _, pool := range s.Policy.Pools {
		if t, asked := s.Targets[pool.Target]; asked {
			kept[pool.Target] = t
		}
	}
	s.Targets = kept
}

// applyPolicy lets the policy in force count for the plan that is carried out: its
// control at once, and the bounds and ramps of pools that it still has. A pool that it
// no longer has is left as it is; one that is new waits for a plan.
func (m *Machine) applyPolicy(p capacity.Policy) {
	s := &m.s
	s.Offers = slices.Clone(s.Offers)
	for i := range s.Offers {
		s.Offers[i].InForce = &p
	}
	if s.Plan.ID == "" {
		s.Policy = p
		return
	}
	m.leave(p)
	s.Policy = under(s.Policy, p)
	s.Floor.Look, m.changed = time.Time{}, true
}

// under is the policy of a plan with what counts at once of the policy in force: its
// control, and the bounds and ramps of the pools that it still has.
func under(plan, inForce capacity.Policy) capacity.Policy {
	pools := plan.Pools[:0:0]
	for _, pool := range plan.Pools {
		if i := slices.IndexFunc(inForce.Pools, func(q capacity.Pool) bool { return q.Target == pool.Target }); i >= 0 {
			pool.Name = inForce.Pools[i].Name
			pools = append(pools, bounded(pool, inForce.Pools[i]))
		}
	}
	plan.Pools, plan.Control, plan.Notify = pools, inForce.Control, inForce.Notify
	return plan
}

// leftPolicy is why nothing more is requested of a target.
const leftPolicy = "the target is no longer in the policy"

// supersedeLeft gives the actions that are not begun of a target that left the policy
// their outcome.
func (m *Machine) supersedeLeft(target capacity.TargetName) {
	actions := m.actions[target]
	if next := m.s.Next[target]; next < len(actions) {
		m.supersede(actions[next:], leftPolicy)
		m.s.Next[target] = len(actions)
	}
}

// leave leaves the targets that a policy no longer has as they are, and says so.
func (m *Machine) leave(p capacity.Policy) {
	s := &m.s
	for _, pool := range s.Policy.Pools {
		target := pool.Target
		if slices.ContainsFunc(p.Pools, func(q capacity.Pool) bool { return q.Target == target }) {
			continue
		}
		m.giveUp(target, leftPolicy)
		m.supersedeLeft(target)
		t, asked := s.Targets[target]
		sight, seen := s.Seen[target]
		if !asked && !seen {
			continue
		}
		if len(ahead(s.Timetables[target], m.now)) > 0 {
			m.writeTimetable(target, nil)
		}
		left := LeftTarget{Target: target, Units: t.Requested, Known: t.Known, At: m.now}
		if !t.Known && seen {
			left.Units, left.Known = sight.State.Units, true
		}
		m.audit(audit.Record{ID: fmt.Sprintf("left/%s/%s", target, m.now.UTC().Format(time.RFC3339Nano)), Kind: audit.Left, Text: left.text(), Why: "the target left the policy"})
		s.Left = append(s.Left, left)
		s.Left = s.Left[max(0, len(s.Left)-remembered):]
		delete(s.Targets, target)
		delete(s.Seen, target)
	}
	s.Left = slices.DeleteFunc(s.Left, func(l LeftTarget) bool {
		return slices.ContainsFunc(p.Pools, func(q capacity.Pool) bool { return q.Target == l.Target })
	})
}

// extends is when the most units of the plan's last day are requested if no newer plan
// has come: so long before the plan ends that they serve then, but only in its last
// part. Zero: there is no plan.
func (m *Machine) extends() time.Time {
	plan := m.s.Plan
	if plan.ID == "" {
		return time.Time{}
	}
	lead := time.Duration(0)
	for _, pool := range m.s.Policy.Pools {
		lead = max(lead, pool.LeadTime)
	}
	part := time.Duration(float64(max(0, plan.End.Sub(plan.Now))) * m.rules.ExtendShare)
	return plan.End.Add(-min(lead, part))
}

// extendsFor is extends for one target: actions of the plan that are not overdue come
// first.
func (m *Machine) extendsFor(target capacity.TargetName) time.Time {
	at := m.extends()
	next := m.pending(target)
	if next == nil || next.At.After(m.now) {
		return at
	}
	late := m.rules.Overdue
	if speed := m.s.Clock.Speed; speed != 0 {
		late = time.Duration(float64(late) * speed)
	}
	if due := next.At.Add(late); due.After(at) {
		return due
	}
	return at
}

// extend records, once for each plan, that it ends before a newer one has come.
func (m *Machine) extend() {
	s := &m.s
	if s.Plan.ID == "" {
		return
	}
	m.wakeAt(m.extends(), "until the plan is about to end")
	m.wakeAt(s.Plan.End, "until the plan ends")
	if s.Extended == s.Plan.ID || m.now.Before(m.extends()) {
		return
	}
	s.Extended, m.changed = s.Plan.ID, true
	m.audit(audit.Record{
		ID: "extended/" + s.Plan.ID, Kind: audit.Extended, Text: s.extension() + " " + s.keptUnits(),
		Why: "see `headroom status " + s.Service + "` for why no plan was made",
	})
}

// over reports on a plan that has ended, once all that it asked for is settled. Again is
// when a decision may change by itself.
func (m *Machine) over(again time.Time) {
	s := &m.s
	if s.Plan.ID == "" || s.Ended != "" || m.now.Before(s.Plan.End) {
		return
	}
	if m.ending != s.Plan.ID {
		if len(m.requests) > 0 {
			return // what is due waits for its target
		}
		if !again.IsZero() && !m.retriedAt(again) {
			return // something is still to be decided
		}
		m.ending = s.Plan.ID
		m.supersedeRest("the plan ended before it could be requested")
	}
	if len(m.requests)+len(m.rollbacks)+len(m.searches)+len(m.candidates)+len(s.Verifying)+m.records > 0 {
		return
	}
	m.ending = ""
	s.Ended, _ = m.ended()
	m.changed = true
}

// retriedAt reports whether something is requested again at a time.
func (m *Machine) retriedAt(at time.Time) bool {
	return slices.ContainsFunc(m.s.Policy.Pools, func(p capacity.Pool) bool { return m.s.Targets[p.Target].RetryAt.Equal(at) })
}

// extension says that a plan ends before a newer one has come.
func (s *State) extension() string {
	return fmt.Sprintf("Plan %s ends at %s and no newer one has come: the most units of its last day are held until one comes.", s.Plan.ID, s.Plan.End.Format(time.RFC3339))
}

// keptUnits is what the pools are held at when the plan has ended.
func (s *State) keptUnits() string {
	var all []string
	for _, pool := range s.Policy.Pools {
		all = append(all, fmt.Sprintf("%s: %d units", pool.Name, s.kept(pool)))
	}
	return strings.Join(all, ", ") + "."
}

// kept is what a pool is held at when the plan has ended.
func (s *State) kept(pool capacity.Pool) capacity.Units {
	return max(pool.Min, min(s.Most[pool.Target], pool.Max))
}

package event

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// planRaises decides which limits are raised. A limit that an earlier run raised is
// restored to what it was before that, unless somebody else has changed it since.
func planRaises(s *State, earlier []Raise) {
	s.Raised = nil
	for _, r := range earlier {
		r.Answered, r.Outcome = true, ""
		s.Raised = append(s.Raised, r)
	}
	for i, need := range s.Pools {
		if i >= len(s.Limits) || s.Limits[i] < 0 {
			continue
		}
		s.raise(need.Target, s.Limits[i], s.Most[i])
	}
}

// raise plans to raise the limit of a target to at least most.
func (s *State) raise(target capacity.TargetName, limit, most capacity.Units) {
	i := slices.IndexFunc(s.Raised, func(r Raise) bool { return r.Target == target && r.Outcome == "" })
	if i >= 0 && s.Raised[i].Ours(limit) {
		r := &s.Raised[i]
		if !r.Answered { // another pool of the same target
			r.To = max(r.To, most)
			return
		}
		if limit < most {
			r.Wrote = append(slices.Clone(r.Wrote), r.To)
			r.Seen, r.To, r.Answered = limit, most, false
		}
		return
	}
	if i >= 0 {
		r := &s.Raised[i]
		r.Outcome, r.Note = Changed, foreign(*r, limit)
		s.note(r.Note)
	}
	if limit < most {
		s.Raised = append(s.Raised, Raise{Target: target, From: limit, To: most, Seen: limit})
	}
}

// foreign says that somebody else has changed a limit.
func foreign(r Raise, limit capacity.Units) string {
	return fmt.Sprintf("the upper limit of %s is %d, and not the %d that was written: somebody else changed it, so it was left alone; before it was %d", r.Target, limit, r.To, r.From)
}

// Verdict is what is to be done about a raised limit that is now limit: whether it
// is to be written back to From, and if not, what became of it and a sentence that
// says so.
func (r Raise) Verdict(limit capacity.Units) (write bool, outcome Outcome, note string) {
	switch {
	case limit == r.From:
		return false, Restored, fmt.Sprintf("the upper limit of %s is %d, as it was before", r.Target, r.From)
	case r.Ours(limit):
		return true, Restored, fmt.Sprintf("the upper limit of %s is %d again", r.Target, r.From)
	}
	return false, Changed, foreign(r, limit)
}

// restored takes what became of the limits. Those that have to be tried again are,
// for as long as the rule is patient; the orders are cleared again first, since the
// conductor may have ended before it went back to its plan.
func (m *Machine) restored(now time.Time, ev LimitsRestored) {
	s := m.s
	if s.Phase != Restoring {
		return
	}
	for _, l := range ev.Limits {
		i := slices.IndexFunc(s.Raised, func(r Raise) bool { return r.Target == l.Target && r.Outcome == "" })
		if i < 0 {
			continue
		}
		s.Raised[i].Outcome, s.Raised[i].Note = l.Outcome, l.Note
		if l.Outcome != "" {
			s.note(l.Note)
		}
	}
	if ev.Err != "" {
		s.Pause = now.Add(s.Tuning.RestoreRound)
	}
	patient := m.rule.patient(s, now)
	for i := range s.Raised {
		r := &s.Raised[i]
		if !m.rule.open(*r) {
			continue
		}
		if ev.Err != "" {
			r.Note = ev.Err
		}
		if !patient {
			r.Outcome = Left
		}
	}
	if len(s.Orders) > 0 && m.restorable() {
		s.Phase = Releasing
	}
}

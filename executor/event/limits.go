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
		before := s.Limits[i]
		if i < len(s.Bases) {
			before = s.Bases[i]
		}
		s.raise(need.Target, s.Limits[i], before, s.Most[i])
	}
}

// raise plans to raise the limit of a target to at least most. Where other events have
// raised it from before to limit, it counts as before: it is not to be lowered below
// most when they end.
func (s *State) raise(target capacity.TargetName, limit, before, most capacity.Units) {
	i := slices.IndexFunc(s.Raised, func(r Raise) bool { return r.Target == target && r.Outcome == "" })
	if i >= 0 && (s.Raised[i].Ours(limit) || before < limit && s.Raised[i].From == before) {
		r := &s.Raised[i]
		if !r.Answered { // another pool of the same target
			r.To = max(r.To, most)
			return
		}
		if before < most {
			if !slices.Contains(r.Wrote, r.To) {
				r.Wrote = append(slices.Clone(r.Wrote), r.To)
			}
			r.Seen, r.To, r.Answered = limit, most, false
		}
		return
	}
	if i >= 0 {
		r := &s.Raised[i]
		r.Outcome, r.Note = Changed, foreign(r.Target, limit, r.To, r.From)
		s.note(r.Note)
	}
	if before < most {
		s.Raised = append(s.Raised, Raise{Target: target, From: before, To: most, Seen: limit})
	}
}

// foreign says that somebody else has changed a limit.
func foreign(target capacity.TargetName, limit, wrote, before capacity.Units) string {
	return fmt.Sprintf("the upper limit of %s is %d, and not the %d that was written: somebody else changed it, so it was left alone; before it was %d", target, limit, wrote, before)
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
		if l.Stopped {
			s.Stopped = now
		}
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

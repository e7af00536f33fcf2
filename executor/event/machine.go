package event

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// A Machine prepares an event. Make one with [New].
type Machine struct {
	s    *State
	rule rule
}

// Step takes what has happened, and returns what to do now.
func (m *Machine) Step(now time.Time, ev Event) []Effect {
	if _, full := ev.(Full); full {
		return []Effect{ContinueAsNew{}}
	}
	m.apply(now, ev)
	m.advance(now)
	command := m.command(now)
	stage, text := m.report(now)
	report := Report{Stage: stage, New: stage != m.s.Stage, Text: text}
	m.s.Stage = stage
	return []Effect{report, command}
}

// apply puts what has happened into the state.
func (m *Machine) apply(now time.Time, ev Event) {
	s := m.s
	switch ev := ev.(type) {
	case Started:
		if s.RestoreOnly && s.Phase == Sizing {
			m.end(now)
		}
	case Canceled:
		s.Canceled = true
		if !m.ending() {
			m.end(now)
		}
	case Sized:
		if s.Phase == Sizing {
			m.sized(now, ev)
		}
	case Checked:
		m.checked(now, ev)
	case Counted:
		if s.Phase == Counting {
			m.counted(ev)
		}
	case Recalled:
		m.recalled(ev)
	case Recorded:
		m.recorded(ev)
	case LimitRaised:
		m.raised(ev)
	case Held:
		m.held(now, ev)
	case Released:
		m.released(ev)
	case LimitsRestored:
		m.restored(now, ev)
	}
}

// advance goes on to the next phase where the time or the state ask for it.
func (m *Machine) advance(now time.Time) {
	s := m.s
	if s.Phase == Sizing && len(s.Pools) > 0 {
		s.Phase = Checking
	}
	if s.Phase == Waiting && !now.Before(m.rule.begin(s)) {
		s.Phase = Rechecking
	}
	if s.Phase == Raising && m.next() < 0 {
		s.Phase, s.Changed = Holding, now
	}
	if s.Phase == Holding && !now.Before(s.Event.To) {
		if s.Ready.IsZero() {
			s.note("what the event needed never served all at once")
		}
		m.end(now)
	}
	if s.Phase == Finding && s.Recalled { // it is known, or was read before anything was raised
		s.Phase = Releasing
	}
	if s.Phase == Releasing && len(s.Orders) == 0 {
		s.Phase = Restoring
	}
	if s.Phase == Restoring && !m.restorable() {
		s.Phase = Closing
		if !s.Recalled || len(s.Raised) == 0 && len(s.Orders) == 0 {
			s.Phase = Done // nothing was stored
		}
	}
}

// command is what is to be done in the state.
func (m *Machine) command(now time.Time) Effect {
	s, t := m.s, m.s.Tuning
	if now.Before(s.Pause) && (s.Phase == Holding || s.Phase == Releasing || s.Phase == Restoring) {
		return Wait{Until: s.Pause}
	}
	switch s.Phase { //nolint:exhaustive // nothing is left to do once it is done
	case Sizing:
		return Size{}
	case Checking, Rechecking:
		return Check{Pools: s.Pools}
	case Waiting:
		return Wait{Until: earlier(m.rule.begin(s), now.Add(t.Longest))}
	case Counting:
		return Count{Pools: s.Pools}
	case Recalling, Finding:
		return Recall{}
	case Recording:
		return Record{}
	case Raising:
		return RaiseLimit{Raise: s.Raised[m.next()]}
	case Holding:
		return m.hold(now)
	case Releasing:
		return Release{Pools: s.Pools, Orders: s.Orders, Most: s.Most, Before: s.Before}
	case Restoring:
		return RestoreLimits{Limits: m.open(), Every: t.RestoreRound, Rounds: rounds(t.Longest, t.RestoreRound)}
	case Closing:
		return Record{Remove: len(s.Unrestored()) == 0}
	}
	return End{Canceled: s.Canceled, Failure: s.Failure, Left: m.left()}
}

// hold is the next rounds of checks, which end with the event.
func (m *Machine) hold(now time.Time) Effect {
	s, every := m.s, m.rule.every(m.s, now)
	left := s.Event.To.Sub(now)
	if left < every && len(s.Seen) > 0 {
		return Wait{Until: s.Event.To}
	}
	var orders []Order
	for _, o := range s.Orders {
		if !o.Old {
			orders = append(orders, o)
		}
	}
	return Hold{Pools: s.Pools, Orders: orders, Every: every, Rounds: rounds(min(left, s.Tuning.Longest), every), Known: s.Seen}
}

// end begins to take back what was requested and raised.
func (m *Machine) end(now time.Time) { m.s.Phase, m.s.Ending = Finding, now }

// ending reports whether what was requested and raised is being taken back.
func (m *Machine) ending() bool { return !m.s.Ending.IsZero() }

// next is the index of the next limit to raise, or -1.
func (m *Machine) next() int {
	for i, r := range m.s.Raised {
		if !r.Answered {
			return i
		}
	}
	return -1
}

// open is the limits that have still to be restored, as the rule has it.
func (m *Machine) open() (open []Raise) {
	for _, r := range m.s.Raised {
		if m.rule.open(r) {
			open = append(open, r)
		}
	}
	return open
}

// restorable reports whether there is a limit to restore.
func (m *Machine) restorable() bool { return len(m.open()) > 0 }

// left is the limits that could not be restored, in sentences.
func (m *Machine) left() (left []string) {
	for _, r := range m.s.Raised {
		if r.Outcome == Left {
			left = append(left, fmt.Sprintf("the upper limit of %s is left at %d, set it back to %d: %s", r.Target, r.To, r.From, r.Note))
		}
	}
	return left
}

// rounds is how many rounds of a length fit into a time, at least one.
func rounds(in, every time.Duration) int { return max(1, int(in/every)) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// report says where the preparation is: a word, and a sentence.
func (m *Machine) report(now time.Time) (stage, text string) {
	s := m.s
	switch s.Phase { //nolint:exhaustive // nothing is left to do once it is done
	case Sizing:
		return "sizing", "forecasts what it needs"
	case Checking:
		return "checking", "checks the targets for anything that would prevent it"
	case Waiting:
		return "waiting", "waits until " + m.rule.begin(s).Format(time.RFC3339)
	case Rechecking, Counting, Recalling, Recording:
		return "checking again", "checks the targets again"
	case Raising, Holding:
		return m.progress(now)
	case Finding, Releasing, Restoring, Closing:
		text = "releases the units and restores the limits"
		for _, r := range m.open() {
			if r.Note != "" {
				text += fmt.Sprintf("; %s: %s", r.Target, r.Note)
			}
		}
		return "restoring", text
	}
	switch left := m.left(); {
	case len(left) > 0:
		return "left raised", left[0]
	case s.Failure != "":
		return "failed", s.Failure
	case s.Canceled:
		return "called off", "was called off"
	}
	return "done", "is over"
}

// progress is report while units are being requested and held.
func (m *Machine) progress(now time.Time) (stage, text string) {
	s := m.s
	for i, pool := range s.Seen {
		if i < len(s.Pools) {
			text += fmt.Sprintf("%s%s of %d serve in %s", comma(i), capacity.Count(pool.Serving, "unit"), s.Pools[i].Units, s.Pools[i].Pool)
		}
	}
	if text == "" {
		text = "requests its units"
	}
	switch climbs := s.Event.From.Add(-s.Event.Ramp); {
	case !s.Ready.IsZero() && m.served():
		return "holding", text
	case !s.Ready.IsZero() || !now.Before(climbs):
		return "short", text + ": **not all that the event needs**"
	}
	return "raising", text
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

// served reports whether every pool has the units that the event needs.
func (m *Machine) served() bool {
	for i, need := range m.s.Pools {
		if i >= len(m.s.Seen) || m.s.Seen[i].Serving < need.Units {
			return false
		}
	}
	return true
}

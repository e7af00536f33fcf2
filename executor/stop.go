package executor

import (
	"fmt"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// checkStop looks whether all changes are stopped: as long as they are, and regularly
// while a target holds a timetable that it carries out without being asked.
func (m *Machine) checkStop() {
	s := &m.s
	every := m.rules.StopCheck
	switch {
	case s.Stopped != "":
		every = m.rules.StopRetry
	case !m.timetabled():
		return
	}
	if !m.checking && !m.now.Before(s.StopLook) {
		m.checking, s.StopLook = true, m.now.Add(m.slow(every))
		m.emit(CheckStop{})
	}
	m.wakeAt(s.StopLook, "until a stop is looked for again")
}

// timetabled reports whether a target holds slots that are not over.
func (m *Machine) timetabled() bool {
	for _, pool := range m.s.Policy.Pools {
		if len(ahead(m.s.Timetables[pool.Target], m.now)) > 0 {
			return true
		}
	}
	return false
}

// stopChecked notes that changes are stopped, or may be made again.
func (m *Machine) stopChecked(e StopChecked) {
	s := &m.s
	m.checking = false
	if e.Failure != nil {
		return
	}
	if e.Why != "" {
		s.StopLook = m.now.Add(m.slow(m.rules.StopRetry))
	}
	if e.Why == s.Stopped {
		return
	}
	switch {
	case s.Stopped == "":
		m.stopBegins("all changes are stopped", e.Why)
		s.Stopped = e.Why
	case e.Why == "":
		was := s.Stopped
		s.Stopped = ""
		m.stopEnds("changes are no longer stopped", was)
	default:
		s.Stopped = e.Why
	}
	m.changed = true
}

// stopBegins notes and records a stop, unless one for the same reason is in force: a
// stop in the store is met by the requests of all targets.
func (m *Machine) stopBegins(text, why string) {
	if m.stoppedFor(why) {
		return
	}
	m.s.note("%s: %s: %s", m.now.Format(time.RFC3339), text, why)
	m.audit(audit.Record{ID: "stopped/" + m.now.UTC().Format(time.RFC3339Nano), Kind: audit.Stopped, Text: fmt.Sprintf("%s: %s", text, why), Why: why})
}

// stopEnds notes and records the end of a stop, unless it is in force elsewhere.
func (m *Machine) stopEnds(text, why string) {
	if m.stoppedFor(why) {
		return
	}
	m.s.note("%s: %s", m.now.Format(time.RFC3339), text)
	m.audit(audit.Record{ID: "stop-ended/" + m.now.UTC().Format(time.RFC3339Nano), Kind: audit.Stopped, Text: fmt.Sprintf("%s (%s)", text, why), Why: "a change was accepted, or the stop is gone"})
}

// stoppedFor reports whether a stop for that reason is in force.
func (m *Machine) stoppedFor(why string) bool {
	for _, pool := range m.s.Policy.Pools {
		if m.s.Targets[pool.Target].Stopped == why {
			return true
		}
	}
	return m.s.Stopped == why
}

// endStop notes that changes of a target are not stopped any more, if they were.
func (m *Machine) endStop(target capacity.TargetName) {
	t := m.s.Targets[target]
	why := t.Stopped
	if why == "" {
		return
	}
	t.Stopped = ""
	m.s.Targets[target] = t
	m.stopEnds(fmt.Sprintf("changes of %s are no longer stopped", target), why)
}

package executor

import (
	"time"
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
		s.note("%s: all changes are stopped: %s", m.now.Format(time.RFC3339), e.Why)
	case e.Why == "":
		s.note("%s: changes are no longer stopped", m.now.Format(time.RFC3339))
	}
	s.Stopped, m.changed = e.Why, true
}

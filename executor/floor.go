package executor

import (
	"time"
)

// hasFloor reports whether the policy has a floor.
func (s *State) hasFloor() bool {
	return s.Policy.Control.Floor.Wanted() && len(s.Policy.Pools) == 1
}

// lookAtLoad has the floor look at the load when it is time to: once in a step of the
// demand, since nothing is measured more often.
func (m *Machine) lookAtLoad() {
	s := &m.s
	if !s.hasFloor() || s.Plan.ID == "" {
		s.Floor = Floor{}
		return
	}
	if s.Live.Decides {
		return // by the load
	}
	if !m.looking && !m.now.Before(s.Floor.Look) {
		pool := s.Policy.Pools[0]
		units := pool.Min
		if t, asked := s.Targets[pool.Target]; asked {
			units = t.Requested
		} else if next := m.pending(pool.Target); next != nil {
			units = next.From
		}
		s.Floor.Look, m.looking = m.now.Add(m.slow(max(m.rules.FloorPause, s.Policy.Demand.Step))), true
		m.emit(ReadLoad{Policy: s.Policy, Units: units, Memory: s.Floor.FloorResult})
	}
	m.wakeAt(s.Floor.Look, "until the floor looks at the load again")
}

// loadRead keeps what the floor needs. A look that failed, or found nothing measured,
// leaves what it needed last as long as that load is fresh; then the plan stands alone.
func (m *Machine) loadRead(e LoadRead) {
	s := &m.s
	m.looking = false
	switch fresh := max(m.rules.FloorFresh, s.Policy.Demand.Step); {
	case e.Failure == nil && !e.Result.Measured.IsZero():
		s.Floor.FloorResult = e.Result
	case s.Floor.Units > 0 && !m.now.Before(s.Floor.Measured.Add(fresh)):
		s.note("%s: the floor no longer counts, no load was measured since %s", m.now.Format(time.RFC3339), s.Floor.Measured.Format(time.RFC3339))
		s.Floor.Units, s.Floor.Why, m.changed = 0, "", true
	}
}

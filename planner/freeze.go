package planner

import "headroom/capacity"

// freeze is the window in which a change into step t would be asked for.
func (s *sketch) freeze(t int, up bool) capacity.Window {
	at := s.at(t)
	if up {
		at = at.Add(-s.in.Policy.Pools[0].LeadTime)
	}
	if at.Before(s.in.Now) {
		at = s.in.Now
	}
	for _, w := range s.in.Policy.Control.Freeze {
		if w.Holds(at) {
			return w
		}
	}
	return capacity.Window{}
}

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
	w, _, _ := s.in.Policy.Control.Freeze.At(at)
	return w
}

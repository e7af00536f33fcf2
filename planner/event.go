package planner

// event is the name of an announced event that lifts the demand of step t, or
// empty.
func (s *sketch) event(t int) string {
	if len(s.in.Policy.Events) == 0 {
		return ""
	}
	from, step := s.at(t), s.in.Forecast.Step
	for _, e := range s.in.Policy.Events {
		lowers := e.Uplift.Add < 0 || e.Uplift.Factor > 0 && e.Uplift.Factor <= 1
		if !lowers && from.Add(step).After(e.From.Add(-e.Ramp)) && from.Before(e.To.Add(e.Ramp)) {
			return e.Name
		}
	}
	return ""
}

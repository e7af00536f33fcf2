package calendar

import "headroom/capacity"

// Clean prepares s for models without knowledge of zone, holidays and events: with
// gaps where it cannot be load, as [Mask] has it, and with times of day that were
// never measured put between their neighbours. The notes say what was done.
func Clean(s capacity.Series) (capacity.Series, []string) {
	if s.Validate() != nil {
		return s, nil
	}
	p := masked(s)
	p.Series, p.never = fillUnmeasured(p.Series)
	p.tellUnmeasured(plannedFor)
	return p.Series, p.Doubts
}

// Measured is s with gaps where it cannot be load, as [Mask] has it. It puts nothing
// into them, nor into times of day that were never measured. The notes say where
// they are.
func Measured(s capacity.Series) (capacity.Series, []string) {
	if s.Validate() != nil {
		return s, nil
	}
	p := masked(s)
	p.never = unmeasured(p.Series)
	p.tellUnmeasured("these steps are left out")
	return p.Series, p.Doubts
}

// masked is s without what cannot be load, with notes on it.
func masked(s capacity.Series) Prepared {
	p := Prepared{}
	var surges []int
	p.Series, p.Spans, surges = mask(s)
	p.noteSpans(s.Step)
	p.tellSurges(s, surges)
	return p
}

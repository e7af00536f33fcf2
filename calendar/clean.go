package calendar

import "headroom/capacity"

// Clean prepares s for models without knowledge of zone, holidays and events: with
// gaps where it cannot be load, as [Mask] has it, and with times of day that were
// never measured put between their neighbours. The notes say what was done.
func Clean(s capacity.Series) (capacity.Series, []string) {
	if s.Validate() != nil {
		return s, nil
	}
	p := Prepared{}
	p.Series, p.Spans = Mask(s)
	p.noteSpans(s.Step)
	p.Series, p.never = fillUnmeasured(p.Series)
	p.tellUnmeasured()
	return p.Series, p.Doubts
}

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
	var surges []int
	p.Series, p.Spans, surges = mask(s)
	p.noteSpans(s.Step)
	p.tellSurges(s, surges)
	p.Series, p.never = fillUnmeasured(p.Series)
	p.tellUnmeasured()
	return p.Series, p.Doubts
}

package pipeline

import (
	"math"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// build makes the plan of [planner.Build], and raises it by [planner.Raise] to the
// policy's floor at the load that s, the history, measured last. What is no longer
// [Fresh] does not show what the load is now. Its errors are those of planner.Build.
func build(in planner.Input, s capacity.Series) (capacity.Plan, error) {
	plan, err := planner.Build(in)
	if err != nil {
		return plan, err
	}
	load, _ := NewestLoad(s, in.Now)
	return planner.Raise(in, plan, load), nil
}

// Fresh is how long a measurement shows what the load is now.
const Fresh = time.Hour

// NewestLoad is the last measurement that is still [Fresh], or of the step before
// where steps are longer, and when its step ended; NaN if there is none.
func NewestLoad(s capacity.Series, now time.Time) (float64, time.Time) {
	oldest := now.Add(-max(Fresh, s.Step))
	for i := s.Len() - 1; i >= 0 && s.At(i+1).After(oldest); i-- {
		if v := s.Values[i]; !math.IsNaN(v) && !s.At(i).After(now) {
			return v, s.At(i + 1)
		}
	}
	return math.NaN(), time.Time{}
}

package activities

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// Build makes the plan of [planner.Build], and lifts it by [planner.Raise] to the
// policy's floor at the load that s, the history, measured last. What is older
// than an hour does not tell what the load is now. Its errors are those of
// planner.Build.
func Build(in planner.Input, s capacity.Series) (capacity.Plan, error) {
	plan, err := planner.Build(in)
	if err != nil {
		return plan, err
	}
	return planner.Raise(in, plan, latest(s, in.Now)), nil
}

// build is Build by the stored history, which only a floor needs.
func (a *Activities) build(ctx context.Context, in planner.Input, table capacity.Ref) (capacity.Plan, error) {
	if !in.Policy.Control.Floor.Wanted() {
		return planner.Build(in)
	}
	s, err := a.series(ctx, table, in.Policy.Demand)
	if err != nil {
		return capacity.Plan{}, err
	}
	return Build(in, s)
}

// latest is the value of [newest].
func latest(s capacity.Series, now time.Time) float64 {
	v, _ := newest(s, now)
	return v
}

// newest is the last measurement that is still [Fresh], or of the step before
// where steps are longer, and when its step ended; NaN if there is none.
func newest(s capacity.Series, now time.Time) (float64, time.Time) {
	oldest := now.Add(-max(Fresh, s.Step))
	for i := s.Len() - 1; i >= 0 && s.At(i+1).After(oldest); i-- {
		if v := s.Values[i]; !math.IsNaN(v) && !s.At(i).After(now) {
			return v, s.At(i + 1)
		}
	}
	return math.NaN(), time.Time{}
}

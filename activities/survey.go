package activities

import (
	"context"
	"fmt"

	"headroom/capacity"
)

// SurveyInput is what an event needs of the targets of its pools.
type SurveyInput struct {
	Clock capacity.Clock
	Pools []Sized
}

// A Raise is an upper bound that has to be moved before a target can be asked for
// what an event needs.
type Raise struct {
	Target   capacity.TargetName
	From, To capacity.Units
}

// SurveyResult is what stands in the way of an event.
type SurveyResult struct {
	Raises []Raise
	Most   []capacity.Units // that may be asked for, of what is needed, in the order of the pools
	// Findings are what an operator should know, each with its remedy; Blocked
	// those of them that no raise helps against.
	Findings []string
	Blocked  []string
}

// Survey looks at the targets of an event and changes nothing: which bounds have
// to be raised, which quota is too low, and what would go wrong. Its errors are
// those of [capacity.Limited] and [capacity.Inspected].
func (a *Activities) Survey(ctx context.Context, in SurveyInput) (out SurveyResult, err error) {
	defer cross(&err)
	for _, pool := range in.Pools {
		out.Most = append(out.Most, pool.Units)
		target, err := a.Targets(pool.Target, a.on(in.Clock))
		if err != nil {
			return out, err
		}
		if inspected, ok := target.(capacity.Inspected); ok {
			findings, err := inspected.Inspect(ctx)
			if err != nil {
				return out, err
			}
			for _, f := range findings {
				text := fmt.Sprintf("%s: %s", pool.Target, f.Text)
				out.Findings = append(out.Findings, text)
				if f.Blocks {
					out.Blocked = append(out.Blocked, text)
				}
			}
		}
		limited, ok := target.(capacity.Limited)
		if !ok {
			continue
		}
		limits, err := limited.Limits(ctx)
		if err != nil {
			return out, err
		}
		if limits.Quota > 0 && pool.Units > limits.Quota {
			text := fmt.Sprintf("%s: the event needs %s, and the quota is %d: have it raised", pool.Target, capacity.Count(pool.Units, "unit"), limits.Quota)
			out.Findings, out.Blocked = append(out.Findings, text), append(out.Blocked, text)
			out.Most[len(out.Most)-1] = limits.Quota
		}
		if most := out.Most[len(out.Most)-1]; limits.Max < most {
			out.Raises = append(out.Raises, Raise{Target: pool.Target, From: limits.Max, To: most})
		}
	}
	return out, nil
}

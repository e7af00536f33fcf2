package pipeline

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// What three measurements in a row should not all miss on one side: an interval
// of 95 %, which with independent errors happens once in 32,000 steps, and by so
// much that it may matter for a plan.
const (
	likelyFrom    = 0.025
	likelyTo      = 0.975
	consecutive   = 3
	materialError = 0.05 // of the median
)

// Anomaly says that the last three measurements of s, all made since the forecast,
// were above or all below its interval of 95 %, and some way off its median. It is
// empty if they were not.
func Anomaly(s capacity.Series, f capacity.Forecast) string {
	above, below := 0, 0
	var since time.Time
	for i := s.Len() - 1; i >= max(0, s.Len()-consecutive); i-- {
		t := int(s.At(i).Sub(f.Start) / f.Step)
		if s.At(i).Before(f.Start) || t >= f.Steps() || math.IsNaN(s.Values[i]) {
			return ""
		}
		since = s.At(i)
		v, median := s.Values[i], f.Quantile(0.5, t)
		switch far := math.Abs(v-median) > materialError*median; {
		case far && v > f.Quantile(likelyTo, t):
			above++
		case far && v < f.Quantile(likelyFrom, t):
			below++
		}
	}
	side := "above"
	switch consecutive {
	case above:
	case below:
		side = "below"
	default:
		return ""
	}
	return fmt.Sprintf("load has been %s the 95 %% interval of its forecast for %s, since %s", side, capacity.Count(consecutive, "step"), since.UTC().Format(time.RFC3339))
}

// PolicyChanges says in what the policy of a plan differs from the one of now, as far
// as a plan depends on it, one sentence for each event and one for all sections.
func PolicyChanges(then, now capacity.Policy) []string {
	var reasons []string
	for _, e := range now.Events {
		i := slices.IndexFunc(then.Events, func(old capacity.Event) bool { return old.Name == e.Name })
		switch {
		case i < 0:
			reasons = append(reasons, fmt.Sprintf("event %s is new", e.Name))
		case !equalJSON(then.Events[i], e):
			reasons = append(reasons, fmt.Sprintf("event %s has changed", e.Name))
		}
	}
	for _, e := range then.Events {
		if !slices.ContainsFunc(now.Events, func(other capacity.Event) bool { return other.Name == e.Name }) {
			reasons = append(reasons, fmt.Sprintf("event %s is gone", e.Name))
		}
	}
	var sections []string
	for _, section := range []struct {
		name      string
		then, now any
	}{
		{"demand", then.Demand, now.Demand},
		{"forecast", then.Forecast, now.Forecast},
		{"capacity", then.Pools, now.Pools},
		{"objective", then.Objective, now.Objective},
		{"control", then.Control, now.Control},
	} {
		if !equalJSON(section.then, section.now) {
			sections = append(sections, section.name)
		}
	}
	if len(sections) > 0 {
		reasons = append(reasons, "the policy has changed: "+strings.Join(sections, ", "))
	}
	return reasons
}

// equalJSON compares as a stored plan does: by what is written. Policies are plain
// data, so writing them never fails.
func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

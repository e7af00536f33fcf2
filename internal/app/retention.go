package app

import (
	"fmt"
	"strings"
	"time"

	"headroom/activities/pruning"
	"headroom/policy"
)

// retentionFrom reads for how long what nothing in force needs is kept:
//
//	HEADROOM_RETENTION   plans=30d,history=14d,reports=7d,models=30d,fleets=14d,regret=400d,damaged=90d
//
// What is not named has that default.
func retentionFrom(value func(name, fallback string) string) (pruning.Retention, error) {
	var r pruning.Retention
	kept := map[string]*time.Duration{
		"plans": &r.Plans, "history": &r.History, "reports": &r.Reports, "models": &r.Models, "fleets": &r.Fleets, "regret": &r.Regret, "damaged": &r.Damaged,
	}
	text := value("HEADROOM_RETENTION", "")
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == ' ' }) {
		name, long, _ := strings.Cut(part, "=")
		if kept[name] == nil {
			return r, fmt.Errorf("HEADROOM_RETENTION names %q: write such as plans=30d,reports=7d, of plans, history, reports, models, fleets, regret and damaged", name)
		}
		d, err := policy.ParseDuration(long)
		if err != nil {
			return r, fmt.Errorf("HEADROOM_RETENTION, %s: %w", name, err)
		}
		least := 24 * time.Hour
		if name == "plans" {
			least = pruning.Least
		}
		if d < least {
			return r, fmt.Errorf("HEADROOM_RETENTION keeps %s for %s: keep them for %d days or more", name, long, least/(24*time.Hour))
		}
		*kept[name] = d
	}
	return r, nil
}

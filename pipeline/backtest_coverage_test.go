package pipeline

import (
	"strings"
	"testing"

	"headroom/capacity"
)

// TestWithCoverage: a plan says when the backtest's quantile nearest to its own held
// less than it should.
func TestWithCoverage(t *testing.T) {
	tests := map[string]struct {
		quantile, level, share float64
		says                   string
	}{
		"P97.5 held 92.5 %": {0.975, 0.975, 0.925, "P97.5 of blend held 92.5% of the measurements, so load may exceed it 3.0 times as often"},
		"P95 held 86.7 %":   {0.95, 0.95, 0.867, "P95 of blend held 86.7%"},
		"the nearest level": {0.9766, 0.975, 0.5, "P97.5 of blend"},
		"right":             {0.975, 0.975, 0.974, ""},
		"a little less":     {0.975, 0.975, 0.951, ""},
		"less than a point": {0.999, 0.999, 0.9905, ""},
		"more":              {0.9, 0.9, 0.97, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			score := capacity.Score{Model: "blend", Coverage: []capacity.Coverage{{Level: 0.05, Share: 0}, {Level: test.level, Share: test.share}}}
			plan := withCoverage(capacity.Plan{Quantile: test.quantile}, score)
			if plan.Coverage == nil || *plan.Coverage != score.Coverage[1] {
				t.Errorf("the coverage is %+v, want %+v", plan.Coverage, score.Coverage[1])
			}
			if notes := strings.Join(plan.Notes, ""); !strings.Contains(notes, test.says) || test.says == "" && notes != "" {
				t.Errorf("the notes are %q, want %q", notes, test.says)
			}
		})
	}
	if plan := withCoverage(capacity.Plan{Quantile: 0.9}, capacity.Score{}); plan.Coverage != nil || plan.Notes != nil {
		t.Errorf("without a backtest the plan has %+v and %q", plan.Coverage, plan.Notes)
	}
}

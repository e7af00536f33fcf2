package unitrate_test

import (
	"math"
	"testing"
	"time"

	"headroom/planner/unitrate"
)

func TestRateLoss(t *testing.T) {
	r := unitrate.Rate{Units: 11, Contention: 0.01, Coherency: 0.001}
	// 1 − 1/(1 + 0.01·10 + 0.001·110)
	if got, want := r.Loss(), 1-1/1.21; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (unitrate.Rate{Units: 11}).Loss(); got != 0 {
		t.Errorf("got %v without contention, want 0", got)
	}
}

func TestRateString(t *testing.T) {
	for name, c := range map[string]struct {
		rate unitrate.Rate
		want string
	}{
		"line": {unitrate.Rate{Rate: 82.5, Low: 81.9, High: 83.04, Form: unitrate.Line, Samples: 2016}, "82.5 (81.9 to 83 with 90% confidence), by a line through 2016 steps"},
		"bound": {
			unitrate.Rate{Rate: 30, Low: 30, High: 90, Form: unitrate.Bend, Samples: 300, Seen: 30, AtLeast: true},
			"at least 30, the highest load per unit that was seen, by a bent line through 300 steps",
		},
		"capped": {
			unitrate.Rate{Rate: 60, Low: 60, High: 143, Form: unitrate.Line, Samples: 300, Capped: true},
			"60, which is what the newest day shows (all samples: 60 to 143 with 90% confidence), by a line through 300 steps",
		},
		"changed": {
			unitrate.Rate{Rate: 60, Low: 58, High: 62, Form: unitrate.Proportion, Samples: 144, Since: time.Date(2025, 4, 6, 10, 0, 0, 0, time.UTC)},
			"60 (58 to 62 with 90% confidence), by a proportion of load per unit to utilisation through 144 steps since Sun 6 Apr 10:00, when what a unit serves changed",
		},
		"scaling": {
			unitrate.Rate{Rate: 50, Low: 49, High: 51, Form: unitrate.Contention, Samples: 300, Units: 11, Contention: 0.01},
			"50 (49 to 51 with 90% confidence), by a line that the number of units makes steeper through 300 steps; among 11 units each serves 9.1% less than alone",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.rate.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

package unitrate_test

import (
	"math"
	"testing"

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
			unitrate.Rate{Rate: 45, Low: 45, High: 90, Form: unitrate.Bend, Samples: 300, Seen: 30, AtLeast: true},
			"at least 45, for a unit never had more than 30, by a bent line through 300 steps",
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

package plan

import (
	"testing"
	"time"

	"headroom/capacity"
)

// TestSameForecast: what --set changes needs a forecast of its own where it may change
// the load that is read, or the choice of the model.
func TestSameForecast(t *testing.T) {
	for name, test := range map[string]struct {
		byCost bool
		change func(p *capacity.Policy)
		want   bool
	}{
		"nothing":                {false, func(*capacity.Policy) {}, true},
		"the objective":          {false, func(p *capacity.Policy) { p.Objective.Missing = 80 }, true},
		"the horizon":            {false, func(p *capacity.Policy) { p.Forecast.Horizon = time.Hour }, false},
		"by cost, nothing":       {true, func(*capacity.Policy) {}, true},
		"by cost, the objective": {true, func(p *capacity.Policy) { p.Objective.Missing = 80 }, false},
		"by cost, a price":       {true, func(p *capacity.Policy) { p.Pools = []capacity.Pool{{Price: 3}} }, false},
		"by cost, a freeze":      {true, func(p *capacity.Policy) { p.Control.Freeze.Windows = []capacity.Window{{}} }, true},
	} {
		a := capacity.Policy{Forecast: capacity.Outlook{Horizon: 24 * time.Hour, ByCost: test.byCost}, Pools: []capacity.Pool{{Price: 1}}, Objective: capacity.Objective{Missing: 40}}
		b := a
		test.change(&b)
		if got := sameForecast(a, b); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}

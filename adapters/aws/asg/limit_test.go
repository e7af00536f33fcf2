package asg_test

import (
	"testing"

	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

func TestLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limiting capacity.Limiting
		max      int
		writes   int
		want     error
		says     string
	}{
		"raise":             {capacity.Limiting{From: 20, Max: 40}, 40, 1, nil, ""},
		"lower":             {capacity.Limiting{From: 20, Max: 6}, 6, 1, nil, ""},
		"already so":        {capacity.Limiting{From: 10, Max: 20}, 20, 0, nil, ""},
		"drifted":           {capacity.Limiting{From: 10, Max: 40}, 20, 0, capacity.ErrDrifted, "it is 20, and was to be 10"},
		"below the minimum": {capacity.Limiting{From: 20, Max: 1}, 20, 0, capacity.ErrOutOfBounds, "MinSize of the group is 2; lower it first"},
		"would end some":    {capacity.Limiting{From: 20, Max: 4}, 20, 0, capacity.ErrTargetBusy, "5 instances are desired"},
		"negative":          {capacity.Limiting{From: 20, Max: -1}, 20, 0, capacity.ErrOutOfBounds, "correct the plan"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(g *awstest.Group) { g.Desired = 5 })
			target := w.target("").(capacity.Limited)
			for range 2 { // a repeat changes nothing more
				err := target.Limit(t.Context(), c.limiting)
				if c.want != nil {
					wantError(t, err, c.want, "set the maximum", "aws-asg://us-east-1/chat", c.says)
				} else if err != nil {
					t.Error(err)
				}
			}
			if got, err := target.Limits(t.Context()); err != nil || (got != capacity.Limits{Max: capacity.Units(c.max)}) {
				t.Errorf("got the limits %+v, %v, want a maximum of %d", got, err, c.max)
			}
			if got := len(w.service.Effects()); got != c.writes {
				t.Errorf("%d writes, want %d", got, c.writes)
			}
		})
	}
}

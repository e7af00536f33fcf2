package inforce

import (
	"fmt"
	"testing"

	"headroom/capacity"
)

func TestInForce_Shown(t *testing.T) {
	plan := func(id, verdict string) *PlanStatus {
		return &PlanStatus{ID: id, Standing: capacity.Standing{Verdict: verdict}}
	}
	for name, c := range map[string]struct {
		f    InForce
		want string
	}{
		"nothing":       {InForce{}, "[]"},
		"carried out":   {InForce{CarriedOut: plan("a", "executing")}, "[{a carried out}]"},
		"waiting":       {InForce{Waiting: plan("b", "waiting")}, "[{b awaiting approval}]"},
		"both":          {InForce{CarriedOut: plan("a", "executing"), Waiting: plan("b", "waiting"), Last: plan("c", "")}, "[{a carried out} {b awaiting approval}]"},
		"ended":         {InForce{Last: plan("c", "executed")}, "[{c executed}]"},
		"never decided": {InForce{Last: plan("c", "")}, "[{c made last, not carried out}]"},
	} {
		if got := fmt.Sprint(c.f.shown()); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

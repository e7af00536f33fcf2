package policies_test

import (
	"slices"
	"strings"
	"testing"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
)

// TestSignSchedules: a worker signs what a schedule starts for who may plan; every role
// may, unless the policy gives the permission to some. What is over all services is for
// owners.
func TestSignSchedules(t *testing.T) {
	planners := `
    - {name: leads, who: [ann], may: [pause, plan]}
    - {name: operators, who: [bob], may: [pause]}`
	plan := policies.Schedule{ID: "headroom/chat/plan", Service: "chat", Start: "due/chat/plan", Order: map[string]any{"Service": "chat"}}
	all := policies.Schedule{ID: "headroom/*/plan", Service: "chat", Start: "fleet/plan"}
	for name, test := range map[string]struct {
		roles, by string
		schedules []policies.Schedule
		want      string // part of the refusal; empty: they are signed
	}{
		"any role":                      {roles, "bob", []policies.Schedule{plan}, ""},
		"no role":                       {roles, "eve", []policies.Schedule{plan}, "eve may not plan it: the policy gives them no role; ask leads (ann) or operators (bob)"},
		"a role with the permission":    {planners, "ann", []policies.Schedule{plan}, ""},
		"a role without the permission": {planners, "bob", []policies.Schedule{plan}, "the role operators may not plan it; ask leads (ann)"},
		"no roles":                      {"", "eve", []policies.Schedule{plan}, ""},
		"all services, an owner":        {"", "olga", []policies.Schedule{plan, all}, ""},
		"all services, another":         {roles, "ann", []policies.Schedule{plan, all}, "a schedule over all services is for an owner"},
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, policies.Access{Verified: true, Owners: []string{"olga"}})
			if err := policies.Force(t.Context(), a.Records.Store, written(t, 40, test.roles), policies.Pointer{}, ""); err != nil {
				t.Fatal(err)
			}
			proofs, err := a.SignSchedules(t.Context(), policies.SignInput{By: test.by, ID: "1", Schedules: test.schedules})
			if test.want != "" {
				if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want) || proofs != nil {
					t.Errorf("got %q, %v, want it refused: %s", proofs, err, test.want)
				}
				if got := recorded(t, a, audit.Refused); len(got) != 1 || !strings.HasPrefix(got[0], test.by+": ") {
					t.Errorf("refused on record: %q", got)
				}
				return
			}
			var want []string
			for _, s := range test.schedules {
				want = append(want, "proof of "+s.ID)
			}
			if err != nil || !slices.Equal(proofs, want) {
				t.Errorf("got %q, %v, want %q", proofs, err, want)
			}
			if got := recorded(t, a, audit.Started); len(got) != 1 || !strings.HasPrefix(got[0], test.by+": "+test.by+": have the schedules made of headroom/chat/plan") {
				t.Errorf("on record: %q", got)
			}
		})
	}
}

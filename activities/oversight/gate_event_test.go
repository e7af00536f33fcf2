package oversight_test

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/activities/oversight"
	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
)

// TestGateEvent: an event passes the gates of a plan: the policy's max, the limits of roles,
// and approval above a size. A refusal is on record.
func TestGateEvent(t *testing.T) {
	from := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	roles := []capacity.Role{
		{Name: "leads", Who: []string{"ann"}, May: []capacity.Permission{capacity.MayEvent, capacity.MayApprove}},
		{Name: "operators", Who: []string{"bob"}, May: []capacity.Permission{capacity.MayEvent}, Units: 20},
		{Name: "savers", Who: []string{"sue"}, May: []capacity.Permission{capacity.MayEvent}, Cost: 30},
	}
	for name, test := range map[string]struct {
		mode  capacity.Mode
		roles []capacity.Role
		by    string
		units capacity.Units // of a pool that is asked for 10
		want  string         // part of the refusal; empty: it passes
	}{
		"small, in mode auto":             {capacity.Auto, roles, "bob", 30, ""},
		"more units than the role may":    {capacity.Auto, roles, "bob", 31, "the role operators may prepare events for by up to 20 units, and this is 21"},
		"more money than the role may":    {capacity.Auto, roles, "sue", 30, "by up to 30 in money, and this is 80"},
		"nobody's role":                   {capacity.Auto, roles, "eve", 11, "the policy gives them no role"},
		"more than the policy's max":      {capacity.Auto, nil, "eve", 41, "the event needs 41 units of g5, and its max in the policy in force is 40: raise max"},
		"fewer than now":                  {capacity.Auto, roles, "sue", 2, ""},
		"small, in mode approve":          {capacity.Approve, roles, "bob", 15, ""},
		"large, for who may approve":      {capacity.Approve, roles, "ann", 40, ""},
		"large, for who may not":          {capacity.Approve, roles, "bob", 16, "a plan of the size of the event waits for approval (an action changes 6 units: a person must approve)"},
		"large, for who may not, who may": {capacity.Approve, roles, "bob", 16, "ask leads (ann)"},
		"large, where nobody has a role":  {capacity.Approve, nil, "eve", 40, ""},
		"in mode propose":                 {capacity.Propose, roles, "ann", 11, "control.mode is propose: nothing is carried out"},
	} {
		t.Run(name, func(t *testing.T) {
			a, r, _ := told(t)
			p := capacity.Policy{
				Service: "chat", Pools: []capacity.Pool{{Name: "g5", Target: "sim://chat", Max: 40, Price: 1}},
				Control: capacity.Control{Mode: test.mode, Approval: capacity.Approval{Above: 5}, Roles: test.roles},
			}
			if err := policies.Force(t.Context(), r.Store, p, policies.Pointer{}, ""); err != nil {
				t.Fatal(err)
			}
			err := a.GateEvent(t.Context(), oversight.GateEventInput{
				ID: "r", Service: "chat", At: from.Add(-time.Hour), Who: capacity.Identity{Name: test.by}, Pools: []oversight.EventPool{{Pool: "g5", Units: test.units, Asked: 10}},
				Event: capacity.Event{Name: "launch", From: from, To: from.Add(3 * time.Hour), Ramp: 30 * time.Minute},
			})
			var refused []string
			for record, err := range audit.Read(t.Context(), r.Store, "chat") {
				if err == nil && record.Kind == audit.Refused {
					refused = append(refused, record.By)
				}
			}
			if test.want == "" {
				if err != nil || len(refused) > 0 {
					t.Errorf("got %v, on record %q, want it let pass", err, refused)
				}
				return
			}
			if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it refused: %s", err, test.want)
			}
			if len(refused) != 1 || refused[0] != test.by {
				t.Errorf("refused on record: %q, want one of %s", refused, test.by)
			}
		})
	}
}

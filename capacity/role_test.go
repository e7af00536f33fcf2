package capacity_test

import (
	"errors"
	"strings"
	"testing"

	"headroom/capacity"
)

func TestAdmit(t *testing.T) {
	control := capacity.Control{Roles: []capacity.Role{
		{Name: "operators", Who: []string{"ann", "group:on-call"}, May: []capacity.Permission{capacity.MayOverride, capacity.MayPause}, Units: 10, Cost: 100},
		{Name: "leads", Who: []string{"group:leads"}, May: capacity.Permissions(), Units: 50},
	}}
	ann, dee := capacity.Identity{Name: "ann"}, capacity.Identity{Name: "dee", Groups: []string{"x", "leads"}}
	for name, test := range map[string]struct {
		who  capacity.Identity
		wish capacity.Wish
		says string // empty: it is let pass
	}{
		"by name":            {who: ann, wish: capacity.Wish{Permission: capacity.MayOverride, Units: 10, Cost: 100}},
		"by group":           {who: capacity.Identity{Name: "bob", Groups: []string{"on-call"}}, wish: capacity.Wish{Permission: capacity.MayPause}},
		"that saves":         {who: ann, wish: capacity.Wish{Permission: capacity.MayOverride, Units: 3, Cost: -500}},
		"of the other role":  {who: dee, wish: capacity.Wish{Permission: capacity.MayAbort}},
		"cost without limit": {who: dee, wish: capacity.Wish{Permission: capacity.MayApprove, Units: 50, Cost: 1e9}},

		"too many units": {ann, capacity.Wish{Permission: capacity.MayOverride, Units: 11}, "ann may not override it: the role operators may override by up to 10 units, and this is 11; ask leads (group:leads)"},
		"too much money": {ann, capacity.Wish{Permission: capacity.MayOverride, Units: 1, Cost: 120}, "up to 100 in money, and this is 120; ask leads"},
		"not theirs":     {ann, capacity.Wish{Permission: capacity.MayApprove}, "the role operators may not approve it; ask leads"},
		"no role":        {capacity.Identity{Name: "eve"}, capacity.Wish{Permission: capacity.MayPause}, "the policy gives them no role; ask operators (ann, group:on-call) or leads (group:leads)"},
		"nobody may":     {dee, capacity.Wish{Permission: capacity.MayApprove, Units: 51}, "no role of the policy may: change control.roles"},
		// A name is not a group, whatever it is called.
		"a name like a group": {capacity.Identity{Name: "group:leads"}, capacity.Wish{Permission: capacity.MayAbort}, "no role"},
	} {
		t.Run(name, func(t *testing.T) {
			err := control.Admit(test.who, test.wish)
			switch {
			case test.says == "" && err != nil:
				t.Error(err)
			case test.says != "" && (!errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("got %v, want %v that says %q", err, capacity.ErrRefused, test.says)
			}
		})
	}
	if err := (capacity.Control{}).Admit(capacity.Identity{}, capacity.Wish{Permission: capacity.MayAbort}); err != nil {
		t.Errorf("without roles: %v", err)
	}
}

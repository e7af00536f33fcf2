package capacity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Permission is one thing that a role may let people do.
type Permission string

// The permissions.
const (
	MayApprove  Permission = "approve"
	MayReject   Permission = "reject"
	MayOverride Permission = "override" // and clear overrides
	MayPause    Permission = "pause"    // and resume
	MayAbort    Permission = "abort"
	MayEvent    Permission = "event"  // have an event prepared
	MayPlan     Permission = "plan"   // have it planned, retrained, looked back at and scheduled
	MayPolicy   Permission = "policy" // replace the policy, and retire the service
	MayBase     Permission = "base"   // and what its base locks
)

// Permissions lists them all.
func Permissions() []Permission {
	return []Permission{MayApprove, MayReject, MayOverride, MayPause, MayAbort, MayEvent, MayPlan, MayPolicy, MayBase}
}

// does is the permission as a verb: to do so to a service.
func (p Permission) does() string {
	switch p { //nolint:exhaustive // all others are verbs
	case MayEvent:
		return "prepare events for"
	case MayPolicy:
		return "replace the policy of"
	case MayBase:
		return "change what the base locks in the policy of"
	}
	return string(p)
}

// A Role says what some people may do, up to which size.
type Role struct {
	Name string
	// Who is names of people, and group:NAME for all who are in a group.
	Who []string
	May []Permission
	// Units and Cost are the most that what they do may change, in units and in
	// money; zero: as much as there is.
	Units Units
	Cost  float64
}

// An Identity is who speaks.
type Identity struct {
	Name   string
	Groups []string
	// Verified: a provider of identities has signed it. Otherwise it is what the
	// speaker says, and proves no more than that they reach the server.
	Verified bool
	// Workflow is the ID of the workflow of ours that speaks; empty: a person does.
	Workflow string `json:",omitempty"`
}

// A Wish is what somebody wants to do, and how much it would change.
type Wish struct {
	Permission Permission
	Units      Units
	Cost       float64 // money; at or below zero: it saves
	// At is when a policy is replaced; zero: no freeze of policies stands in the way.
	At time.Time `json:",omitzero"`
	// Locked is the keys that the base of the policy locks and that would change.
	Locked []string `json:",omitempty"`
}

// Holds reports whether the identity has the role.
func (r Role) Holds(who Identity) bool {
	return slices.ContainsFunc(r.Who, func(w string) bool {
		group, isGroup := strings.CutPrefix(w, "group:")
		return isGroup && slices.Contains(who.Groups, group) || !isGroup && w == who.Name
	})
}

// refuses says why the role does not let a wish pass; empty if it does. Every role may
// plan while no role of the policy has that permission.
func (r Role) refuses(w Wish, all []Role) string {
	open := w.Permission == MayPlan && !slices.ContainsFunc(all, func(r Role) bool { return slices.Contains(r.May, MayPlan) })
	switch {
	case open:
		return ""
	case !slices.Contains(r.May, w.Permission):
		return fmt.Sprintf("the role %s may not %s it", r.Name, w.Permission.does())
	case r.Units > 0 && w.Units > r.Units:
		return fmt.Sprintf("the role %s may %s by up to %d units, and this is %d", r.Name, w.Permission.does(), r.Units, w.Units)
	case r.Cost > 0 && w.Cost > r.Cost:
		return fmt.Sprintf("the role %s may %s by up to %s in money, and this is %s", r.Name, w.Permission.does(), Figure(r.Cost), Figure(w.Cost))
	}
	return ""
}

// Admit lets a wish pass, or refuses it with [ErrRefused], the reason and who may
// do it instead. Without roles everybody may do everything.
func (c Control) Admit(who Identity, w Wish) error {
	if err := c.replaces(who, w); err != nil {
		return err
	}
	if len(c.Roles) == 0 {
		return nil
	}
	var reasons, others []string
	for _, r := range c.Roles {
		why := r.refuses(w, c.Roles)
		switch {
		case r.Holds(who) && why == "":
			return nil
		case r.Holds(who):
			reasons = append(reasons, why)
		case why == "":
			others = append(others, fmt.Sprintf("%s (%s)", r.Name, strings.Join(r.Who, ", ")))
		}
	}
	if len(reasons) == 0 {
		reasons = []string{"the policy gives them no role"}
	}
	remedy := "no role of the policy may: change control.roles"
	if len(others) > 0 {
		remedy = "ask " + strings.Join(others, " or ")
	}
	return fmt.Errorf("%s may not %s it: %s; %s: %w", who.Name, w.Permission.does(), strings.Join(reasons, ", "), remedy, ErrRefused)
}

// replaces refuses to have the policy replaced during a freeze of policies, or with what
// its base locks changed, unless a role gives the caller the permission for it.
func (c Control) replaces(who Identity, w Wish) error {
	if w.Permission != MayPolicy {
		return nil
	}
	if window, frozen := WindowAt(c.PolicyFreeze.Windows, w.At); frozen && !w.At.IsZero() {
		others, holds := c.with(c.PolicyFreeze.Except, who)
		if !holds {
			return fmt.Errorf("%s may not replace the policy of it: control.policyFreeze denies that until %s; %s: %w",
				who.Name, window.To.UTC().Format(time.RFC3339), strings.Join(append([]string{"wait until then"}, others...), ", or "), ErrRefused)
		}
	}
	if len(w.Locked) > 0 && len(c.Roles) > 0 {
		others, holds := c.with(MayBase, who)
		if !holds {
			return fmt.Errorf("%s may not change what the base locks (%s); %s: %w",
				who.Name, strings.Join(w.Locked, ", "), strings.Join(append([]string{"leave it as the base has it"}, others...), ", or "), ErrRefused)
		}
	}
	return nil
}

// with reports whether somebody has a permission, and otherwise whom to ask.
func (c Control) with(p Permission, who Identity) (ask []string, holds bool) {
	for _, r := range c.Roles {
		if p == "" || !slices.Contains(r.May, p) {
			continue
		}
		if r.Holds(who) {
			return nil, true
		}
		ask = append(ask, fmt.Sprintf("ask %s (%s)", r.Name, strings.Join(r.Who, ", ")))
	}
	return ask, false
}

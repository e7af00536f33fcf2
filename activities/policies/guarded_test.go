package policies_test

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
)

// TestPutPolicy_Frozen: within a freeze of policies only those replace the policy who have
// the permission that the freeze names, beside the one to replace it.
func TestPutPolicy_Frozen(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // when the change is made
	around := []capacity.Window{{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)}}
	over := []capacity.Window{{From: noon.Add(-time.Hour), To: noon}}
	for name, test := range map[string]struct {
		freeze capacity.PolicyFreeze
		roles  string
		by     string
		want   string // part of the refusal; empty: it is in force
	}{
		"nobody is excepted":              {capacity.PolicyFreeze{Windows: around}, roles, "ann", "control.policyFreeze denies that until 2026-03-01T13:00:00Z; wait until then"},
		"the excepted permission":         {capacity.PolicyFreeze{Windows: around, Except: capacity.MayPause}, roles, "ann", ""},
		"the excepted permission alone":   {capacity.PolicyFreeze{Windows: around, Except: capacity.MayPause}, roles, "bob", "the role operators may not replace the policy of it"},
		"the permission to replace alone": {capacity.PolicyFreeze{Windows: around, Except: capacity.MayAbort}, roles + "\n    - {name: chiefs, who: [cleo], may: [abort]}", "ann", "or ask chiefs (cleo)"},
		"the freeze is over":              {capacity.PolicyFreeze{Windows: over}, roles, "ann", ""},
		"nobody has a role":               {capacity.PolicyFreeze{Windows: around}, "", "ann", "wait until then"},
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, policies.Access{Verified: true})
			first := written(t, 40, test.roles)
			first.Control.PolicyFreeze = test.freeze
			if err := policies.Force(t.Context(), a.Records.Store, first, policies.Pointer{By: "the test"}, ""); err != nil {
				t.Fatal(err)
			}
			_, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 50, roles), By: test.by, ID: "1"})
			settledAs(t, a, test.by, test.want, err)
		})
	}
}

// settledAs checks that a policy is in force, or that it was refused, and the record of
// either.
func settledAs(t *testing.T, a *policies.Policies, by, want string, err error) {
	t.Helper()
	kind := audit.Policy
	if want != "" {
		kind = audit.Refused
		if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it refused: %s", err, want)
		}
	} else if err != nil {
		t.Error(err)
	}
	if got := recorded(t, a, kind); len(got) != 1 || !strings.HasPrefix(got[0], by+": ") {
		t.Errorf("on record as %s: %q, want one of %s", kind, got, by)
	}
}

// TestPutPolicy_Locked: what the base of a policy locks is changed only by who has the
// permission for it, whatever locks the new policy claims.
func TestPutPolicy_Locked(t *testing.T) {
	const platform = roles + "\n    - {name: platform, who: [pia], may: [policy, base]}"
	base := capacity.Base{Name: "tier-1", Hash: strings.Repeat("ab", 32), Locked: []capacity.Lock{{Key: "capacity.pools.max", Value: "60"}, {Key: "control.mode", Value: `"propose"`}}}
	for name, test := range map[string]struct {
		change func(p *capacity.Policy)
		by     string
		want   string
	}{
		"within the bound":         {func(p *capacity.Policy) { p.Pools[0].Max = 60 }, "ann", ""},
		"beyond the bound":         {func(p *capacity.Policy) { p.Pools[0].Max = 61 }, "ann", "ann may not change what the base locks (capacity.pools.max); leave it as the base has it, or ask platform (pia)"},
		"beyond it, by who may":    {func(p *capacity.Policy) { p.Pools[0].Max = 61 }, "pia", ""},
		"another mode":             {func(p *capacity.Policy) { p.Control.Mode = capacity.Auto }, "ann", "(control.mode)"},
		"without the base":         {func(p *capacity.Policy) { p.Base = capacity.Base{} }, "ann", "(capacity.pools.max, control.mode)"},
		"a base that locks less":   {func(p *capacity.Policy) { p.Base.Locked = p.Base.Locked[:1] }, "ann", "(control.mode)"},
		"another hash of the base": {func(p *capacity.Policy) { p.Base.Hash = strings.Repeat("cd", 32) }, "ann", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, policies.Access{Verified: true})
			first := written(t, 40, platform)
			first.Base = base
			if err := policies.Force(t.Context(), a.Records.Store, first, policies.Pointer{By: "the test"}, ""); err != nil {
				t.Fatal(err)
			}
			next := written(t, 50, platform)
			next.Base = base
			test.change(&next)
			_, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: next, By: test.by, ID: "1"})
			settledAs(t, a, test.by, test.want, err)
		})
	}
}

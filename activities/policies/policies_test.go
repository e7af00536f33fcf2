package policies_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/policy"
)

// roles give leads all and operators the permission to pause.
const roles = `
    - {name: leads, who: [ann], may: [pause, policy]}
    - {name: operators, who: [bob], may: [pause]}`

// written is a policy of chat with so many units at most, and with roles or none.
func written(t *testing.T, most int, roles string) capacity.Policy {
	t.Helper()
	text := fmt.Sprintf(`service: chat
demand: {source: "s3://load/", value: requests, step: 10m, timezone: UTC}
capacity: {pools: [{name: a, target: "sim://chat", unitRate: 100, min: 1, max: %d, price: 1, leadTime: 4m}]}
objective: {missing: 40}
`, most)
	if roles != "" {
		text += "control:\n  roles:" + roles + "\n"
	}
	p, _, err := policy.Parse("chat.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// believed takes everybody at their word.
type believed struct{}

func (believed) Identify(_ context.Context, in policies.AdmitInput) (capacity.Identity, error) {
	return capacity.Identity{Name: in.By}, nil
}

// kept is activities on a new store.
func kept(t *testing.T, access policies.Access) *policies.Policies {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return &policies.Policies{Records: records.Records{Store: local.Store{Dir: t.TempDir()}, Now: func() time.Time { return now }}, Identifier: believed{}, Access: access}
}

// recorded is the records of a kind: "by: text".
func recorded(t *testing.T, a *policies.Policies, kind audit.Kind) (all []string) {
	t.Helper()
	for r, err := range audit.Read(t.Context(), a.Records.Store, "chat") {
		if errors.Is(err, capacity.ErrNotFound) {
			return nil
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == kind {
			all = append(all, r.By+": "+r.Text)
		}
	}
	return all
}

// TestPutPolicy: who may put a policy in force is for the policy in force to say, or, if
// there is none, for the worker's settings; what is refused changes nothing and is on record.
func TestPutPolicy(t *testing.T) {
	verified := policies.Access{Verified: true, Owners: []string{"olga"}}
	for name, test := range map[string]struct {
		access policies.Access
		first  string // roles of the policy in force; "none": there is no policy
		by     string
		roles  string // of the policy that is put
		want   string // part of the refusal; empty: it is in force
	}{
		"the first, by an owner":            {verified, "none", "olga", roles, ""},
		"the first, by another":             {verified, "none", "ann", roles, "ann is no owner who may put the first one in force: ask olga"},
		"the first, without owners":         {policies.Access{Verified: true}, "none", "olga", roles, "set HEADROOM_OWNERS"},
		"the first, where nobody is proven": {policies.Access{}, "none", "eve", "", ""},
		"roles, where nobody is proven":     {policies.Access{}, "none", "ann", roles, "set HEADROOM_OIDC_ISSUER at the workers, or remove control.roles"},
		"replaced, by a role that may":      {verified, roles, "ann", "", ""},
		"replaced, by a role that may not":  {verified, roles, "bob", "", "bob may not replace the policy of it: the role operators may not"},
		"replaced, by nobody's role":        {verified, roles, "eve", "", "the policy gives them no role; ask leads (ann)"},
		"replaced, by the owner":            {verified, roles, "olga", "", "the policy gives them no role; ask leads (ann)"},
		"replaced, where nobody has a role": {verified, "", "eve", roles, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, test.access)
			before := ""
			if test.first != "none" {
				if err := policies.Force(t.Context(), a.Records.Store, written(t, 40, test.first), policies.Pointer{By: "the test"}, ""); err != nil {
					t.Fatal(err)
				}
				now, _, err := policies.Current(t.Context(), a.Records.Store, "chat")
				if err != nil {
					t.Fatal(err)
				}
				before = now.Hash
			}
			put := written(t, 4000, test.roles)
			out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: put, By: test.by, Why: "a test", ID: "1"})
			now, _, none := policies.Current(t.Context(), a.Records.Store, "chat")
			if test.want != "" {
				if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want it refused: %s", err, test.want)
				}
				if now.Hash != before || (before == "") != errors.Is(none, capacity.ErrNotFound) {
					t.Errorf("%q is in force, want still %q", now.Hash, before)
				}
				if got := recorded(t, a, audit.Refused); len(got) != 1 || !strings.HasPrefix(got[0], test.by+": ") {
					t.Errorf("refused on record: %q, want one of %s", got, test.by)
				}
				return
			}
			if err != nil || !out.Changed || out.Before != before || out.Hash != now.Hash || now.By != test.by || now.Why != "a test" {
				t.Fatalf("got %+v, %v and %+v in force", out, err, now)
			}
			if got, err := policies.Read(t.Context(), a.Records.Store, "chat", now.Hash); err != nil || got.Pools[0].Max != 4000 {
				t.Errorf("got %+v, %v, want the policy that was put", got, err)
			}
			if got := recorded(t, a, audit.Policy); len(got) != 1 || !strings.HasPrefix(got[0], test.by+": ") {
				t.Errorf("on record: %q, want one change by %s", got, test.by)
			}
		})
	}
}

// few allows policies up to so many units.
type few capacity.Units

func (f few) Check(p capacity.Policy) error {
	if p.Pools[0].Max > capacity.Units(f) {
		return fmt.Errorf("max of pool %q: %w", p.Pools[0].Name, capacity.ErrRefused)
	}
	return nil
}

// TestPutPolicy_Bounds: what the worker's bounds do not allow is refused whoever wants it,
// changes nothing, and is on record with who it was.
func TestPutPolicy_Bounds(t *testing.T) {
	a := kept(t, policies.Access{Verified: true, Owners: []string{"olga"}})
	a.Bounds = few(100)
	_, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 101, roles), By: "olga", ID: "1"})
	if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), `beyond the bounds of the workers: max of pool "a"`) {
		t.Errorf("got %v, want it refused with the key", err)
	}
	if _, _, err := policies.Current(t.Context(), a.Records.Store, "chat"); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("got %v, want no policy in force", err)
	}
	if got := recorded(t, a, audit.Refused); len(got) != 1 || !strings.HasPrefix(got[0], "olga: ") {
		t.Errorf("refused on record: %q, want one of olga", got)
	}
	if _, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 100, roles), By: "olga", ID: "2"}); err != nil {
		t.Errorf("at the bound: %v", err)
	}
}

// TestPutPolicy_Again: a repeat of the request that put it in force answers as that did,
// and another request for the same policy changes nothing and asks nobody.
func TestPutPolicy_Again(t *testing.T) {
	a := kept(t, policies.Access{Verified: true, Owners: []string{"olga"}})
	in := policies.PutInput{Policy: written(t, 40, roles), By: "olga", ID: "1"}
	for range 2 {
		if out, err := a.PutPolicy(t.Context(), in); err != nil || !out.Changed || out.By != "olga" {
			t.Errorf("got %+v, %v, want it changed by olga", out, err)
		}
	}
	in.ID, in.By = "2", "eve"
	if out, err := a.PutPolicy(t.Context(), in); err != nil || out.Changed {
		t.Errorf("got %+v, %v, want nothing changed", out, err)
	}
	if got := recorded(t, a, audit.Policy); len(got) != 1 {
		t.Errorf("on record: %q, want one change", got)
	}
}

// TestPutPolicy_Impossible: a policy that no file could say is refused.
func TestPutPolicy_Impossible(t *testing.T) {
	for name, spoil := range map[string]func(p *capacity.Policy){
		"more at least than at most": func(p *capacity.Policy) { p.Pools[0].Min = 50 },
		"a service in a folder":      func(p *capacity.Policy) { p.Service = "../chat" },
		"a mode that is none":        func(p *capacity.Policy) { p.Control.Mode = "always" },
		"nothing at all":             func(p *capacity.Policy) { *p = capacity.Policy{} },
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, policies.Access{})
			p := written(t, 40, "")
			spoil(&p)
			if out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: p, By: "ann", ID: "1"}); !failure.Is(err, capacity.ErrBadPolicy) {
				t.Errorf("got %+v, %v, want a bad policy", out, err)
			}
		})
	}
}

// TestInForce: whoever knows another policy than the one in force is refused.
func TestInForce(t *testing.T) {
	a := kept(t, policies.Access{})
	if _, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat"}); !failure.Is(err, capacity.ErrNotFound) || !strings.Contains(err.Error(), "headroom policy apply FILE") {
		t.Errorf("got %v, want none in force, with the remedy", err)
	}
	out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{"", out.Hash} {
		if got, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat", Hash: hash}); err != nil || got.Hash != out.Hash || got.Policy.Pools[0].Max != 40 {
			t.Errorf("of the hash %q: got %+v, %v", hash, got, err)
		}
	}
	if _, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat", Hash: "abc"}); !failure.Is(err, capacity.ErrRefused) {
		t.Errorf("got %v, want another policy refused", err)
	}
}

// TestInForce_Damaged: a policy that was changed in the store is not used.
func TestInForce_Damaged(t *testing.T) {
	a := kept(t, policies.Access{})
	out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	key := capacity.PolicyKey("chat", out.Hash)
	data, version, err := a.Records.Store.Get(t.Context(), key)
	if err == nil {
		err = a.Records.Store.Swap(t.Context(), key, []byte(strings.Replace(string(data), `"Max":40`, `"Max":4000`, 1)), version)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat"}); !failure.Is(err, capacity.ErrBadData) {
		t.Errorf("got %+v, %v, want damage", got, err)
	}
}

func (believed) SignStart(_ context.Context, s policies.Schedule) (string, error) {
	return "proof of " + s.ID, nil
}

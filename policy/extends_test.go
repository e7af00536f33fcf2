package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"headroom/capacity"
	"headroom/policy"
)

// extending parses testdata/policies/extends.good.yaml with a text of it, of its base or of
// its prices replaced.
func extending(t *testing.T, old, text string) capacity.Policy {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"extends.good.yaml", "tiers/tier-1.yaml", "prices.yaml"} {
		files[name] = &fstest.MapFile{Data: []byte(strings.Replace(mustRead(t, name), old, text, 1))}
	}
	p, _, err := policy.ParseBeside(files, "extends.good.yaml", strings.NewReader(string(files["extends.good.yaml"].Data)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestExtends_Short: what a team writes itself has at most fifteen lines.
func TestExtends_Short(t *testing.T) {
	if n := strings.Count(mustRead(t, "extends.good.yaml"), "\n"); n > 15 {
		t.Errorf("extends.good.yaml has %d lines", n)
	}
}

// TestExtends_Format: a merged policy is written so that it is read as the same one
// without its base.
func TestExtends_Format(t *testing.T) {
	want := extending(t, "", "")
	got, _ := mustParse(t, policy.Format(want))
	if a, b := encoded(t, want), encoded(t, got); a != b {
		t.Errorf("got\n%s, want\n%s", b, a)
	}
}

func encoded(t *testing.T, p capacity.Policy) string {
	t.Helper()
	data, _, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestExtends_Hash: the hash of a base follows what it says, and neither its comments nor
// its layout.
func TestExtends_Hash(t *testing.T) {
	hash := extending(t, "", "").Base.Hash
	for name, change := range map[string]struct {
		old, text string
		same      bool
	}{
		"a comment":     {"# What the services of tier 1", "# Once more: what the services of tier 1", true},
		"a form":        {"audit: {keep: 400d}", "audit:\n  keep: 400d", true},
		"another order": {"approval: {above: 10 units, expires: 4h}", "approval: {expires: 4h, above: 10 units}", true},
		"a value":       {"keep: 400d", "keep: 500d", false},
		"a lock":        {", audit]", "]", false},
	} {
		if got := extending(t, change.old, change.text).Base.Hash; (got == hash) != change.same {
			t.Errorf("%s: got %.12s after %.12s, want it the same: %t", name, got, hash, change.same)
		}
	}
}

// TestLockedChanges: a policy in the place of another changes what the base locks if a
// value is another one, or a bound is wider than that of the base.
func TestLockedChanges(t *testing.T) {
	now := extending(t, "", "")
	for name, test := range map[string]struct {
		next capacity.Policy
		want string
	}{
		"the same":                        {now, ""},
		"a key of its own":                {extending(t, "missing: 40", "missing: 50"), ""},
		"a bound within that of base":     {extending(t, "max: 20", "max: 40"), ""},
		"a narrower mode":                 {extending(t, "objective: {missing: 40}", "objective: {missing: 40}\ncontrol: {mode: propose}"), ""},
		"a base that changes its value":   {extending(t, "keep: 400d", "keep: 500d"), "audit"},
		"a base that changes its bound":   {extending(t, "max: 40,", "max: 50,"), "capacity.pools.max"},
		"a base that changes other keys":  {extending(t, "up: 10 per 10m", "up: 20 per 10m"), ""},
		"a base without one of its locks": {extending(t, ", audit]", "]"), "audit"},
		"no base": {func() capacity.Policy {
			p := now
			p.Base = capacity.Base{}
			return p
		}(), "audit capacity.pools.max control.approval control.freeze control.mode control.roles"},
		"locks that are only claimed": {func() capacity.Policy {
			p := now
			p.Control.Freeze, p.Control.Mode, p.Pools = capacity.Freeze{}, capacity.Auto, slices.Clone(p.Pools)
			p.Pools[0].Max, p.Audit.Keep, p.Control.Roles = 41, 0, nil
			p.Control.PolicyFreeze.Except = ""
			return p
		}(), "audit capacity.pools.max control.freeze control.mode control.roles"},
	} {
		got, err := policy.LockedChanges(now, test.next)
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, test.want)
		}
	}
	if got, err := policy.LockedChanges(capacity.Policy{}, now); err != nil || got != nil {
		t.Errorf("after a policy without a base: got %q, %v", got, err)
	}
}

func TestChanges(t *testing.T) {
	now := extending(t, "", "")
	for want, next := range map[string]capacity.Policy{
		"":                                       now,
		"merged.hash capacity.pools[0].ramp.up":  extending(t, "up: 10 per 10m", "up: 20 per 10m"),
		"capacity.pools[0].max":                  extending(t, "max: 20", "max: 21"),
		"capacity.pools[0].price.dates[0].price": extending(t, "price: 1.123", "price: 1.124"),
		"owner events[0].name events[0].from events[0].to events[0].ramp events[0].uplift": extending(t, "owner: team-chat", "events: [{name: launch, from: 2026-12-01T09:00, to: 2026-12-01T15:00, uplift: 3x}]"),
	} {
		if got, err := policy.Changes(now, next); err != nil || strings.Join(got, " ") != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// TestCheckBase: a base is checked by itself as by a service that extends it.
func TestCheckBase(t *testing.T) {
	for name, want := range map[string]string{
		"tier-1":     "",
		"level":      "",
		"wrong-keys": "wrong-keys.yaml:3: control.freezes: unknown key",
		"cycle-a":    "cycle-a extends itself",
		"none":       "there is no",
	} {
		path := filepath.Join(folder, policy.Bases, name+".yaml")
		err := policy.CheckBase(os.DirFS(folder), filepath.Join(folder, "x.yaml"), name)
		if want == "" && err != nil || want != "" && (!errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

// TestParse_Alone: a file that is in no folder extends nothing.
func TestParse_Alone(t *testing.T) {
	_, _, err := policy.Parse("chat.yaml", strings.NewReader(mustRead(t, "extends.good.yaml")))
	if err == nil || !strings.Contains(err.Error(), "chat.yaml:4: extends: tiers/tier-1.yaml stands beside a policy file, and this is none; apply it from its file") {
		t.Errorf("got %v", err)
	}
}

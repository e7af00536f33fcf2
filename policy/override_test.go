package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/policy"
)

func overrides(tb testing.TB, texts ...string) []policy.Override {
	tb.Helper()
	var all []policy.Override
	for _, text := range texts {
		o, err := policy.ParseOverride(text)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// TestParse_Overrides: a file with overrides is read as the file that says so
// itself.
func TestParse_Overrides(t *testing.T) {
	const file = `service: chat
demand: {source: s3://load-history/chat/, timezone: UTC}
capacity:
  pools:
    - {name: a, target: sim://a, unitRate: 120, max: 40, price: 1}
    - {name: b, target: sim://b, unitRate: 120, max: 30, price: 2, hold: 5m}
objective: {missing: 40}
`
	for name, tc := range map[string]struct {
		sets []string
		edit []string // pairs: what of the file becomes what
	}{
		"none":              {nil, nil},
		"a number":          {[]string{"objective.missing=80"}, []string{"missing: 40", "missing: 80"}},
		"an entry":          {[]string{"capacity.pools[1].max=50"}, []string{"max: 30", "max: 50"}},
		"the last wins":     {[]string{"objective.missing=60", "objective.missing=80"}, []string{"missing: 40", "missing: 80"}},
		"a new key":         {[]string{"capacity.pools[0].hold=1h"}, []string{"price: 1}", "price: 1, hold: 1h}"}},
		"a new section":     {[]string{"capacity.ramp.up=3 per 10m", "capacity.ramp.down=1 per 5m"}, []string{"capacity:", "capacity:\n  ramp: {up: 3 per 10m, down: 1 per 5m}"}},
		"text with spaces":  {[]string{"objective.budget=900 per day"}, []string{"missing: 40", "missing: 40, budget: 900 per day"}},
		"a list":            {[]string{"control.freeze=[2026-12-24..2026-12-26]"}, []string{"objective:", "control: {freeze: [2026-12-24..2026-12-26]}\nobjective:"}},
		"a whole section":   {[]string{"objective={serviceLevel: 99.9%}"}, []string{"missing: 40", "serviceLevel: 99.9%"}},
		"takes a key back":  {[]string{"objective.missing=", "objective.serviceLevel=99%"}, []string{"missing: 40", "serviceLevel: 99%"}},
		"takes a pool back": {[]string{"capacity.pools[0]="}, []string{"    - {name: a, target: sim://a, unitRate: 120, max: 40, price: 1}\n", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			got, defaults, err := policy.Parse("chat.yaml", strings.NewReader(file), overrides(t, tc.sets...)...)
			if err != nil {
				t.Fatal(err)
			}
			want, wantDefaults := mustParse(t, strings.NewReplacer(tc.edit...).Replace(file))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(wantDefaults, defaults); diff != "" {
				t.Errorf("defaults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParse_BadOverrides(t *testing.T) {
	for name, tc := range map[string]struct {
		sets []string
		want string
	}{
		"value":            {[]string{"capacity.pools[0].max=0"}, `--set capacity.pools[0].max: 0 cannot be; write a whole number from 1 to 1000000`},
		"near":             {[]string{"objective.mising=80"}, `--set objective.mising: unknown key; did you mean missing?`},
		"near section":     {[]string{"objectiv.missing=80"}, `--set objectiv.missing: objectiv: unknown key; did you mean objective?`},
		"other section":    {[]string{"forecast.step=5m"}, `--set forecast.step: unknown key; it belongs under demand`},
		"no strategy":      {[]string{"control.floor=2"}, `--set control.floor: the number 2; choose dynamic or threshold`},
		"two objectives":   {[]string{"objective.serviceLevel=99%"}, `--set objective.serviceLevel: stands beside objective.missing, and each implies the other; remove one of the two`},
		"inside a section": {[]string{"objective={misssing: 3, missing: 4}"}, `--set objective: objective.misssing: unknown key; did you mean missing?`},
		"same name twice":  {[]string{"capacity.pools=[{name: a, target: sim://a, unitRate: 1, max: 1, price: 1}, {name: a, target: sim://b, unitRate: 1, max: 1, price: 1}]"}, `--set capacity.pools: capacity.pools[1].name: a is the pool in --set capacity.pools already; give each a name of its own`},
		"said twice":       {[]string{"control={mode: auto, mode: auto}"}, `--set control: control.mode: said already in --set control; remove one of the two`},
		"nothing to take":  {[]string{"objective.budget="}, `--set objective.budget: the file does not say this; give the key a value, a list as a whole such as [A, B]`},
		"no such entry":    {[]string{"capacity.pools[1].max=3"}, `--set capacity.pools[1].max: [1] is no entry of a list of 1; count them from 0, or set the whole list`},
		"entry of nothing": {[]string{"control.freeze[0]=2026-12-24..2026-12-26"}, `--set control.freeze[0]: the file does not say this; give the key a value, a list as a whole such as [A, B]`},
		"entry of a text":  {[]string{"service[0]=chat"}, `--set service[0]: [0] is no entry of the text "chat"; name a key, or set the whole`},
		"key of a text":    {[]string{"service.name=chat"}, `--set service.name: name is no key of the text "chat"; correct the path, or set the whole`},
		"key of a list":    {[]string{"capacity.pools.max=3"}, `--set capacity.pools.max: max is no key of a list; correct the path, or set the whole`},
		"no YAML":          {[]string{"control.mode=[auto"}, `--set control.mode: no value in YAML; write one as in the file, a text in quotes`},
		"two values":       {[]string{"control.mode=auto\n---\nauto"}, `--set control.mode: more than one value; write one`},
		"only a comment":   {[]string{"control.mode=# auto"}, `--set control.mode: no value in YAML; write one as in the file, a text in quotes`},
		"after the file's": {[]string{"objective.missing=0", "service=Chat"}, "--set objective.missing: 0 cannot be; write the money per missing unit-hour, more than 0\n" + `--set service: "Chat" is not a name; use up to 63 of a-z, 0-9 and -, not starting with -`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := policy.Parse("chat.yaml", strings.NewReader(least), overrides(t, tc.sets...)...)
			if !errors.Is(err, capacity.ErrBadPolicy) {
				t.Fatalf("got %v, want an ErrBadPolicy", err)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseOverride_Bad(t *testing.T) {
	for _, text := range []string{"", "max", "=3", ".max=3", "capacity..max=3", "pools[=3", "pools[x]=3", "[0]=3", "pools[0]max=3", "a b=3", "pools[-1]=3", "pools[9999999]=3"} {
		if got, err := policy.ParseOverride(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

// TestParse_OverrideByHand: a key that ParseOverride would refuse is a mistake.
func TestParse_OverrideByHand(t *testing.T) {
	for _, key := range []string{"", "[0]", "a..b", "]"} {
		_, _, err := policy.Parse("chat.yaml", strings.NewReader(least), policy.Override{Key: key, Value: "1"})
		if !errors.Is(err, capacity.ErrBadPolicy) {
			t.Errorf("%q: got %v, want an ErrBadPolicy", key, err)
		}
	}
}

func FuzzParse_Override(f *testing.F) {
	f.Add(least, "objective.missing=80")
	f.Add(least, "capacity.pools[0].max=")
	f.Add(least, "control.freeze=[2026-12-24..2026-12-26]")
	f.Add("a: [1, {b: *c}]", "a[1].b=&c {d: *c}")
	f.Fuzz(func(t *testing.T, text, set string) {
		o, err := policy.ParseOverride(set)
		if err != nil {
			return
		}
		p, _, err := policy.Parse("fuzz.yaml", strings.NewReader(text), o)
		if err == nil {
			if again, _ := mustParse(t, policy.Format(p)); !cmp.Equal(p, again) {
				t.Errorf("written and read again: %s", cmp.Diff(p, again))
			}
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			var number int
			_, err := fmt.Sscanf(line, "fuzz.yaml:%d: ", &number)
			if !strings.HasPrefix(line, "--set "+o.Key+": ") && (err != nil || number < 1 || number > 64<<10+1) {
				t.Errorf("%q starts neither with file and line nor with the override", line)
			}
		}
	})
}

func ExampleParseOverride() {
	o, err := policy.ParseOverride("capacity.pools[0].max=50")
	if err != nil {
		fmt.Println(err)
	}
	p, _, err := policy.Parse("chat.yaml", strings.NewReader(least), o)
	fmt.Println(p.Pools[0].Max, err)

	o.Value = "many"
	_, _, err = policy.Parse("chat.yaml", strings.NewReader(least), o)
	fmt.Println(err)
	// Output:
	// 50 <nil>
	// --set capacity.pools[0].max: the text "many", but a number of units is wanted; write a whole number from 1 to 1000000
}

func ExampleFormatJSON() {
	p, _, err := policy.Parse("chat.yaml", strings.NewReader(least))
	if err != nil {
		fmt.Println(err)
	}
	data, err := policy.FormatJSON(p)
	fmt.Println(string(data[:106]), err)
	// Output:
	// {"apiVersion":"headroom/v1","service":"chat","demand":{"source":"s3://load-history/chat/","time":"timestam <nil>
}

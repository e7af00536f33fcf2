package policy_test

import (
	"slices"
	"strings"
	"testing"

	"headroom/capacity"
	"headroom/policy"
)

// queried is a policy whose load is asked for at a server of metrics.
const queried = `service: chat
demand: {source: "prometheus://metrics:9090/", value: "sum(increase(requests_total[$step]))"}
capacity:
  pools:
    - {target: kube://lab/hpa/chat, unitRate: 120, max: 40, price: 1.006}
objective: {missing: 40}
control: {mode: auto}
`

// TestLive: by itself the controller decides where the load is fresh enough, and asks for
// nothing; a mode in which it cannot decide is a mistake that says what to write.
func TestLive(t *testing.T) {
	p, defaults := mustParse(t, queried)
	i := slices.IndexFunc(defaults, func(d policy.Default) bool { return d.Key == "control.live" })
	if p.Control.Live != capacity.LiveShadow || i < 0 || !strings.Contains(defaults[i].Why, "nothing is asked for until this is auto") {
		t.Errorf("got %q and %v, want shadow, and why", p.Control.Live, defaults)
	}
	for name, test := range map[string]struct {
		old, new string
		live     capacity.Live
		want     string // of the mistake; empty: none
	}{
		"off":          {"mode: auto", "mode: auto, live: off", capacity.LiveOff, ""},
		"auto":         {"mode: auto", "mode: auto, live: auto", capacity.LiveAuto, ""},
		"raise-only":   {"mode: auto", "mode: auto, live: raise-only", capacity.LiveRaiseOnly, ""},
		"a band":       {"mode: auto", "mode: approve, approval: {above: 5 units}, live: auto", capacity.LiveAuto, ""},
		"its range":    {"$step", "5m", capacity.LiveOff, ""},
		"near":         {"mode: auto", "mode: auto, live: autos", "", "did you mean auto?"},
		"propose":      {"mode: auto", "mode: propose, live: auto", "", "write shadow"},
		"all approved": {"mode: auto", "mode: approve, live: auto", "", "write control.approval.above"},
		"money":        {"mode: auto", "mode: approve, approval: {cost: 5}, live: auto", "", "write control.approval.above"},
		"quota":        {"price: 1.006", "price: 1.006, quota: gpus", capacity.LiveShadow, ""},
		"objects":      {"prometheus://metrics:9090/", "s3://load/chat/", capacity.LiveOff, ""},
	} {
		p, _, err := policy.Parse("chat.yaml", strings.NewReader(strings.Replace(queried, test.old, test.new, 1)))
		switch {
		case test.want == "" && (err != nil || p.Control.Live != test.live):
			t.Errorf("%s: got %q, %v, want %q", name, p.Control.Live, err, test.live)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), "control.live: ") || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: got %v, want a mistake in control.live that says %q", name, err, test.want)
		}
	}
	_, _, err := policy.Parse("chat.yaml", strings.NewReader(strings.NewReplacer("$step", "5m", "mode: auto", "mode: auto, live: shadow").Replace(queried)))
	if err == nil || !strings.Contains(err.Error(), "write $step for the range, or write off") {
		t.Errorf("got %v for a query with a range of its own", err)
	}
}

// TestAffordable: so many units may run all the time, whatever day of the year it is.
func TestAffordable(t *testing.T) {
	pool := capacity.Pool{Price: 2, Paid: 3}
	for want, b := range map[capacity.Units]capacity.Budget{
		3 + 5: {Amount: 10, Per: capacity.Hour},
		3 + 4: {Amount: 249, Per: capacity.Day}, // 25 hours
		3 + 2: {Amount: 2 * 2 * 169, Per: capacity.Week},
	} {
		if got, limited := b.Affordable(pool); !limited || got != want {
			t.Errorf("got %d, %v of %+v, want %d", got, limited, b, want)
		}
	}
	if _, limited := (capacity.Budget{}).Affordable(pool); limited {
		t.Error("no budget limits")
	}
}

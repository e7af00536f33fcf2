package policy_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/policy"
)

func TestFormat_ParsesBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		want := anyPolicy(rng)
		text := policy.Format(want)
		got, _ := mustParse(t, text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("policy (-want +got):\n%s\nwritten as:\n%s", diff, text)
		}
		data, err := policy.FormatJSON(want)
		if err != nil || !json.Valid(data) {
			t.Fatalf("got %v, %s, want valid JSON", err, data)
		}
		if got, _ = mustParse(t, string(data)); !cmp.Equal(want, got) {
			t.Fatalf("policy (-want +got):\n%s\nwritten as:\n%s", cmp.Diff(want, got), data)
		}
	}
}

// TestFormat_SaysAll: what Format writes leaves no default to fill in but the
// time zone, which it may not name for the operator.
func TestFormat_SaysAll(t *testing.T) {
	p, _ := mustParse(t, least)
	_, defaults := mustParse(t, policy.Format(p))
	if len(defaults) != 1 || defaults[0].Key != "demand.timezone" {
		t.Errorf("got defaults %v, want only demand.timezone", defaults)
	}
}

func anyPolicy(rng *rand.Rand) capacity.Policy {
	name := func() string {
		const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
		b := []byte{letters[rng.IntN(len(letters))]}
		for range rng.IntN(20) {
			b = append(b, (letters + "-")[rng.IntN(len(letters)+1)])
		}
		return string(b)
	}
	step := pick(rng, time.Minute, 5*time.Minute, 10*time.Minute, 90*time.Second, time.Hour, 6*time.Hour, 24*time.Hour)
	horizon := step * time.Duration(1+rng.Int64N(int64(14*24*time.Hour/step)))
	p := capacity.Policy{
		Service: name(),
		Demand: capacity.Demand{
			Source:    pick(rng, "s3://bucket/", "s3://load-history/"+name()+"/", "file:///var/lib/"+name(), "file:///C:/a b/"),
			Time:      pick(rng, "timestamp", "ds", "yes", "null", "2024", "on: time", "Zeit #1", "时间", "a\tb", "\"", "- x", "'", "\u0085|\u2028"),
			Value:     pick(rng, "value", "requests", "n", "1e3", "~", "{x}", "*a", "&b", "!c", "%d", "@e", "true", " padded "),
			Aggregate: pick(rng, capacity.Sum, capacity.Mean, capacity.Max),
			Step:      step,
			Timezone:  "UTC",
			Window:    24*time.Hour + time.Duration(rng.Int64N(int64(1000*24*time.Hour))),
		},
		Forecast: capacity.Outlook{
			Horizon: horizon, Retrain: pick(rng, "", "0 3 * * *", "*/15 1-5 1,15 jan-mar SUN", "59 23 31 12 7"),
			Calendar: pick(rng, nil, []string{"NO"}, []string{"CN", "US", "DE"}), ByCost: pick(rng, true, false),
		},
		Schedule: capacity.Schedule{
			Plan: pick(rng, "", "0 * * * *", "*/15 1-5 * * *"), Watch: pick(rng, "", "*/5 * * * *"),
			Replan: time.Minute + time.Duration(rng.Int64N(1e15)), Overlap: pick(rng, capacity.Skip, capacity.Wait, capacity.Replace),
			CatchUp: 10*time.Second + time.Duration(rng.Int64N(1e15)), Jitter: time.Duration(rng.Int64N(1e12)), Paused: pick(rng, true, false),
		},
		Control:    capacity.Control{Mode: pick(rng, capacity.Propose, capacity.Approve, capacity.Auto)},
		Owner:      pick(rng, "", "team-chat", "yes", "A: b, #c"),
		CostCenter: pick(rng, "", "4711", "CC {1}"),
		Base: pick(rng, capacity.Base{}, capacity.Base{Name: "tier-1", Hash: strings.Repeat("0123", 16)},
			capacity.Base{Name: "a", Hash: strings.Repeat("9e1f", 16), Locked: []capacity.Lock{{Key: "audit", Value: `{"keep":"400d"}`}, {Key: "control.freeze"}}}),
	}
	for i := range 1 + rng.IntN(3) {
		p.Pools = append(p.Pools, anyPool(rng, horizon, fmt.Sprintf("%s%d", name(), i)))
	}
	if len(p.Pools) == 1 {
		pool := &p.Pools[0]
		switch rng.IntN(3) {
		case 0:
			pool.Learn = capacity.Learn{Utilisation: pick(rng, "cpu", "a, b", "{x}", "GPU: 1"), Units: pick(rng, "replicas", "n", "#"), At: pick(rng, 0.6, 0.001, 0.96*rng.Float64()+1e-9)}
			pool.UnitRate *= pick(rng, 0.0, 1)
		case 1:
			pool.Learn = capacity.Learn{Latency: pick(rng, "p95_ms", "null"), Units: "replicas", At: 1e-9 + rng.ExpFloat64()*pick(rng, 1e-6, 1, 1e12)}
		}
	}
	if rng.IntN(2) == 0 {
		p.Demand.Timezone, p.Demand.ZoneGiven = pick(rng, "Asia/Shanghai", "UTC", "Etc/GMT+8"), true
	}
	if rng.IntN(2) == 0 {
		p.Objective.Missing = 1e-9 + 100*rng.Float64()
	} else {
		p.Objective.ServiceLevel = 1e-9 + 0.999*rng.Float64()
	}
	for i := range rng.IntN(4) {
		from := time.Unix(rng.Int64N(1e10), rng.Int64N(1e9)).UTC()
		e := capacity.Event{
			Name: fmt.Sprintf("e%d", i), Kind: pick(rng, "", "sale", "null"),
			From: from, To: from.Add(1 + time.Duration(rng.Int64N(1e15))), Ramp: time.Duration(rng.Int64N(1e13)),
		}
		switch {
		case i > 0 && !p.Events[i-1].To.After(from):
			e.Like = p.Events[i-1].Name
		case rng.IntN(2) == 0:
			e.Uplift = pick(rng, capacity.Uplift{Factor: 3}, capacity.Uplift{Factor: 1e-9 + 1e22*rng.Float64()}, capacity.Uplift{Add: rng.NormFloat64() * 1e30})
		}
		p.Events = append(p.Events, e)
	}
	p.Control.Approval = capacity.Approval{Above: capacity.Units(rng.IntN(100)) - 1, Cost: pick(rng, 0, 1e-9+1e9*rng.Float64()), Expires: time.Second + time.Duration(rng.Int64N(1e15))}
	if len(p.Pools) == 1 {
		p.Control.Floor = pick(rng, capacity.Floor{}, capacity.Floor{Dynamic: pick(rng, 0.7, 1, 1-rng.Float64())}, capacity.Floor{Threshold: true}, capacity.Floor{Dynamic: 0.005, Threshold: true})
	}
	for i := range rng.IntN(3) {
		p.Control.Roles = append(p.Control.Roles, capacity.Role{
			Name: fmt.Sprintf("role-%d", i), Who: pick(rng, []string{"ann", "group:sre", "null"}, []string{"a b, c"}, []string{"x]"}),
			May:   pick(rng, capacity.Permissions(), []capacity.Permission{capacity.MayPause}),
			Units: pick(rng, 0, 1, capacity.Units(rng.IntN(1000))), Cost: pick(rng, 0, rng.ExpFloat64()),
		})
		p.Notify = append(p.Notify, capacity.Channel{
			To: fmt.Sprintf(pick(rng, "env:V_%d", "https://hooks.example.com/%d?x={y}", "sns://eu-west-1/12345678901%d/t"), i),
			On: pick(rng, capacity.NoticeKinds(), []capacity.NoticeKind{capacity.NoticeFailed}),
		})
	}
	p.Audit.Keep = pick(rng, 0, 24*time.Hour+time.Duration(rng.Int64N(1e17)))
	p.Objective.Change = pick(rng, 0, 0.2, rng.ExpFloat64())
	if rng.IntN(2) == 0 {
		p.Objective.Budget = capacity.Budget{Amount: 1e-9 + 1e9*rng.Float64(), Per: pick(rng, capacity.Hour, capacity.Day, capacity.Week)}
	}
	if rng.IntN(4) == 0 {
		p.Objective.Budget = capacity.Budget{Shared: name()}
	}
	for range rng.IntN(3) {
		from := time.Unix(rng.Int64N(1e10), rng.Int64N(1e9)).UTC()
		p.Control.PromotionFreeze = append(p.Control.PromotionFreeze, capacity.Window{From: from, To: from.Add(1 + time.Duration(rng.Int64N(1e15)))})
	}
	if rng.IntN(2) == 0 {
		from := time.Unix(rng.Int64N(1e10), rng.Int64N(1e9)).UTC()
		p.Control.PolicyFreeze.Windows = []capacity.Window{{From: from, To: from.Add(1 + time.Duration(rng.Int64N(1e15)))}}
		if len(p.Control.Roles) > 0 {
			p.Control.PolicyFreeze.Except = pick(rng, "", p.Control.Roles[0].May[0])
		}
	}
	for range rng.IntN(3) {
		from := time.Unix(rng.Int64N(1e10), rng.Int64N(1e9)).UTC()
		p.Control.Freeze.Deny, p.Control.Freeze.Windows = capacity.DenyAll, append(p.Control.Freeze.Windows, capacity.Window{From: from, To: from.Add(1 + time.Duration(rng.Int64N(1e15)))})
	}
	return p
}

func anyPool(rng *rand.Rand, horizon time.Duration, name string) capacity.Pool {
	rate := func() capacity.Rate {
		if rng.IntN(3) == 0 {
			return capacity.Rate{}
		}
		return capacity.Rate{Units: capacity.Units(1 + rng.IntN(50)), Per: time.Second + time.Duration(rng.Int64N(1e13))}
	}
	p := capacity.Pool{
		Name:     name,
		Target:   capacity.TargetName("sim://" + name + pick(rng, "", "?leadTime=4m&limit=40", "?x=%20")),
		UnitRate: 1e-9 + rng.ExpFloat64()*pick(rng, 1e-6, 1, 1e12),
		Max:      capacity.Units(1 + rng.IntN(1_000_000)),
		Price:    pick(rng, 0, 1.006, rng.Float64(), 1e15),
		LeadTime: time.Duration(rng.Int64N(int64(horizon))),
		Market:   pick(rng, capacity.OnDemand, capacity.Reserved, capacity.Spot),
		Ramp:     capacity.Ramp{Up: rate(), Down: rate()},
		Hold:     pick(rng, 0, time.Duration(rng.Int64N(1e14))),
		Quota:    pick(rng, "", "g5-us-east-1", "null"),
		Changes:  pick(rng, 0, 1+rng.IntN(1_000_000)),
	}
	for i := range rng.IntN(3) {
		p.PriceName = pick(rng, "", "g5.xlarge/eu-west-1", "on/off")
		p.Price = pick(rng, 0, rng.Float64(), 1e6)
		p.Prices = append(p.Prices, capacity.DatedPrice{From: time.Unix(rng.Int64N(1e9)+int64(i)*2e9, rng.Int64N(1e9)).UTC(), Price: p.Price})
	}
	if rng.IntN(3) == 0 {
		p.Measured = pick(rng, 0.5, 0.9, 0.999, 0.5+0.49*rng.Float64())
	}
	p.Min, p.Paid = capacity.Units(rng.IntN(int(p.Max)+1)), capacity.Units(rng.IntN(int(p.Max)+1))
	if p.Market == capacity.Spot {
		p.Interruption = pick(rng, 0, 0.05, 0.5, 1e-12, rng.Float64(), math.Nextafter(1, 0))
	}
	return p
}

func pick[T any](rng *rand.Rand, choices ...T) T { return choices[rng.IntN(len(choices))] }

func ExampleFormat() {
	p := capacity.Policy{
		Service: "chat",
		Demand: capacity.Demand{
			Source: "s3://load-history/chat/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum,
			Step: 10 * time.Minute, Timezone: "Asia/Shanghai", ZoneGiven: true, Window: 14 * 24 * time.Hour,
		},
		Forecast:  capacity.Outlook{Horizon: 24 * time.Hour, Retrain: "0 3 * * *", Calendar: []string{"CN"}},
		Schedule:  capacity.Schedule{Plan: "0 * * * *", Replan: 30 * time.Minute, Overlap: capacity.Skip, CatchUp: time.Hour, Jitter: 30 * time.Second},
		Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: 120, Min: 2, Max: 40, Price: 1.006, LeadTime: 4 * time.Minute, Market: capacity.OnDemand}},
		Objective: capacity.Objective{ServiceLevel: 0.999, Budget: capacity.Budget{Amount: 900, Per: capacity.Day}},
		Events: []capacity.Event{{
			Name: "launch", From: time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC),
			Ramp: 30 * time.Minute, Uplift: capacity.Uplift{Factor: 3},
		}},
		Control: capacity.Control{Mode: capacity.Propose, Approval: capacity.Approval{Above: 20, Expires: 4 * time.Hour}, Freeze: capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{
			From: time.Date(2026, 12, 23, 16, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 26, 16, 0, 0, 0, time.UTC),
		}}}, Floor: capacity.Floor{Dynamic: 0.7, Threshold: true}},
	}
	fmt.Print(policy.Format(p))
	// Output:
	// apiVersion: headroom/v1
	// service: chat
	// demand:
	//   source: s3://load-history/chat/
	//   time: timestamp
	//   value: requests
	//   aggregate: sum
	//   step: 10m
	//   timezone: Asia/Shanghai
	//   window: 14d
	// forecast:
	//   horizon: 24h
	//   retrain: "0 3 * * *"
	//   calendar: [CN]
	//   promoteBy: error
	// schedule:
	//   plan: "0 * * * *"
	//   watch: none
	//   regret: none
	//   replan: 30m
	//   overlap: skip
	//   catchUp: 1h
	//   jitter: 30s
	//   state: active
	// capacity:
	//   pools:
	//     - name: g5
	//       target: sim://chat
	//       unitRate: 120
	//       min: 2
	//       max: 40
	//       price: 1.006
	//       leadTime: 4m
	//       market: on-demand
	//       paid: 0
	//       ramp: {up: none, down: none}
	//       hold: 0s
	//       changes: none
	// objective:
	//   serviceLevel: 0.999
	//   change: 0
	//   budget: 900 per day
	// events:
	//   - name: launch
	//     from: 2026-12-01T01:00:00Z
	//     to: 2026-12-01T07:00:00Z
	//     ramp: 30m
	//     uplift: 3x
	// control:
	//   mode: propose
	//   approval: {above: 20 units, expires: 4h}
	//   freeze: {deny: all, windows: ["2026-12-23T16:00:00Z..2026-12-26T16:00:00Z"]}
	//   promotionFreeze: none
	//   policyFreeze: none
	//   floor: {dynamic: {target: 70%}, threshold: {}}
	//   live: "off"
	// audit:
	//   keep: forever
}

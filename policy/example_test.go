package policy_test

import (
	"fmt"
	"strings"

	"headroom/policy"
)

func ExampleParse() {
	const file = `
service: chat
demand: {source: s3://load-history/chat/, step: 7m}
capacity:
  pools:
    - {target: sim://chat, unitRate: 120, maxx: 40, price: 1.006}
objective: {missing: 40}
`
	_, _, err := policy.Parse("chat.yaml", strings.NewReader(file))
	fmt.Println(err)
	// Output:
	// chat.yaml:3: demand.step: 7m does not divide a day; choose one that does, such as 5m, 10m or 1h
	// chat.yaml:6: capacity.pools[0].maxx: unknown key; did you mean max?
}

func ExampleDefault() {
	const file = `
service: chat
demand: {source: s3://load-history/chat/, time: at, value: requests, aggregate: sum, step: 5m, window: 28d}
forecast: {horizon: 48h, retrain: "0 3 * * *", calendar: [US], promoteBy: cost}
schedule: {plan: "0 * * * *", watch: none, replan: 1h, overlap: wait, catchUp: 3h, jitter: 0s}
capacity:
  pools:
    - {name: g5, target: sim://chat, unitRate: 120, min: 2, max: 40, price: 1.006, leadTime: 4m, market: spot, paid: 0, changes: 125}
  ramp: {up: 10 per 5m, down: none}
  hold: 30m
objective: {serviceLevel: 99.9%, change: 0.2, budget: 900 per day}
control: {approval: {above: 20 units, expires: 4h}, freeze: none, floor: [dynamic]}
`
	_, defaults, err := policy.Parse("chat.yaml", strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
	}
	for _, d := range defaults {
		fmt.Printf("%s: %s (%s)\n", d.Key, d.Value, d.Why)
	}
	// Output:
	// demand.timezone: UTC (seasons then follow UTC days, and times without a zone are an error)
	// schedule.regret: 0 5 * * 1 (on Monday the week before is over, and its load has been delivered)
	// schedule.state: active (what is scheduled is done)
	// capacity.pools[0].interruption: none (the market is believed never to take the units back)
	// control.mode: propose (nothing acts until it is trusted)
	// control.promotionFreeze: none (a retraining may replace the champion at any time)
	// control.policyFreeze: none (the policy may be replaced at any time)
	// control.floor.dynamic.target: 70% (the usual target of autoscalers, with room for a unit that fails)
	// control.live: off (the load is read from objects, which are too old to decide by from minute to minute)
	// audit.keep: forever (no record of a decision is let go)
}

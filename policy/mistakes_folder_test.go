package policy_test

import "maps"

// mistakes is what is said about each testdata/policies/NAME.bad.yaml.
var mistakes = func() map[string][]string {
	all := maps.Clone(mistakesAlone)
	maps.Copy(all, mistakesFolder)
	return all
}()

// mistakesFolder is what is said about files that refer to others of their folder, or
// could. What begins with @ is of such another file.
var mistakesFolder = map[string][]string{
	"api-version": {`2: apiVersion: the text "headroom/v2"; this version of headroom reads headroom/v1: write that, or use the version that the file is for`},
	"extends-base": {
		`@tiers/wrong-keys.yaml:1: service: a base is of no service; remove it`,
		`@tiers/wrong-keys.yaml:2: apiVersion: the text "headroom/v2"; this version of headroom reads headroom/v1: write that, or use the version that the file is for`,
		`@tiers/wrong-keys.yaml:3: control.freezes: unknown key; did you mean freeze?`,
		`@tiers/wrong-keys.yaml:5: capacity.pools.target: each pool has its own; remove it`,
		`@tiers/wrong-keys.yaml:5: capacity.pools.hold: belongs under capacity in a base; write capacity.hold`,
		`@tiers/wrong-keys.yaml:5: capacity.pools[0].min: the text "many", but a number of units is wanted; write a whole number from 0 to 1000000`,
	},
	"extends-cycle": {`@tiers/cycle-b.yaml:1: extends: cycle-a extends itself: cycle-a → cycle-b → cycle-a; remove one extends of these`},
	"extends-empty": {`@tiers/empty.yaml:1: the file is empty; write what its services have in common`},
	"extends-level": {
		`4: capacity.pools[0].hold: tiers/level.yaml:1 locks capacity.hold; remove it here, or have the base changed`,
		`5: objective.missing: tiers/level.yaml:1 locks objective.serviceLevel; remove it here, or have the base changed`,
	},
	"extends-list": {`2: extends: a list, but a policy extends one base; name one, and let that one extend the other`},
	"extends-locked": {
		`3: control.mode: auto is wider than approve, which tiers/tier-1.yaml:4 locks; narrow it, or have the base changed`,
		`3: control.approval.above: 11 units is wider than 10 units, which tiers/tier-1.yaml:4 locks; narrow it, or have the base changed`,
		`3: control.approval.cost: tiers/tier-1.yaml:4 locks control.approval; remove it here, or have the base changed`,
		`3: control.freeze: tiers/tier-1.yaml:4 locks control.freeze; remove it here, or have the base changed`,
		`3: control.roles: tiers/tier-1.yaml:4 locks control.roles; remove it here, or have the base changed`,
		`5: capacity.pools[0].max: 41 is wider than 40, which tiers/tier-1.yaml:4 locks; narrow it, or have the base changed`,
		`@tiers/tier-1.yaml:13: control.policyFreeze.except: no role has the permission base; give it to one under control.roles, or remove except`,
	},
	"extends-locks": {
		`4: capacity.pools[0].max: tiers/wrong-locks.yaml:1 locks capacity.pools.max; remove it here, or have the base changed`,
		`@tiers/wrong-locks.yaml:1: locked[0]: freeze is no key; did you mean control.freeze?`,
		`@tiers/wrong-locks.yaml:1: locked[1]: hold is no key; write one of capacity.hold, capacity.pools.hold`,
		`@tiers/wrong-locks.yaml:1: locked[2]: capacity.pools is of each service; lock keys such as control.freeze or capacity.pools.max`,
		`@tiers/wrong-locks.yaml:1: locked[3]: events.ramp is a key of the entries of a list; lock the list, events`,
		`@tiers/wrong-locks.yaml:1: locked[4]: capacity.pools.ramp is covered by that of all pools; write capacity.ramp`,
		`@tiers/wrong-locks.yaml:1: locked[6]: control.freez is no key; write the full path of one, such as control.freeze`,
		`@tiers/wrong-locks.yaml:1: locked: capacity.pools.max has no value here, so that no policy could say it; give it one`,
	},
	"extends-missing": {`2: extends: there is no tiers/tier-9.yaml; bases stand in the folder tiers beside the policy file, not above it`},
	"extends-parent":  {`2: extends: ../tiers/tier-1 is in another folder; write the name alone of a file in tiers/ beside this one, such as tier-1`},
	"extends-pools":   {`@tiers/wrong-pools.yaml:1: capacity.pools: a list, but a base says what every pool has in common; write a mapping such as pools: {max: 40, leadTime: 4m}`},
	"extends-second": {
		`3: control.floor: tiers/second.yaml:2 locks control.floor; remove it here, or have the base changed`,
		`3: control.mode: auto is wider than approve, which tiers/level.yaml:1 locks; narrow it, or have the base changed`,
		`6: objective.missing: tiers/level.yaml:1 locks objective.serviceLevel; remove it here, or have the base changed`,
		`@tiers/second.yaml:3: control.mode: approve is wider than propose, which tiers/level.yaml:1 locks; narrow it, or have the base changed`,
	},
	"extends-twice": {`3: extends: said already on line 2; remove one of the two`},
	"extends-whole": {
		`3: control: tiers/tier-1.yaml:4 locks control.mode; remove it here, or have the base changed`,
		`3: control: the text "none", but it must have keys: mode, approval, freeze, promotionFreeze, policyFreeze, floor, live, roles; write KEY: VALUE`,
	},
	"locked":         {`2: locked: only a base locks keys; write it into tiers/NAME.yaml, and extends: NAME here`},
	"merged-extends": {`3: extends: stands beside merged, which says that the file is merged with its base already; remove one of the two`},
	"merged": {
		"2: merged.hash: no SHA-256; leave it as `headroom policy show` writes it, or use extends",
		`2: merged.locked: freeze is no key; did you mean control.freeze?`,
	},
	"owner": {
		`2: owner: "a\nb" is no name; write up to 100 printable letters on one line`,
		`3: costCenter: the number 4711, but a text is wanted; put it in quotes`,
	},
	"policy-freeze-permission": {
		`2: control.policyFreeze.except: the text "leads"; choose approve, reject, override, pause, abort, event, plan, policy or base; pause includes resume, and override includes override --clear`,
	},
	"policy-freeze": {
		`2: control.policyFreeze.windows[0]: 2026-12-20T00:00Z..2026-12-19T00:00Z ends before it begins; write the earlier time first`,
		`2: control.policyFreeze.except: no role has the permission abort; give it to one under control.roles, or remove except`,
	},
	"price-dates": {
		`4: capacity.pools[0].price.name: empty; give it a value`,
		`4: capacity.pools[0].price.dates[0].from: "soon" is no time; write one such as 2026-12-01T09:00 or 2026-12-01T09:00:00+08:00`,
		`4: capacity.pools[0].price.dates[1].price: -1 cannot be; write the money per unit-hour, 0 or more`,
		`4: capacity.pools[0].price.dates[2].to: unknown key; it belongs under events`,
		`4: capacity.pools[0].price.dates: two prices begin at 2026-01-01T00:00:00Z; remove one of the two`,
	},
	"price-far":            {`4: capacity.pools[0].price: the text "h100", but a number is wanted; write the money per unit-hour, 0 or more`},
	"price-unknown":        {`4: capacity.pools[0].price: prices.yaml has no price g5.xlarge/eu-west-2; add it there as UNIT: {REGION: [{from: DAY, price: MONEY}]}, and name it UNIT/REGION`},
	"price-other-currency": {`5: objective.currency: EUR, and the prices at prices.yaml:3 are in USD; write all money in one currency`},
}

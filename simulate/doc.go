// Package simulate replays recorded load against a policy that decides how many
// units to run, and measures what that costs and how often capacity is missing.
// It needs no cluster and no clock: a week in ticks of 15 seconds takes some
// milliseconds, and the same [Case] always gives the same [Run], bit for bit.
//
// # The world
//
// A [Case] is the load per second in each tick, the pool of units that serves
// it, and what goes wrong. [New] checks it; [Simulation.Run] runs one [Policy]
// and [Simulation.Sweep] one for each value of its setting.
//
// A unit is requested, provisioned and warmed up (together the lead time),
// serves, and drains. It is paid for from the request, or from the moment at
// which the market grants it, to the end of draining. Units that do not serve
// yet are given up first, and without draining. Each tick first completes what
// is due, then lets the policy decide, then counts: what is asked for at a tick
// serves a lead time later, rounded up to whole ticks.
//
// Capacity is missing in a tick whose load is above what the serving units take
// at the service level. There is no queue: what cannot be served in its tick
// counts as unserved. The load that policies measure is what arrives, which no
// overload caps; that favours reactive policies.
//
// # Causality
//
// A policy sees a [View]: the measurements that had arrived by now, in slices
// that end there and cannot be extended. What a policy knows beyond that it was
// given when it was made, as oracles are.
//
// # Faults
//
// All faults follow from the seed of the case and the tick, never from the
// decisions before, so that policies meet the same world. See [Faults].
//
// Package headroom/simulate/baseline holds the policies that others use.
package simulate

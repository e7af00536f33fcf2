package capacity

import (
	"math"
	"time"
)

// A Pool is units of one kind.
type Pool struct {
	Name     string
	Target   TargetName
	UnitRate float64 // load one unit serves at the service level: per second for sums
	// Learn says how UnitRate is learnt anew for each plan. What the policy says
	// of UnitRate, if anything, then holds where it cannot be learnt.
	Learn    Learn `json:",omitzero"`
	Min, Max Units
	// Price is the money per unit-hour. Where Prices stand beside it, it is that of the
	// newest one, or of the time of [Policy.PricedAt].
	Price     float64
	PriceName string       `json:",omitempty"` // of the price in a catalogue
	Prices    []DatedPrice `json:",omitempty"` // by time
	LeadTime  time.Duration
	// Measured, if not zero, is the quantile of the lead times of past actions
	// that a plan takes instead of LeadTime, once there are enough of them.
	Measured float64 `json:",omitzero"`
	Market   Market
	// Paid is how many units are paid for whether they run or not: the first
	// Paid units of the pool cost nothing more.
	Paid Units
	// Interruption is the chance that within an hour the market takes all units
	// of the pool back at once, in [0, 1); then they are away for a lead time.
	Interruption float64
	Ramp         Ramp
	Hold         time.Duration // a number that was changed stays for so long
	Changes      int           // most changes of the number in one plan; zero: no limit
	// Quota names the quota that the pool's units count against, together with
	// those of other services; empty: none.
	Quota string `json:",omitempty"`
}

// Learn names the columns of the history from which a unit rate is learnt: the
// load that one unit serves with the utilisation or the latency, one of the
// two, at At. The zero Learn learns nothing.
type Learn struct {
	Units       string  // how many units served
	Utilisation string  `json:",omitempty"` // how busy they were, as a share or in percent
	Latency     string  `json:",omitempty"` // how long requests took
	At          float64 // a share of utilisation, or a latency in the unit of its column
}

// Wanted reports whether anything is learnt.
func (l Learn) Wanted() bool { return l != Learn{} }

// Signal is the column that tells how busy the units were.
func (l Learn) Signal() string { return l.Utilisation + l.Latency }

// A Market says on which terms units are had.
type Market string

// The markets.
const (
	OnDemand Market = "on-demand"
	Reserved Market = "reserved"
	Spot     Market = "spot"
)

// Ramp limits how fast the number of units may change. The zero Ramp sets no
// limit.
type Ramp struct {
	Up, Down Rate
}

// A Rate is a number of units per period. The zero Rate is no limit.
type Rate struct {
	Units Units
	Per   time.Duration
}

// Limited reports whether the rate sets a limit.
func (r Rate) Limited() bool { return r.Per > 0 }

// UnitsFor is how many units of the given rate serve a load, both in the same unit:
// the least whole number that does, give or take one part in a billion so that 0.3/0.1
// needs 3. NaN and negative loads need none.
func UnitsFor(load, rate float64) Units {
	n := math.Ceil(load / rate * (1 - 1e-9))
	if !(n > 0) {
		return 0
	}
	return Units(min(n, math.MaxInt32))
}

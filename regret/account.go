package regret

import "headroom/simulate"

// An Account is what one way of running a service came to in the time that is
// compared. Money is in the currency of the policy's prices.
type Account struct {
	Way       string  // such as "done", "oracle" or "dynamic"
	Units     float64 // money for units, from their request to the end of their draining
	Penalty   float64 // money for missing unit-hours, by objective.missing; zero where a service level is promised
	Violation float64 // minutes in which capacity was missing
	Missing   float64 // unit-hours that were needed and did not serve
	Spare     float64 // unit-hours that served and were not needed
	Paid      float64 // unit-hours that were paid for, from their request to the end of their draining
}

// Money is what the units and the missing ones cost together.
func (a Account) Money() float64 { return a.Units + a.Penalty }

// account puts a score into money.
func account(way string, s simulate.Score, missing float64) Account {
	return Account{Way: way, Units: s.Cost, Penalty: s.Missing * missing, Violation: s.Violation, Missing: s.Missing, Spare: s.Spare, Paid: s.Paid}
}

// plus is both accounts together.
func (a Account) plus(b Account) Account {
	switch a.Way {
	case b.Way:
	case "":
		a.Way = b.Way
	default:
		a.Way = reacting // services whose plain reactive policies differ
	}
	a.Units += b.Units
	a.Penalty += b.Penalty
	a.Violation += b.Violation
	a.Missing += b.Missing
	a.Spare += b.Spare
	a.Paid += b.Paid
	return a
}

// A Difference is how much more one account is than another.
type Difference struct {
	Money     float64
	Violation float64 // minutes
}

// less is how much more a is than b.
func (a Account) less(b Account) Difference {
	return Difference{Money: a.Money() - b.Money(), Violation: a.Violation - b.Violation}
}

// A Tally is the accounts of all ways over the same time.
type Tally struct {
	Minutes  float64 // that are compared
	Window   float64 // minutes of the window
	Done     Account
	Oracle   Account // knows the load, and its units need the lead time as all others do
	Instant  Account // knows the load, and its units need none: nobody can reach it
	Reactive Account // reacts to the load of now, without a plan
}

// Regret is what was done less the oracle: what better decisions could have
// saved. It is negative in one where it is dear in the other: units that were
// not run are saved, and missing.
func (t Tally) Regret() Difference { return t.Done.less(t.Oracle) }

// Saving is the plain reactive policy less what was done.
func (t Tally) Saving() Difference { return t.Reactive.less(t.Done) }

// Plus is the tallies of two services together; the zero Tally is none.
func (t Tally) Plus(o Tally) Tally {
	t.Minutes += o.Minutes
	t.Window += o.Window
	t.Done, t.Oracle = t.Done.plus(o.Done), t.Oracle.plus(o.Oracle)
	t.Instant, t.Reactive = t.Instant.plus(o.Instant), t.Reactive.plus(o.Reactive)
	return t
}

package capacity

import (
	"fmt"
	"math"
)

// MostMoney is the highest price per unit-hour, or money per missing unit-hour, that a
// policy may have: far beyond any service, and small enough that no sum overflows.
const MostMoney = 1e15

// A FieldError is a value of a policy that cannot be, and what to do about it. It is an
// [ErrBadPolicy].
type FieldError struct {
	Key  string // below its section, such as min or ramp.up
	Text string // the value, what is wrong with it, and the remedy
}

// Error implements error.
func (e FieldError) Error() string { return e.Key + " " + e.Text }

// Unwrap makes every FieldError an ErrBadPolicy.
func (e FieldError) Unwrap() error { return ErrBadPolicy }

// Validate returns the first of [Pool.Faults] with the pool's name, or nil.
func (p Pool) Validate() error {
	if faults := p.Faults(); len(faults) > 0 {
		return fmt.Errorf("pool %q has %w", p.Name, faults[0])
	}
	return nil
}

// Faults lists what a pool cannot have if anything is to be planned or simulated with
// it: values outside their range, and values that contradict each other. Whoever knows
// where a value was written adds the place. A unit rate that is yet to be learnt is a
// fault, too.
func (p Pool) Faults() []FieldError {
	var all []FieldError
	fault := func(wrong bool, key, format string, args ...any) {
		if wrong {
			all = append(all, FieldError{key, fmt.Sprintf(format, args...)})
		}
	}
	finite := func(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }
	fault(!(p.UnitRate > 0) || !finite(p.UnitRate), "unitRate", "%v: give the load that one unit serves, above 0", p.UnitRate)
	fault(p.Min < 0, "min", "%d: it cannot be negative", p.Min)
	fault(p.Max < 0, "max", "%d: it cannot be negative", p.Max)
	fault(p.Min > p.Max, "min", "%d is more than max, %d; lower it or raise max", p.Min, p.Max)
	fault(!(p.Price >= 0 && p.Price <= MostMoney), "price", "%v: give money per unit-hour, from 0 to %g", p.Price, MostMoney)
	fault(p.LeadTime < 0, "leadTime", "%v: it cannot be negative", p.LeadTime)
	fault(p.Paid < 0, "paid", "%d: it cannot be negative", p.Paid)
	fault(p.Hold < 0, "hold", "%v: it cannot be negative", p.Hold)
	fault(p.Changes < 0, "changes", "%d: it cannot be negative", p.Changes)
	fault(!(p.Interruption >= 0 && p.Interruption < 1), "interruption", "%v: give the chance within an hour, from 0 to below 1", p.Interruption)
	for _, r := range []struct {
		key string
		Rate
	}{{"ramp.up", p.Ramp.Up}, {"ramp.down", p.Ramp.Down}} {
		fault(r.Per < 0 || r.Units < 0 || (r.Limited() && r.Units == 0), r.key, "%d per %v, which never moves: give at least 1 unit per positive time, or leave it out", r.Units, r.Per)
	}
	return all
}

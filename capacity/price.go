package capacity

import (
	"fmt"
	"slices"
	"time"
)

// A DatedPrice is what a unit-hour costs from a time on.
type DatedPrice struct {
	From  time.Time
	Price float64
}

// PriceAt is what a unit-hour of the pool costs at a time; false if no price of that
// time is known.
func (p Pool) PriceAt(t time.Time) (price float64, known bool) {
	if len(p.Prices) == 0 {
		return p.Price, true
	}
	for _, d := range p.Prices {
		if !d.From.After(t) {
			price, known = d.Price, true
		}
	}
	return price, known
}

// PricedAt is the policy with the prices of a time. It returns ErrBadPolicy, with the
// name of the price, if one is not known.
func (p Policy) PricedAt(t time.Time) (Policy, error) {
	p.Pools = slices.Clone(p.Pools)
	for i := range p.Pools {
		pool := &p.Pools[i]
		price, known := pool.PriceAt(t)
		if !known {
			name := pool.PriceName
			if name == "" {
				name = "its price"
			}
			return Policy{}, fmt.Errorf("pool %q: %s is known from %s on, and not at %s: add an earlier entry to prices.yaml, or to price of the pool: %w",
				pool.Name, name, pool.Prices[0].From.Format(time.RFC3339), t.UTC().Format(time.RFC3339), ErrBadPolicy)
		}
		pool.Price = price
	}
	return p, nil
}

// PriceChanges says which prices change after one time and before another.
func (p Policy) PriceChanges(after, before time.Time) (notes []string) {
	for _, pool := range p.Pools {
		for _, d := range pool.Prices {
			if d.From.After(after) && d.From.Before(before) {
				notes = append(notes, fmt.Sprintf("a unit-hour of %s costs %s from %s on; the plan reckons with the price at its start, %s", pool.Name, p.Objective.Money(d.Price), d.From.Format(time.RFC3339), p.Objective.Money(pool.Price)))
			}
		}
	}
	return notes
}

package activities

import (
	"context"

	"headroom/capacity"
)

// OrderInput is an order to a service's conductor: an override to take, or the
// one with an ID to clear.
type OrderInput struct {
	Service  string
	Workflow string // the ID of the one that gives it, and must be running
	Override capacity.Override
	Clear    bool
	By, Why  string // who clears it, and why
}

// Order gives a service's conductor an order, as a person would. A repeat changes
// nothing. It returns ErrNotFound if no plan of the service is being carried out,
// and ErrRefused if the conductor refuses.
func (a *Activities) Order(ctx context.Context, in OrderInput) (err error) {
	defer cross(&err)
	return a.Conductor.SendOrder(ctx, in)
}

// Package events prepares services for events: it finds what they need, raises and restores
// upper limits, and orders the units from the conductor.
package events

import (
	"context"
	"time"

	"headroom/activities/records"
	"headroom/capacity"
)

// Events sizes events, and raises, holds and restores what they need.
type Events struct {
	Records records.Records
	// Targets finds a target; a simulated one lives in the given time.
	Targets   func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	Conductor Conductor // nil where nothing is executed
}

// A Conductor reaches the workflow that carries out a service's plans.
type Conductor interface {
	// SendOrder gives an order in the name of the workflow whose activity calls it. It
	// returns ErrNotFound if no conductor runs, and ErrRefused if the conductor refuses the
	// order.
	SendOrder(ctx context.Context, in OrderInput) error
}

// OrderInput is an order to a service's conductor: an override to take, or the
// one with an ID to clear.
type OrderInput struct {
	Service  string
	Override capacity.Override
	Clear    bool
	Why      string // it is cleared
}

package execution

import (
	"context"
)

// A Conductor reaches the workflow that carries out a service's plans.
type Conductor interface {
	// Offer hands over a plan, and starts the service's conductor if none runs. Repeating
	// it changes nothing.
	Offer(ctx context.Context, in TakeInput) error
	// ApplyPolicy lets the control, bounds and ramps of the policy in force count for the
	// plan of a service that is carried out. Where none is, there is nothing to do.
	ApplyPolicy(ctx context.Context, service string) error
	// Running reports whether the service's conductor or its retirement runs.
	Running(ctx context.Context, service string) (bool, error)
	// StartLive starts the workflow whose activity decides for the services of a shard. Where
	// it runs, there is nothing to do.
	StartLive(ctx context.Context, shard int) error
	// Decommission ends what is under way for a service whose policy is gone: it
	// cancels its plan and its retraining, and aborts its conductor.
	Decommission(ctx context.Context, in DismissInput) (Dismissed, error)
}

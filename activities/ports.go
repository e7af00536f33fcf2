package activities

import (
	"context"

	"headroom/capacity"
)

// A Conductor reaches the workflow that carries out a service's plans.
type Conductor interface {
	// Offer hands over a plan, and starts the service's conductor if none runs. Repeating
	// it changes nothing.
	Offer(ctx context.Context, in TakeInput) error
	// ApplyPolicy lets the control, bounds and ramps of a policy count for the plan that is
	// carried out. Where none is, there is nothing to do.
	ApplyPolicy(ctx context.Context, p capacity.Policy) error
	// SendOrder gives an order. It returns ErrNotFound if no conductor runs, and
	// ErrRefused if the conductor refuses the order.
	SendOrder(ctx context.Context, in OrderInput) error
	// Running reports whether the service's conductor or its retirement runs.
	Running(ctx context.Context, service string) (bool, error)
	// Deliver takes a plan to where its policy says: nowhere, to the conductor, or up for
	// a person's approval. It returns what became of the plan.
	Deliver(ctx context.Context, in DeliverInput) (verdict string, err error)
	// Decommission ends what is under way for a service whose policy is gone: it
	// cancels its plan and its retraining, and aborts its conductor.
	Decommission(ctx context.Context, in DismissInput) (Dismissed, error)
}

// An Identifier finds out who calls.
type Identifier interface {
	// Identify returns the identity of a caller who claims a name and proves it by a
	// token, or ErrRefused if the token does not prove it.
	Identify(ctx context.Context, claimed, token string) (capacity.Identity, error)
}

// A Notifier sends notices.
type Notifier interface {
	// Notify starts sending a notice to its channels, and does not wait for the end.
	Notify(ctx context.Context, in NoticeInput) error
	// Post sends a notice to one channel.
	Post(ctx context.Context, channel string, n capacity.Notice) error
}

// An Observer makes metrics of what activities do.
type Observer interface {
	// Observe is called with the input and the result of each activity that matters to an
	// operator and succeeded, one service at a time also where a batch is worked on, and
	// with a [Reading] and nil.
	Observe(in, out any)
}

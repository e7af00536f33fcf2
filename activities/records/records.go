// Package records reads and writes what is stored of services: objects by reference,
// objects that are replaced by conditional writes, and the audit. Every other package of
// activities works through it.
package records

import (
	"context"
	"time"

	"headroom/capacity"
)

// Records is where activities keep what they know and decide.
type Records struct {
	Store    capacity.Store
	Now      func() time.Time
	Notifier Notifier // nil: no notices
	Observer Observer // nil: no metrics
	// Heartbeat tells Temporal that an attempt goes on, and returns an error if its run does
	// not wait for it. Nil: it is not asked.
	Heartbeat func(ctx context.Context, found ...any) error
}

// A Notifier sends notices.
type Notifier interface {
	// Notify starts sending a notice to its channels, and does not wait for the end.
	Notify(ctx context.Context, in NoticeInput) error
}

// NoticeInput is a notice and the channels that take it.
type NoticeInput struct {
	Notice   capacity.Notice
	Channels []string
	Proof    string `json:",omitempty"` // that a worker sends it; empty: the workers have no key
}

// An Observer makes metrics of what activities do.
type Observer interface {
	// Observe is called with the input and the result of each activity that matters to an
	// operator and succeeded, one service at a time also where a batch is worked on, and
	// with a [Reading] and nil.
	Observe(in, out any)
}

// Tell passes the input and the result of an activity that succeeded to the observer.
// It is deferred.
func Tell[In, Out any](r Records, in *In, out *Out, err *error) {
	if r.Observer != nil && *err == nil {
		r.Observer.Observe(*in, *out)
	}
}

// Tries is how often something is read again because somebody else wrote at the same
// moment, before the next try is left to Temporal.
const Tries = 3

// On is the time on the given clock, as a function of no argument.
func (r Records) On(c capacity.Clock) func() time.Time {
	return func() time.Time { return c.Now(r.Now()) }
}

package capacity

import "context"

// Units is a number of the smallest things that are scaled: replicas,
// instances, copies of a model.
type Units int

// TargetName is the address of a target, such as "sim://chat".
type TargetName string

// State is what a target runs at one moment.
type State struct {
	Units   Units // what it was last asked to run
	Serving Units // what takes load now
}

// Settled reports whether the target runs exactly what it was asked to.
func (s State) Settled() bool { return s.Units == s.Serving }

// A Target is something whose number of units can be set.
type Target interface {
	// State reports what runs now. It returns ErrNoSuchTarget if there is no
	// such target, and ErrAccess if it may not be read.
	State(ctx context.Context) (State, error)
	// Scale asks the target to run a.Units units: "set to", never "add". It
	// returns as soon as the target has accepted; State tells when the units
	// serve. A repeat of the same action, or an action that asks for what is
	// already asked for, changes nothing and is no error. It returns
	// ErrTargetBusy while the target takes no changes (try again),
	// ErrNoSuchTarget and ErrAccess (give up), and ErrOutOfBounds if the
	// target can never run so many.
	Scale(ctx context.Context, a Action) error
}

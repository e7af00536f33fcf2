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
	// Floor: Units is the least that the target runs. Something else, such as
	// another autoscaler, decides how many more.
	Floor bool `json:",omitempty"`
}

// Settled reports whether the target runs what it was asked to.
func (s State) Settled() bool { return s.Units == s.Serving || s.Floor && s.Serving > s.Units }

// A Target is something whose number of units can be set.
type Target interface {
	// State reports what runs now. It returns ErrNoSuchTarget if there is no
	// such target, ErrOutOfService if it is being deleted or was, and ErrAccess if
	// it may not be read.
	State(ctx context.Context) (State, error)
	// Scale asks the target to run a.Units units: "set to", never "add". It
	// returns as soon as the target has accepted; State tells when the units
	// serve. A repeat of the same action, or an action that asks for what is
	// already asked for, changes nothing and is no error. It returns
	// ErrTargetBusy while the target takes no changes (try again),
	// ErrNoSuchTarget and ErrAccess (give up), ErrOutOfBounds if the target
	// can never run so many, ErrQuota if the account may not, ErrNoCapacity if
	// its provider has none of the kind now (ask another pool), ErrOutOfService
	// if it does not work until somebody repairs it (ask another pool),
	// ErrStopped if somebody has stopped changes at the target (wait until the
	// stop is removed), and ErrConflict if somebody else changed it at the same
	// moment: then nothing was written.
	Scale(ctx context.Context, a Action) error
}

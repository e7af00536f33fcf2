package capacity

import (
	"context"
	"fmt"
)

// Limits are the bounds between which a target can be asked for units.
type Limits struct {
	Min, Max Units
	Quota    Units // the most that the account may have; zero: not known
}

// A Limiting says that a target's upper bound should be Max. The number is
// absolute, so a repeat is harmless.
type Limiting struct {
	ID   string
	From Units // what it is expected to be before
	Max  Units
}

// A Limited is a target whose upper bound can be read and moved, such as the
// maximum of a group of instances.
type Limited interface {
	Target
	// Limits reads the bounds. Its errors are those of State.
	Limits(ctx context.Context) (Limits, error)
	// Limit moves the upper bound. If it already is l.Max, nothing happens; if
	// it is neither that nor l.From, somebody else has moved it: nothing is
	// written and ErrDrifted is returned. Its other errors are those of Scale.
	Limit(ctx context.Context, l Limiting) error
}

// A Finding is something about a target that an operator should know before
// it is trusted with a plan.
type Finding struct {
	Blocks bool   // nothing would come of a plan: do not act until it is mended
	Text   string // what it is and what to do
}

// Blocks is a finding that nothing would come of a plan.
func Blocks(format string, args ...any) Finding {
	return Finding{Blocks: true, Text: fmt.Sprintf(format, args...)}
}

// Warns is a finding with which a plan still has an effect.
func Warns(format string, args ...any) Finding {
	return Finding{Text: fmt.Sprintf(format, args...)}
}

// An Inspected is a target that can be asked what would go wrong.
type Inspected interface {
	Target
	// Inspect looks and changes nothing. Its errors are those of State.
	Inspect(ctx context.Context) ([]Finding, error)
}

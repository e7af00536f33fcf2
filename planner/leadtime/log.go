// Package leadtime measures how long it takes until units that were asked for
// serve: from the outcomes of past actions, which a [Log] keeps, so that a plan
// need not rely on what was once believed. It reads no clock and does no I/O.
package leadtime

import (
	"slices"
	"time"

	"headroom/capacity"
)

// kept is how many raises of each target a log keeps.
const kept = 50

// A Raise is an action that asked for more units, and how long it took until
// they served.
type Raise struct {
	Action string // the action's ID
	Target capacity.TargetName
	Took   time.Duration // on the clock of the plan
	// Short tells that they did not all serve when they were last looked at: it
	// takes longer than Took.
	Short bool `json:",omitempty"`
}

// A Log is the newest raises of a service's targets, oldest first. The zero Log
// is empty. It is stored as JSON.
type Log []Raise

// Add returns the log with those of the outcomes that tell a lead time: of
// actions that asked for more units than there were, and were done or came up
// short. Of each action the first outcome counts, so that adding is idempotent.
// The newest 50 raises of each target are kept. The log itself does not change.
func (l Log) Add(outcomes ...capacity.Outcome) Log {
	out := slices.Clone(l)
	for _, o := range outcomes {
		told := o.Verdict == capacity.Done || o.Verdict == capacity.Short
		raise := o.Action.Units > o.Before.Units && !o.Asked.IsZero() && o.Settled.After(o.Asked)
		known := slices.ContainsFunc(out, func(r Raise) bool { return r.Action == o.Action.ID })
		if !told || !raise || known {
			continue
		}
		out = append(out, Raise{o.Action.ID, o.Action.Target, o.Settled.Sub(o.Asked), o.Verdict == capacity.Short})
		if of := out.of(o.Action.Target); len(of) > kept {
			oldest := of[0].Action
			out = slices.DeleteFunc(out, func(r Raise) bool { return r.Action == oldest })
		}
	}
	return out
}

// of is the raises of one target.
func (l Log) of(target capacity.TargetName) []Raise {
	var out []Raise
	for _, r := range l {
		if r.Target == target {
			out = append(out, r)
		}
	}
	return out
}

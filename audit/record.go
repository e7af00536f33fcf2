// Package audit keeps a record of every decision, so that nobody can change the
// past unseen: records are put once, each names the one before it by its hash,
// and the head, which is swapped, names the newest. A service has a chain of its
// own. Who may write to the store can replace a whole chain, so an auditor notes
// a head's hash elsewhere and hands it to [Verify].
package audit

import (
	"encoding/json"
	"time"

	"headroom/capacity"
)

// A Record is one decision, and who or what made it.
type Record struct {
	Sequence int64 // counts from 1
	Service  string
	// ID names the decision: one that is told again is recorded once.
	ID   string
	At   time.Time // on the service's clock
	Kind Kind
	By   string `json:",omitempty"` // a person; empty: the policy, or nobody who was verified
	Why  string `json:",omitempty"`
	Plan string `json:",omitempty"` // the ID of the plan that it is about
	// Verdict is what became of the plan, in a record of that kind.
	Verdict string `json:",omitempty"`
	Text    string // what was decided, in a sentence
	// Facts is what the decision rests on, as the kind has it.
	Facts json.RawMessage `json:",omitempty"`
	// Previous refers to the record before; zero at the first.
	Previous capacity.Ref `json:",omitzero"`

	oldest time.Time // from now on no record is older, if it says so
}

// A Kind says what was decided.
type Kind string

// The kinds.
const (
	Planned   Kind = "planned"   // a plan was made
	Verdict   Kind = "verdict"   // what became of a plan: proposed, approved, expired …
	Ordered   Kind = "ordered"   // a person overrode, cleared, paused, resumed or aborted
	Policy    Kind = "policy"    // a policy was put in force
	Event     Kind = "event"     // a person had an event prepared, or called it off
	Refused   Kind = "refused"   // a person ordered what the policy does not let them
	Acted     Kind = "acted"     // what became of actions, with the targets' answers
	Started   Kind = "started"   // a person or a schedule had it planned, retrained, looked back at or scheduled
	Late      Kind = "late"      // a plan was made although the load history ends long before now
	Failed    Kind = "failed"    // no new plan came into force, or no model was trained, and why
	Extended  Kind = "extended"  // a plan ended before another came, and its last day's most units are kept
	Live      Kind = "live"      // the controller began or ceased to decide, or what it decided in an hour
	Stopped   Kind = "stopped"   // changes were found to be stopped, or not to be any more
	Left      Kind = "left"      // a target is no longer in the policy, and was left at what it runs
	Promoted  Kind = "promoted"  // a retraining replaced the champion, or did not
	Bounded   Kind = "bounded"   // an upper bound of a target was raised or restored
	Retired   Kind = "retired"   // the policy is gone, and the service was left
	Damaged   Kind = "damaged"   // an object that could not be read was kept aside, and begun anew
	Restored  Kind = "restored"  // an object that was damaged or lost was rebuilt from others
	Pruned    Kind = "pruned"    // objects were removed that are older than they are kept
	Forgotten Kind = "forgotten" // records older than the policy keeps were removed
)

// Kinds lists them all.
func Kinds() []Kind {
	return []Kind{Planned, Verdict, Ordered, Policy, Event, Refused, Acted, Started, Late, Failed, Extended, Live, Stopped, Left, Promoted, Bounded, Retired, Damaged, Restored, Pruned, Forgotten}
}

package event

import (
	"slices"
	"time"

	"headroom/capacity"
)

// A Phase is what the preparation does.
type Phase string

// The phases, in their order.
const (
	Sizing     Phase = ""           // finds what the event needs
	Checking   Phase = "checking"   // looks at the targets for the first time
	Waiting    Phase = "waiting"    // until units are to be requested
	Rechecking Phase = "rechecking" // looks at the targets again
	Counting   Phase = "counting"   // reads what the targets are asked for before the event
	Recalling  Phase = "recalling"  // reads what an earlier run left raised
	Recording  Phase = "recording"  // stores what is about to be raised and ordered
	Raising    Phase = "raising"    // raises limits
	Holding    Phase = "holding"    // keeps the units requested, until the event is over
	Finding    Phase = "finding"    // reads what an earlier run left raised, to restore it
	Releasing  Phase = "releasing"  // clears the orders
	Restoring  Phase = "restoring"  // restores limits
	Closing    Phase = "closing"    // stores what is left, or removes the record
	Done       Phase = "done"
)

// A Need is what an event needs of one pool.
type Need struct {
	Pool   string
	Target capacity.TargetName
	Units  capacity.Units
	Lead   time.Duration // until a requested unit serves, as it was measured
}

// A Raise is an upper limit of a target that was raised, or is about to be.
type Raise struct {
	Target capacity.TargetName
	From   capacity.Units // before the event: what it is restored to
	To     capacity.Units // what it is raised to
	// Seen is what the limit was when the raise was decided. It differs from From
	// where an earlier run had raised the limit already.
	Seen capacity.Units
	// Wrote is what an earlier run may have written.
	Wrote    []capacity.Units `json:",omitempty"`
	Answered bool             `json:",omitempty"` // the call to raise it has returned
	Outcome  Outcome          `json:",omitempty"` // empty: still to be restored
	Note     string           `json:",omitempty"` // the last answer of the target, in a sentence
}

// Ours reports whether limit is a value that the preparation found or wrote.
func (r Raise) Ours(limit capacity.Units) bool {
	return limit == r.From || limit == r.To || slices.Contains(r.Wrote, limit)
}

// An Outcome is what became of a raised limit.
type Outcome string

// The outcomes.
const (
	Restored Outcome = "restored" // it is what it was before the event
	Changed  Outcome = "changed"  // somebody else has changed it: it was left alone
	Left     Outcome = "left"     // it could not be restored
)

// An Order is an override that the conductor was, or is about to be, asked to
// take. Its ID names the units and the time: another order has another ID.
type Order struct {
	ID    string
	Pool  string
	Units capacity.Units
	Until time.Time
	Old   bool `json:",omitempty"` // of an earlier run: it is cleared and not renewed
}

// State is all that is known about the preparation of an event. It is plain data:
// the input of a run, what it continues as new with, and the stored record.
type State struct {
	Service string
	ID      string // the preparation's own, which begins the IDs of all that it asks for
	Event   capacity.Event
	Tuning  Tuning
	// RestoreOnly: nothing is prepared, only what an earlier run left is restored.
	RestoreOnly bool  `json:",omitempty"`
	Phase       Phase `json:",omitempty"`
	// Pools is what the event needs. It is found from a forecast if it is empty at
	// the start.
	Pools []Need
	// Most is how many of them may be requested, as quotas allow, and Limits what the
	// upper limits of the targets were at the last check, -1 where a target has none.
	Most   []capacity.Units
	Limits []capacity.Units `json:",omitempty"`
	// Bases is what those limits were before events raised them.
	Bases []capacity.Units `json:",omitempty"`
	// Before is what the targets were asked for before the event; empty if that
	// could not be read.
	Before []capacity.Units `json:",omitempty"`
	Raised []Raise          `json:",omitempty"`
	// Orders is what the conductor was, or may have been, asked for.
	Orders []Order `json:",omitempty"`
	// Recalled: the record of an earlier run was read, or there is none.
	Recalled bool   `json:",omitempty"`
	Seen     []Seen `json:",omitempty"` // of the pools, in their order
	// Ready is since when all that is needed serves, Changed when the numbers of
	// serving units last changed, and Ending since when limits are being restored.
	// Pause is until when nothing is tried again after a check that failed.
	Ready   time.Time `json:",omitzero"`
	Changed time.Time `json:",omitzero"`
	Pause   time.Time `json:",omitzero"`
	Ending  time.Time `json:",omitzero"`
	// Stopped is when a limit could not be restored last because changes were stopped or
	// the service was paused.
	Stopped time.Time `json:",omitzero"`

	Canceled bool     `json:",omitempty"`
	Failure  string   `json:",omitempty"` // why nothing could be prepared
	Findings []string `json:",omitempty"` // what the last check of the targets found
	Notes    []string `json:",omitempty"` // the last that an operator should know
	Stage    string   `json:",omitempty"` // as it was reported last
}

// Seen is what was seen of a pool.
type Seen struct {
	Asked, Serving capacity.Units
	Order          OrderState
	Note           string `json:",omitempty"` // what is wrong, in a sentence
}

// An OrderState is what the conductor says of an order.
type OrderState string

// The states of an order.
const (
	Accepted OrderState = "accepted"
	Absent   OrderState = "absent"  // no conductor is at work
	Refused  OrderState = "refused" // the conductor does not take it
	Unknown  OrderState = "unknown" // the conductor could not be reached
	NoOrder  OrderState = ""        // the pool needs nothing
)

// Alike reports whether two observations of pools differ in nothing that a report
// would be worth: whether each pool has its units, and whether anything is wrong.
func Alike(pools []Need, a, b []Seen) bool {
	if len(a) != len(pools) || len(b) != len(pools) {
		return false
	}
	for i, need := range pools {
		if (a[i].Serving >= need.Units) != (b[i].Serving >= need.Units) || a[i].Order != b[i].Order || (a[i].Note == "") != (b[i].Note == "") {
			return false
		}
	}
	return true
}

// remembered is how many notes are kept.
const remembered = 20

// note keeps what an operator should know. A note that is there already is not
// repeated.
func (s *State) note(text string) {
	if text == "" || slices.Contains(s.Notes, text) {
		return
	}
	s.Notes = append(s.Notes, text)
	s.Notes = s.Notes[max(0, len(s.Notes)-remembered):]
}

// Unrestored is the limits that are, or may be, raised still.
func (s *State) Unrestored() (list []Raise) {
	for _, r := range s.Raised {
		if r.Outcome == "" || r.Outcome == Left {
			list = append(list, r)
		}
	}
	return list
}

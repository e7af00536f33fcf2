package event

import (
	"time"

	"headroom/capacity"
)

// An Event is something that has happened: a command's result, or a word from
// outside. The type says which. In a result, Err is why the command failed, in
// words; empty if it did not.
type Event any

// The events.
type (
	// Started says that a run begins, or goes on after it continued as new.
	Started struct{}
	// Woke says that the time of a [Wait] has come.
	Woke struct{}
	// Canceled says that the preparation is called off.
	Canceled struct{}
	// Full says that the run should continue as new.
	Full struct{}
	// Sized is the result of [Size].
	Sized struct {
		Pools []Need
		Notes []string
		Err   string
	}
	// Checked is the result of [Check], in the order of the pools.
	Checked struct {
		Targets []Look
		Err     string
	}
	// Counted is the result of [Count], in the order of the pools.
	Counted struct {
		Asked []capacity.Units
		Err   string
	}
	// Recalled is the result of [Recall]. Earlier is nil if there is no record.
	Recalled struct {
		Earlier *State
		Err     string
	}
	// Recorded is the result of [Record].
	Recorded struct{ Err string }
	// LimitRaised is the result of [RaiseLimit]. Err may leave open whether the
	// limit was written.
	LimitRaised struct {
		Target capacity.TargetName
		Err    string
	}
	// Held is the result of [Hold], in the order of the pools.
	Held struct {
		Pools []Seen
		Err   string
	}
	// Released is the result of [Release].
	Released struct {
		Notes []string
		Err   string
	}
	// LimitsRestored is the result of [RestoreLimits].
	LimitsRestored struct {
		Limits []Restoration
		Err    string
	}
)

// A Look is what a check of a target found.
type Look struct {
	Limited  bool           // it has an upper limit that can be moved
	Max      capacity.Units // that limit
	Quota    capacity.Units // zero: not known
	Raised   bool           `json:",omitempty"` // events have raised that limit
	Before   capacity.Units `json:",omitempty"` // what it was before they did
	Findings []capacity.Finding
}

// A Restoration is what became of a limit that was to be restored. Outcome is empty
// where it has to be tried again.
type Restoration struct {
	Target  capacity.TargetName
	Outcome Outcome
	Note    string
	Stopped bool `json:",omitempty"` // changes of the target are stopped, or the service is paused
}

// An Effect is something to do. The type says what.
type Effect any

// The effects. All but [Report] are commands: a Step ends with exactly one.
type (
	// Report says where the preparation is. Stage is a word, and New if it is
	// another one than that reported last; Text is a sentence.
	Report struct {
		Stage string
		New   bool
		Text  string
	}
	// Size finds what the event needs from a forecast.
	Size struct{}
	// Check looks at the targets and changes nothing.
	Check struct{ Pools []Need }
	// Wait waits until a time.
	Wait struct{ Until time.Time }
	// Count reads what the targets are asked for.
	Count struct{ Pools []Need }
	// Recall reads the stored record of an earlier run.
	Recall struct{}
	// Record stores the state, or removes the record if nothing is left of it.
	Record struct{ Remove bool }
	// RaiseLimit raises an upper limit from Seen to To.
	RaiseLimit struct{ Raise Raise }
	// Hold has the conductor take the orders that it does not have, and counts the
	// units. It is done Rounds times at most, every Every, and ends early when what it
	// sees is not [Alike] Known. Where something is Known, it is done for the first
	// time after Every.
	Hold struct {
		Pools  []Need
		Orders []Order
		Every  time.Duration
		Rounds int
		Known  []Seen
	}
	// Release clears the orders. Where no conductor is at work, it asks the targets
	// for what they were asked for before.
	Release struct {
		Pools        []Need
		Orders       []Order
		Most, Before []capacity.Units
	}
	// RestoreLimits restores limits that are still what was written, as far as no other
	// event needs them. It is repeated
	// every Every, Rounds times at most, until no limit has to be tried again.
	RestoreLimits struct {
		Limits []Raise
		Every  time.Duration
		Rounds int
	}
	// ContinueAsNew goes on in a new run with the state.
	ContinueAsNew struct{}
	// End ends the run. Failure is why nothing could be prepared, and Left is the
	// limits that could not be restored, in sentences.
	End struct {
		Canceled bool
		Failure  string
		Left     []string
	}
)

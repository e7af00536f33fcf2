package capacity

import "time"

// A Schedule says when a service is worked on without being asked. Its times
// are cron expressions of five fields on the wall clock of the demand's zone;
// an empty one never comes up. When models are retrained is said by
// [Outlook.Retrain].
type Schedule struct {
	Plan  string // when a plan is made
	Watch string // when it is looked whether the plan still fits
	// Regret is when the week before is looked back at.
	Regret string `json:",omitempty"`
	// Replan is the least time between a plan and one that is made out of turn,
	// because something has changed.
	Replan  time.Duration
	Overlap Overlap
	CatchUp time.Duration // a time that was missed by no more than this is made up for
	Jitter  time.Duration // each time is put off by up to this, at random
	Paused  bool          // nothing is begun
}

// An Overlap says what becomes of a run that is due while the one before it is
// not over.
type Overlap string

// What may be done about runs that overlap.
const (
	Skip    Overlap = "skip"    // the later one is left out
	Wait    Overlap = "wait"    // it begins once the earlier one is over
	Replace Overlap = "replace" // the earlier one is cancelled
)

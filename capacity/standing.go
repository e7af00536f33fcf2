package capacity

import "time"

// A Standing is what has become of a plan, and what is in force beside it.
type Standing struct {
	Verdict   string     // such as waiting, executing or rejected
	By        string     `json:",omitempty"` // who decided so; empty: the policy
	Why       string     `json:",omitempty"`
	At        time.Time  // when it was so
	Expires   time.Time  `json:",omitzero"`  // until when it can be approved
	Pools     []Running  `json:",omitempty"` // of a plan that is carried out
	Overrides []Override `json:",omitempty"` // that hold, or will
	Pause     *Halt      `json:",omitempty"`
	Aborted   *Halt      `json:",omitempty"`
	Notes     []string   `json:",omitempty"` // of what went otherwise than planned
}

// Next is the change that is due first, and its pool; nil if there is none.
func (s Standing) Next() (next *Action, pool string) {
	for _, r := range s.Pools {
		if r.Next != nil && (next == nil || r.Next.At.Before(next.At)) {
			next, pool = r.Next, r.Pool
		}
	}
	return next, pool
}

// Running is what one pool runs, and its next change.
type Running struct {
	Pool      string
	Target    TargetName
	Known     bool      // false: neither Requested nor Serving is known
	Requested Units     // what the target was last asked for
	Serving   Units     // what took load when the target was last looked at
	Seen      time.Time `json:",omitzero"` // when that was
	// Trouble, if not empty, says why nothing more is asked of the target, or why
	// it is not known what it runs.
	Trouble string  `json:",omitempty"`
	Next    *Action `json:",omitempty"` // of the plan; nil: none is left
}

// A Halt is a pause or an abort.
type Halt struct {
	At      time.Time
	Until   time.Time `json:",omitzero"` // zero: it does not end by itself
	By, Why string
}

package capacity

import "time"

// An Action says that a target should run so many units. The number is
// absolute and the ID names the plan and the step, so a repeat is harmless.
type Action struct {
	ID     string // plan ID, pool and time, such as "3f2a…/g5/2026-03-02T12:00Z"
	Target TargetName
	At     time.Time // when to ask: a lead time before the units must serve
	Due    time.Time // when the units must serve
	From   Units     // what the plan expects to find
	Units  Units
	Why    string
}

// A Verdict says how an action ended.
type Verdict string

// The verdicts, best first.
const (
	Done        Verdict = "done"        // the units serve
	AlreadySo   Verdict = "already so"  // nothing had to be done
	Superseded  Verdict = "superseded"  // something newer took over before it was due or verified
	Drifted     Verdict = "drifted"     // somebody else had changed the target: it was left alone
	Short       Verdict = "short"       // fewer units serve than asked for; what serves was kept
	Compensated Verdict = "compensated" // it failed, and what it had begun was taken back
	Failed      Verdict = "failed"      // it failed, and could not be taken back either
)

// Verdicts lists them all, best first.
func Verdicts() []Verdict {
	return []Verdict{Done, AlreadySo, Superseded, Drifted, Short, Compensated, Failed}
}

// An Outcome is what became of an action.
type Outcome struct {
	Action  Action
	Verdict Verdict
	Before  State
	After   State
	Asked   time.Time // when the target was asked
	Settled time.Time // when the verdict was reached
	Note    string    // what went wrong, if anything did
}

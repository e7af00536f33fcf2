package capacity

import (
	"fmt"
	"time"
)

// An Override is the word of a person, or of a prepared event, that outranks a
// plan for a while. The plan goes on beneath it and counts again at Until. The
// policy's bounds and ramps do not bind it; a pause holds it back, and in a
// freeze nothing is asked for.
type Override struct {
	ID    string // a repeat with the same ID changes nothing
	Pool  string // empty: the policy's only pool
	Units Units
	// AtLeast: the plan may ask for more. Otherwise the pool runs Units exactly.
	AtLeast     bool
	From, Until time.Time
	By, Why     string
}

// Holds reports whether the override counts at t.
func (o Override) Holds(t time.Time) bool { return Window{o.From, o.Until}.Holds(t) }

// Text is what the override asks for, in a few words.
func (o Override) Text() string {
	pool, how := "", ""
	if o.Pool != "" {
		pool = " in " + o.Pool
	}
	if o.AtLeast {
		how = "at least "
	}
	return fmt.Sprintf("%s%s%s, %s to %s", how, Count(o.Units, "unit"), pool, o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339))
}

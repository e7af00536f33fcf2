package capacity

import "time"

// A Freeze is a change freeze: the time in which the policy denies changes, and
// which changes it denies. The zero Freeze denies nothing, since it has no window.
type Freeze struct {
	Deny    Deny     `json:",omitempty"` // empty: DenyLower
	Windows []Window `json:",omitempty"` // by time
}

// A PolicyFreeze is the time in which the policy may not be replaced.
type PolicyFreeze struct {
	Windows []Window `json:",omitempty"` // by time
	// Except is the permission of those who may replace it nevertheless; empty: nobody may.
	Except Permission `json:",omitempty"`
}

// Deny says which changes a freeze denies.
type Deny string

// What a freeze denies.
const (
	DenyLower Deny = "lower" // targets are raised, never lowered
	DenyAll   Deny = "all"   // targets are not asked for anything
)

// Text names the changes that are denied.
func (d Deny) Text() string {
	if d == DenyAll {
		return "changes"
	}
	return "lowering"
}

// At is the window that t is in and what is denied there, or false if t is in
// none. Windows that overlap or follow each other without a gap count as one, so
// that the end of w is the time from which changes are allowed again.
func (f Freeze) At(t time.Time) (w Window, deny Deny, frozen bool) {
	if w, frozen = WindowAt(f.Windows, t); !frozen {
		return w, "", false
	}
	if deny = f.Deny; deny == "" {
		deny = DenyLower
	}
	return w, deny, true
}

// WindowAt is the window that t is in, or false if t is in none. Windows that
// overlap or follow each other without a gap count as one.
func WindowAt(windows []Window, t time.Time) (w Window, found bool) {
	for _, next := range windows {
		if !found && next.Holds(t) {
			w, found = next, true
		}
	}
	if !found {
		return Window{}, false
	}
	for grown := true; grown; {
		grown = false
		for _, next := range windows {
			if !next.From.After(w.To) && !next.To.Before(w.From) && (next.To.After(w.To) || next.From.Before(w.From)) {
				w.From, w.To, grown = earlier(w.From, next.From), later(w.To, next.To), true
			}
		}
	}
	return w, true
}

// DeniesRaise reports whether a target may not be asked for more at t.
func (f Freeze) DeniesRaise(t time.Time) bool { return f.Deny == DenyAll && f.DeniesLower(t) }

// DeniesLower reports whether a target may not be asked for less at t.
func (f Freeze) DeniesLower(t time.Time) bool {
	for _, w := range f.Windows {
		if w.Holds(t) {
			return true
		}
	}
	return false
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

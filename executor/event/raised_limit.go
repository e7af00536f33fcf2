package event

import (
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
)

// A RaisedLimit is an upper limit that events have raised, with what each of them
// needs. There is one for each target, which the events share: the first one that
// raises the limit notes what it was before, and the last one that ends restores
// that. The zero value is a limit that no event has raised.
type RaisedLimit struct {
	Target string         // its identity, see [capacity.TargetName.Identity]
	Base   capacity.Units // before the first event raised it
	// Wrote is what events have written, or may have, since the limit was Base.
	Wrote []capacity.Units `json:",omitempty"`
	Needs []LimitNeed      `json:",omitempty"`
}

// A LimitNeed is what an event needs the upper limit of a target to be.
type LimitNeed struct {
	Preparation string // its ID
	Target      capacity.TargetName
	Units       capacity.Units
	// Changed: somebody else has changed the limit to Found since the event raised it.
	// The need no longer counts.
	Changed bool           `json:",omitempty"`
	Found   capacity.Units `json:",omitempty"`
}

// Raised reports whether limit is one that events have raised, and nobody else has
// changed.
func (l RaisedLimit) Raised(limit capacity.Units) bool {
	return !l.none() && l.ours(limit)
}

func (l RaisedLimit) ours(limit capacity.Units) bool {
	return limit == l.Base || slices.Contains(l.Wrote, limit)
}

// none reports whether no event has raised the limit, or all is restored.
func (l RaisedLimit) none() bool { return len(l.Needs) == 0 && len(l.Wrote) == 0 }

// Needed is what the limit has to be: what the event that needs most needs, and at
// least Base.
func (l RaisedLimit) Needed() capacity.Units {
	needed := l.Base
	for _, n := range l.Needs {
		if !n.Changed {
			needed = max(needed, n.Units)
		}
	}
	return needed
}

// find is the index of a preparation's need, or -1.
func (l RaisedLimit) find(preparation string, target capacity.TargetName) int {
	return slices.IndexFunc(l.Needs, func(n LimitNeed) bool { return n.Preparation == preparation && n.Target == target })
}

// Raise is the limit with the need of a preparation, given that the target's is
// limit now. It is to be stored before the target's is raised to r.To. Raise returns
// an [capacity.ErrDrifted] if somebody else has changed the limit since the raise was
// decided. A repeat changes nothing.
func (l RaisedLimit) Raise(preparation string, r Raise, limit capacity.Units) (RaisedLimit, error) {
	i := l.find(preparation, r.Target)
	next := RaisedLimit{Target: r.Target.Identity(), Base: l.Base, Wrote: slices.Clone(l.Wrote), Needs: slices.Clone(l.Needs)}
	switch {
	case !l.none() && l.ours(limit):
	case l.none() && (r.Ours(limit) || limit == r.Seen):
		next.Base, next.Wrote = r.From, append(slices.Clone(r.Wrote), limit)
	case limit != r.Seen:
		return l, fmt.Errorf("raise the upper limit of %q to %d: it is %d, and was to be %d; see who else changes it: %w", r.Target, r.To, limit, r.Seen, capacity.ErrDrifted)
	default: // somebody else changed it after events had raised it
		for n := range next.Needs {
			if need := &next.Needs[n]; !need.Changed {
				need.Changed, need.Found = true, limit
			}
		}
		next.Base, next.Wrote = limit, nil
	}
	need := LimitNeed{Preparation: preparation, Target: r.Target, Units: r.To}
	if i < 0 {
		next.Needs = append(next.Needs, need)
	} else {
		next.Needs[i] = need
	}
	next.wrote(r.To)
	return next, nil
}

// wrote notes what is about to be written.
func (l *RaisedLimit) wrote(limit capacity.Units) {
	if !l.ours(limit) {
		l.Wrote = append(l.Wrote, limit)
	}
}

// End is the limit without the need of a preparation, given that the target's is
// limit now, and what has become of it. It is to be stored before the target's is
// lowered to what [RaisedLimit.Needed] says, which is to be done where the outcome is
// [Restored]. A repeat changes nothing.
func (l RaisedLimit) End(preparation string, r Raise, limit capacity.Units) (next RaisedLimit, outcome Outcome, note string) {
	needed, i := l.Needed(), l.find(preparation, r.Target)
	next = RaisedLimit{Target: r.Target.Identity(), Base: l.Base, Wrote: slices.Clone(l.Wrote), Needs: slices.Clone(l.Needs)}
	if l.none() { // it is restored already, or what was stored of it is lost
		next.Base, next.Wrote = r.From, append(slices.Clone(r.Wrote), r.To)
		needed = r.To
	}
	if i >= 0 {
		next.Needs = slices.Delete(next.Needs, i, i+1)
	} else if r.Ours(next.Base) { // it was begun anew after this event had raised it
		next.wrote(next.Base)
		next.Base = r.From
	}
	switch {
	case i >= 0 && l.Needs[i].Changed:
		outcome, note = Changed, foreign(r.Target, l.Needs[i].Found, l.Needs[i].Units, r.From)
	case !next.ours(limit):
		outcome, note = Changed, foreign(r.Target, limit, needed, next.Base)
	default:
		outcome, note = Restored, next.describe(r.Target, limit)
	}
	if next.ours(limit) {
		next.wrote(next.Needed())
	} else if len(next.Needs) == 0 {
		next = RaisedLimit{Target: next.Target}
	}
	return next, outcome, note
}

// describe says what the limit becomes, that was limit.
func (l RaisedLimit) describe(target capacity.TargetName, limit capacity.Units) string {
	needed := l.Needed()
	var events []string
	for _, n := range l.Needs {
		if !n.Changed {
			events = append(events, n.Preparation)
		}
	}
	switch {
	case len(events) > 0 && limit < needed:
		return fmt.Sprintf("the upper limit of %s is %d, and %s needs %d", target, limit, strings.Join(slices.Compact(events), " and "), needed)
	case len(events) > 0:
		return fmt.Sprintf("the upper limit of %s is %d and not yet %d as before, as %s needs it", target, needed, l.Base, strings.Join(slices.Compact(events), " and "))
	case limit == needed:
		return fmt.Sprintf("the upper limit of %s is %d, as it was before", target, needed)
	}
	return fmt.Sprintf("the upper limit of %s is %d again", target, needed)
}

// Restored is the limit once the target's is what it needs to be.
func (l RaisedLimit) Restored() RaisedLimit {
	if len(l.Needs) == 0 {
		return RaisedLimit{Target: l.Target}
	}
	return l
}

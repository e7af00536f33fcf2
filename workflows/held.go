package workflows

import (
	"fmt"
	"slices"
	"time"

	"headroom/activities"
	"headroom/capacity"
)

// Held is what a conductor remembers of one target.
type Held struct {
	Units capacity.Units   // that were last written or found
	Known bool             // false: an action failed half-way, so it may be one of Maybe
	Maybe []capacity.Units `json:",omitempty"` // none: any number
	At    time.Time        // when it was asked
	Plan  string           // the plan that was carried out then
	// Planned is the number at which the plan stands, beneath overrides, the
	// floor and the ramp. Nil: there was no plan's action yet.
	Planned *capacity.Units `json:",omitempty"`
	Wanted  *capacity.Units `json:",omitempty"` // the number decided on last, reached or not
	// Again is when the number wanted last is asked for again, since it was not
	// reached. Zero: not before another number is wanted.
	Again    time.Time `json:",omitzero"`
	Failures int       `json:",omitempty"` // in a row
	Busy     *Busy     `json:",omitempty"`
	// Drifted, if not empty, says that somebody else changed the target. Nothing
	// more is asked for until a newer plan or an override arrives.
	Drifted string `json:",omitempty"`
}

// span is the lowest and the highest number that a target may hold, if known.
func (h Held) span() (low, high capacity.Units, known bool) {
	switch {
	case h.Known:
		return h.Units, h.Units, true
	case len(h.Maybe) == 0:
		return 0, 0, false
	}
	return slices.Min(h.Maybe), slices.Max(h.Maybe), true
}

// A Loan is units that one pool runs in place of another, until that one reaches
// a number of its plan again or a newer plan counts with what runs.
type Loan struct {
	For    capacity.TargetName // the target that lacks them
	Target capacity.TargetName // the one that runs them
	Units  capacity.Units
	Why    string
}

// extra is what a target runs in place of others.
func (s *ExecuteState) extra(target capacity.TargetName) capacity.Units {
	n := capacity.Units(0)
	for _, l := range s.Loans {
		if l.Target == target {
			n += l.Units
		}
	}
	return n
}

// expect is the numbers that a target may be found at before an action: what
// was last written or found and, of a newer plan, what it has read. None:
// nobody can say.
func (s *ExecuteState) expect(action capacity.Action, planned bool) []capacity.Units {
	h, asked := s.Held[action.Target]
	switch {
	case asked && !h.Known && len(h.Maybe) > 0 && planned && h.Plan != s.Plan.ID:
		return append(slices.Clone(h.Maybe), action.From)
	case asked && !h.Known:
		return h.Maybe
	case !asked && planned:
		return []capacity.Units{action.From}
	case !asked:
		return nil
	case planned && h.Plan != s.Plan.ID && h.Units != action.From:
		return []capacity.Units{h.Units, action.From}
	}
	return []capacity.Units{h.Units}
}

// renew forgets what a newer plan has read anew.
func (s *ExecuteState) renew() {
	for _, pool := range s.Policy.Pools {
		target := pool.Target
		h := s.Held[target]
		switch {
		case h.Drifted != "":
			delete(s.Held, target)
		case h.Planned != nil:
			n := *h.Planned + s.extra(target)
			if s.Extended == s.Plan.ID {
				n = max(n, s.kept(pool)) // the newer plan begins with what it has found
			}
			h.Planned = &n
			s.Held[target] = h
		}
	}
	s.Loans = nil
}

// keep remembers what an action wrote or found.
func (s *ExecuteState) keep(plan string, o capacity.Outcome) {
	h := s.Held[o.Action.Target]
	h.Units, h.Known, h.Maybe, h.At, h.Plan = o.Action.Units, true, nil, o.Asked, plan
	h.Again, h.Busy = time.Time{}, nil
	if o.Verdict == capacity.Drifted {
		h.Units, h.Drifted = o.After.Units, o.Note
	}
	if h.Planned == nil {
		n := o.Before.Units
		h.Planned = &n
	}
	s.Held[o.Action.Target] = h
}

// repay ends the loans for a target that has got what its plan asked for.
func (s *ExecuteState) repay(target capacity.TargetName) {
	s.Loans = slices.DeleteFunc(s.Loans, func(l Loan) bool { return l.For == target })
}

// lend remembers what a pool runs in place of another.
func (s *ExecuteState) lend(missing capacity.TargetName, sub activities.SubstituteResult) {
	s.Loans = append(s.Loans, Loan{For: missing, Target: sub.Action.Target, Units: sub.Extra, Why: sub.Why})
	h := s.Held[sub.Action.Target]
	n, base := sub.Action.Units, sub.Action.From
	h.Wanted = &n
	if h.Planned == nil {
		h.Planned = &base
	}
	s.Held[sub.Action.Target] = h
}

// unlend forgets what a target was to run in place of others: it has not got it.
func (s *ExecuteState) unlend(target capacity.TargetName) {
	s.Loans = slices.DeleteFunc(s.Loans, func(l Loan) bool { return l.Target == target })
	h := s.Held[target]
	h.Wanted = h.Planned
	s.Held[target] = h
}

// note keeps the last of what an operator should know.
func (s *ExecuteState) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
	s.Notes = s.Notes[max(0, len(s.Notes)-remembered):]
}

// remembered is how many orders and notes a conductor keeps: its state is
// carried from run to run.
const remembered = 20

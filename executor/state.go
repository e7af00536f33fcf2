package executor

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner/reactive"
)

// State is all that a Machine has to remember. It is plain data that survives JSON.
type State struct {
	Service string
	// Policy is the policy of the plan, with the control, bounds and ramps of the
	// policy that is in force.
	Policy capacity.Policy
	Clock  capacity.Clock
	// Version of the rules and numbers by which the run decides.
	Version int
	Plan    capacity.PlanRef // that is carried out; no ID: none yet
	By, Why string           `json:",omitempty"` // who let the plan be carried out, and why
	// TakenAt is the Seq of the standing orders when the plan was taken over: an abort
	// that was given before does not count for it.
	TakenAt int
	Offers  []Offer                     `json:",omitempty"` // plans accepted but not yet read, oldest first
	Next    map[capacity.TargetName]int // number of the plan's actions for a target that are begun
	// Counts is the number of actions of all plans that ended with each verdict.
	Counts        map[capacity.Verdict]int
	Targets       map[capacity.TargetName]Target // that were asked for units
	Seen          map[capacity.TargetName]Sight  `json:",omitempty"`
	Substitutions []Substitution                 `json:",omitempty"`
	Verifying     []Verification                 `json:",omitempty"` // oldest first
	Floor         Floor                          `json:",omitzero"`
	Live          Live                           `json:",omitzero"`
	// Timetables is what targets with a timetable of their own hold; RetryTimetable is
	// when one that could not be written is tried again.
	Timetables     map[capacity.TargetName][]capacity.Slot `json:",omitempty"`
	RetryTimetable time.Time                               `json:",omitzero"`
	// Stopped, if not empty, says why all changes of the service are stopped in the store;
	// StopLook is when that is looked at again.
	Stopped  string    `json:",omitempty"`
	StopLook time.Time `json:",omitzero"`
	// Most is the most units of the plan's last day.
	Most     map[capacity.TargetName]capacity.Units `json:",omitempty"`
	Extended string                                 `json:",omitempty"` // the plan whose end came near before a newer one arrived
	Left     []LeftTarget                           `json:",omitempty"` // the last that left the policy, oldest first
	// BadPlan, if not empty, says that a plan cannot be read, and what is done instead;
	// until a plan is taken over.
	BadPlan string `json:",omitempty"`
	StandingOrders
	Recent []Order  `json:",omitempty"` // the last orders, oldest first
	Notes  []string `json:",omitempty"` // the last that happened and an operator should know, oldest first
	Ended  string   `json:",omitempty"` // what became of the last plan; empty: it is carried out
}

// Target is what is remembered of one target.
type Target struct {
	Requested capacity.Units   // that were last written or found
	Known     bool             // false: a request failed half-way, so it may be one of Possible
	Possible  []capacity.Units `json:",omitempty"` // none: any number
	At        time.Time        // when it was last asked
	Plan      string           // the plan that was carried out then
	// Planned is the number at which the plan stands, beneath overrides, the floor and
	// the ramp. Nil: no action of a plan was due yet.
	Planned *capacity.Units `json:",omitempty"`
	Wanted  *capacity.Units `json:",omitempty"` // the number decided on last, reached or not
	// RetryAt is when Wanted is requested again because it was not reached. Zero: not
	// before another number is wanted.
	RetryAt   time.Time  `json:",omitzero"`
	Failures  int        `json:",omitempty"` // in a row
	Postponed *Postponed `json:",omitempty"`
	// Conflict, if not empty, says that somebody else changed the target. Nothing is
	// requested until a newer plan or an override arrives.
	Conflict string `json:",omitempty"`
	// Stopped, if not empty, says who or what stopped changes outside of Headroom.
	Stopped string `json:",omitempty"`
}

// bounds are the lowest and the highest number that a target may hold, if known.
func (t Target) bounds() (low, high capacity.Units, known bool) {
	switch {
	case t.Known:
		return t.Requested, t.Requested, true
	case len(t.Possible) == 0:
		return 0, 0, false
	}
	return slices.Min(t.Possible), slices.Max(t.Possible), true
}

// replaced reports whether the target was asked for another number after an action, or
// found at one. That is so although it is not known any more what it holds.
func (t Target) replaced(o capacity.Outcome) bool {
	return t.Requested != o.Action.Units && (t.Known || t.At.After(o.Asked))
}

// retryDue reports whether the number wanted last is due to be requested again.
func (t Target) retryDue(now time.Time) bool { return !t.RetryAt.IsZero() && !now.Before(t.RetryAt) }

// An Attempt is an action of a plan, or one in place of another pool's.
type Attempt struct {
	Plan   string
	Action capacity.Action
	First  capacity.TargetName `json:",omitempty"` // the target that lacks units, if this is in place of it
	Tried  []string            `json:",omitempty"` // names of pools that failed before it
}

// Postponed is an action that its target could not accept yet, because it was busy or
// changes were stopped. It is repeated until the target accepts it, another number is
// wanted, or a newer plan arrives.
type Postponed struct {
	Attempt
	Since time.Time
	Tries int // that the target answered
	Why   string
}

// A Verification waits until the units of an action serve.
type Verification struct {
	ID      int
	Attempt Attempt
	Outcome capacity.Outcome
	Until   time.Time
}

// A Substitution is units that one pool runs in place of another, until that one
// reaches a number of its plan again or a newer plan counts with what runs.
type Substitution struct {
	For    capacity.TargetName // the target that lacks them
	Target capacity.TargetName // the one that runs them
	Units  capacity.Units
	Why    string
}

// A Sight is what a target was seen to run, and when.
type Sight struct {
	State capacity.State
	At    time.Time
}

// Floor is what the reactive floor computed last, and when it looks at the load again.
type Floor struct {
	FloorResult
	Look time.Time
}

// FloorResult is what the reactive floor needs at the load that was measured last.
type FloorResult struct {
	Units    capacity.Units
	Measured time.Time // when the load was; zero: it is not known, and Units is 0
	Why      string    `json:",omitempty"` // in a sentence
	Memory   reactive.Memory
}

// A LeftTarget is a target that is no longer in the policy, and what it was left at.
type LeftTarget struct {
	Target capacity.TargetName
	Units  capacity.Units
	Known  bool
	At     time.Time
}

// An Offer is a plan to carry out. Its policy, and who let it be carried out, are read
// with it.
type Offer struct {
	Plan capacity.PlanRef
	// Clock is that of the plan. A run that began without a plan takes it over.
	Clock capacity.Clock `json:",omitzero"`
	// InForce is the policy that was applied since the plan was offered; nil: none was.
	InForce *capacity.Policy `json:",omitempty"`
}

// extra is the number of units that a target runs in place of others.
func (s *State) extra(target capacity.TargetName) capacity.Units {
	n := capacity.Units(0)
	for _, sub := range s.Substitutions {
		if sub.Target == target {
			n += sub.Units
		}
	}
	return n
}

// endSubstitutions ends those for a target that got what its plan asked for.
func (s *State) endSubstitutions(target capacity.TargetName) {
	s.Substitutions = slices.DeleteFunc(s.Substitutions, func(sub Substitution) bool { return sub.For == target })
}

// cancelSubstitution removes the units that a target was to run in place of others,
// because it did not get them.
func (s *State) cancelSubstitution(target capacity.TargetName) {
	s.Substitutions = slices.DeleteFunc(s.Substitutions, func(sub Substitution) bool { return sub.Target == target })
	t := s.Targets[target]
	t.Wanted = t.Planned
	s.Targets[target] = t
}

// pool is the pool of a target; false if the policy has none.
func (s *State) pool(target capacity.TargetName) (capacity.Pool, bool) {
	for _, pool := range s.Policy.Pools {
		if pool.Target == target {
			return pool, true
		}
	}
	return capacity.Pool{}, false
}

// leadTime is how long units of a target need, as the policy has it.
func (s *State) leadTime(target capacity.TargetName) time.Duration {
	if pool, ok := s.pool(target); ok {
		return pool.LeadTime
	}
	if len(s.Policy.Pools) > 0 { // the target is of an older policy
		return s.Policy.Pools[0].LeadTime
	}
	return 0
}

// see remembers what a target was seen to run.
func (s *State) see(target capacity.TargetName, state capacity.State, at time.Time) {
	if at.Before(s.Seen[target].At) {
		return
	}
	s.Seen[target] = Sight{state, at}
}

// remembered is the number of orders and notes that are kept.
const remembered = 20

// note keeps the last of what an operator should know.
func (s *State) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
	s.Notes = s.Notes[max(0, len(s.Notes)-remembered):]
}

// initialise makes the maps of a new state.
func (s *State) initialise() {
	if s.Counts == nil {
		s.Counts = map[capacity.Verdict]int{}
	}
	if s.Targets == nil {
		s.Targets = map[capacity.TargetName]Target{}
	}
	if s.Seen == nil {
		s.Seen = map[capacity.TargetName]Sight{}
	}
	if s.Next == nil {
		s.Next = map[capacity.TargetName]int{}
	}
	if s.Timetables == nil {
		s.Timetables = map[capacity.TargetName][]capacity.Slot{}
	}
}

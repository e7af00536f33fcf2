package executor

import (
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/controller"
)

// An Effect is something to do in the world outside.
type Effect interface{ effect() }

// ReadOrders reads the standing orders of the service, and is repeated until that
// succeeds. Result: [OrdersRead].
type ReadOrders struct {
	// New: the run knows of no order and no plan. Orders that were given earlier, but are
	// not stored any more, are to be found in the audit.
	New bool
}

// StoreOrders writes the standing orders of the service unless newer ones are stored,
// and is repeated until that succeeds. Result: [OrdersStored].
type StoreOrders struct{ Orders StandingOrders }

// LoadPlan reads a plan. Result: [PlanLoaded] or [PlanUnreadable].
type LoadPlan struct{ Plan capacity.PlanRef }

// Ask requests the units of an action from its target. Result: [Asked].
type Ask struct {
	ID     int
	Action capacity.Action
	// Expect is the numbers that the target may be found at, beside the action's own.
	// Any other was written by somebody else. None: any number is accepted.
	Expect []capacity.Units
	// Least: a target that is found at more than the action's units keeps it.
	Least bool
	// Orders is the Seq of the standing orders that the request follows from.
	Orders int
	// Live: the controller may decide for the target. Then nothing is written while it does.
	Live bool
}

// Verify waits until the units of an action serve. Result: [Verified].
type Verify struct {
	ID      int
	Outcome capacity.Outcome
	Within  time.Duration // on the machine's clock
}

// RollBack requests the units from before a cut again, if the target still holds what
// the action wrote. Result: [RolledBack].
type RollBack struct {
	ID     int
	Action capacity.Action
}

// ReadTargets reads what targets run. Result: [TargetsRead].
type ReadTargets struct {
	ID      int
	Targets []capacity.TargetName
	Summary string
}

// ReadLoad has the reactive floor look at the load. Result: [LoadRead].
type ReadLoad struct {
	Policy capacity.Policy
	Units  capacity.Units // that the pool is asked for
	Memory FloorResult    // of the last look
}

// CheckStop looks whether somebody has stopped all changes of the service in the store.
// Result: [StopChecked].
type CheckStop struct{}

// Publish stores the envelope within which the controller decides. Result: [Published].
type Publish struct{ Envelope controller.Envelope }

// ReadLease looks whether the controller decides for the service. Result: [LeaseRead].
type ReadLease struct{}

// WriteTimetable makes a target's own timetable equal to the slots. Result:
// [TimetableWritten].
type WriteTimetable struct {
	Target capacity.TargetName
	Slots  []capacity.Slot
}

// Record keeps outcomes with their plan, one call after the other, and is repeated
// until that succeeds. Result: [Recorded].
type Record struct {
	ID       int
	Plan     string
	Outcomes []capacity.Outcome
}

// Audit appends a record to the service's audit, and is repeated until that succeeds.
// Result: [Recorded].
type Audit struct {
	ID     int
	Record audit.Record
}

// Report has the report of a plan written again. It has no result.
type Report struct {
	Plan     capacity.PlanRef
	Replaced string // why another plan took over; empty: the plan is carried out
}

// Describe says in the Temporal UI what is being done. It has no result.
type Describe struct{ Stage, Text string }

// Finish ends the run. It has no result.
type Finish struct{ Verdict, Text string }

func (ReadOrders) effect()     {}
func (StoreOrders) effect()    {}
func (LoadPlan) effect()       {}
func (Ask) effect()            {}
func (Verify) effect()         {}
func (RollBack) effect()       {}
func (ReadTargets) effect()    {}
func (ReadLoad) effect()       {}
func (CheckStop) effect()      {}
func (Publish) effect()        {}
func (ReadLease) effect()      {}
func (WriteTimetable) effect() {}
func (Record) effect()         {}
func (Audit) effect()          {}
func (Report) effect()         {}
func (Describe) effect()       {}
func (Finish) effect()         {}

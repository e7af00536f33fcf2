package executor

import (
	"time"

	"headroom/capacity"
)

// An Event is something that happened: a result of an [Effect], an order, or time
// that has passed.
type Event interface{ event() }

// Started is the first event of a run, also of one that continues another.
type Started struct{}

// Tick says only that time has passed.
type Tick struct{}

// Offered hands over a plan.
type Offered struct{ Offer }

// PolicyApplied brings the policy that is in force now: its control, bounds and ramps
// count for the plan that is carried out.
type PolicyApplied struct{ Policy capacity.Policy }

// Ordered is an order of a person, or of another workflow, that was checked and
// authorised. ID makes a repeat harmless.
type Ordered struct {
	ID    string
	Order Order
	// Override is the override of an [OverrideOrder]; nil for all others.
	Override *capacity.Override
}

// Canceled says that the run is to end: what is in flight is finished, nothing is
// begun.
type Canceled struct{}

// Reread has the standing orders read again, since those that are known may be outdated.
// What is known counts meanwhile.
type Reread struct{}

// OrdersRead is the result of [ReadOrders]. Damaged, if not empty, says that what is
// stored cannot be read: then the service is paused unless its orders are known.
// Restored, if not empty, says that nothing was stored any more, and where the orders
// come from instead: they are stored again.
type OrdersRead struct {
	Orders   StandingOrders
	Damaged  string
	Restored string `json:",omitempty"`
}

// OrdersStored is the result of [StoreOrders]. Outdated: nothing was written, since
// other orders with this Seq or a later one are stored.
type OrdersStored struct {
	Seq      int
	Outdated bool
}

// PlanLoaded is the result of [LoadPlan]: a plan's actions, in order of time.
type PlanLoaded struct {
	Plan    string
	Policy  capacity.Policy `json:",omitzero"`  // that it was made with; zero for the plan that is carried out already
	By, Why string          `json:",omitempty"` // who let it be carried out, and why
	Actions []capacity.Action
	// Settled is, for each target, the number of its first actions with an outcome.
	Settled map[capacity.TargetName]int
	// Slots is, for targets that carry out a timetable of their own, the number of
	// entries that it may hold.
	Slots map[capacity.TargetName]int
	Most  map[capacity.TargetName]capacity.Units // units of the plan's last day, at most
	Pools []capacity.Pool                        // with the rates and lead times that the plan was made with
	Seen  map[capacity.TargetName]capacity.State // of targets that answered
}

// PlanUnreadable says that a plan can never be read.
type PlanUnreadable struct{ Plan, Why string }

// Asked is the result of [Ask]: what the target answered. Failure is nil if it
// accepted.
type Asked struct {
	ID      int
	Outcome capacity.Outcome
	Failure *Failure
}

// Verified is the result of [Verify].
type Verified struct {
	ID      int
	Outcome capacity.Outcome
	Failure *Failure
}

// RolledBack is the result of [RollBack].
type RolledBack struct {
	ID      int
	Outcome capacity.Outcome
	Failure *Failure
}

// TargetsRead is the result of [ReadTargets]: of targets that answered.
type TargetsRead struct {
	ID     int
	States map[capacity.TargetName]capacity.State
}

// LoadRead is the result of [ReadLoad].
type LoadRead struct {
	Result  FloorResult
	Failure *Failure
}

// StopChecked is the result of [CheckStop]: why all changes are stopped; empty if they
// are not. A failed check leaves what was known.
type StopChecked struct {
	Why     string
	Failure *Failure
}

// Published is the result of [Publish].
type Published struct{ Failure *Failure }

// LeaseRead is the result of [ReadLease]: whether the controller decides, when it renewed
// its lease last, and why it does not.
type LeaseRead struct {
	Decides bool
	Renewed time.Time
	Off     bool `json:",omitempty"` // somebody has switched it off in the store
	Why     string
	Failure *Failure
}

// TimetableWritten is the result of [WriteTimetable].
type TimetableWritten struct {
	Target  capacity.TargetName
	Slots   []capacity.Slot
	Failure *Failure
}

// Recorded is the result of [Record] and [Audit].
type Recorded struct{ ID int }

func (Started) event()          {}
func (Tick) event()             {}
func (Offered) event()          {}
func (PolicyApplied) event()    {}
func (Ordered) event()          {}
func (Canceled) event()         {}
func (Reread) event()           {}
func (OrdersRead) event()       {}
func (OrdersStored) event()     {}
func (PlanLoaded) event()       {}
func (PlanUnreadable) event()   {}
func (Asked) event()            {}
func (Verified) event()         {}
func (RolledBack) event()       {}
func (TargetsRead) event()      {}
func (LoadRead) event()         {}
func (StopChecked) event()      {}
func (Published) event()        {}
func (LeaseRead) event()        {}
func (TimetableWritten) event() {}
func (Recorded) event()         {}

// A Failure is why an effect did not succeed.
type Failure struct {
	Kind FailureKind
	// Passing: the reason may pass by itself, so the same can succeed later.
	Passing bool
	Text    string
}

// A FailureKind says what is to be done about a failure.
type FailureKind string

// The kinds of failure.
const (
	// Rejected: nothing was written, and nothing will be until somebody mends it.
	Rejected FailureKind = "rejected"
	// Uncertain: something may have been written.
	Uncertain FailureKind = "uncertain"
	// NoUnits: nothing was written; another pool is asked for what is missing.
	NoUnits FailureKind = "no units"
	// TargetBusy: nothing was written; the target is asked again.
	TargetBusy FailureKind = "busy"
	// Stopped: somebody stopped changes; nothing was written.
	Stopped FailureKind = "stopped"
	// Outdated: the stored orders are newer than those known; nothing was written.
	Outdated FailureKind = "outdated"
	// Led: the controller decides for the target; nothing was written.
	Led FailureKind = "led"
)

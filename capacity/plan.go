package capacity

import "time"

// A Plan says how many units each pool runs in each step of a horizon, why,
// and which actions bring that about. Money is in the currency of the policy's
// prices.
type Plan struct {
	ID      string // names the plan by its inputs: the same inputs, the same ID
	Service string
	Made    time.Time // the time the plan was made for: nothing in it acts earlier
	Start   time.Time // of the first step
	Step    time.Duration
	Model   string // that forecast the demand
	// Quantile is the risk level: in each step the demand stays, in the
	// planner's belief, below what is planned for with this probability.
	Quantile float64
	// Coverage is how often the model's quantile nearest to that held in its backtest;
	// nil if it is not known.
	Coverage *Coverage `json:",omitempty"`
	Pools    []PoolPlan
	Actions  []Action // in the order in which they are carried out
	Expect   Expectation
	Notes    []string // what the reader should know: fallbacks, limits that bind throughout
	// Load is the account of the load that the plan rests on.
	Load LoadSummary `json:",omitzero"`
}

// End is the time just after the last step: the plan says nothing beyond it.
func (p Plan) End() time.Time {
	if len(p.Pools) == 0 {
		return p.Start
	}
	return p.Start.Add(time.Duration(len(p.Pools[0].Steps)) * p.Step)
}

// A PoolPlan is a plan's part for one pool.
type PoolPlan struct {
	Pool   string
	Target TargetName
	Steps  []Step
}

// A Step is what one pool runs during one step.
type Step struct {
	Start time.Time
	Units Units
	Need  float64 // units that the demand asks for at the plan's quantile
	Why   Why
}

// Why is the reason of a number: the rule that binds, and the sentence.
type Why struct {
	Reason Reason
	Text   string
}

// A Reason names the rule that decided a number.
type Reason string

// The reasons, from the demand itself to the limits that overrule it.
const (
	ReasonDemand   Reason = "demand"    // exactly what the demand asks for at the risk level
	ReasonPrice    Reason = "price"     // fewer than asked for: the missing load is cheaper than a unit
	ReasonMin      Reason = "min"       // the policy's lower bound
	ReasonMax      Reason = "max"       // the policy's upper bound
	ReasonRampUp   Reason = "ramp up"   // climbing early or late, because each climb is limited
	ReasonRampDown Reason = "ramp down" // descending late, because each descent is limited
	ReasonLeadTime Reason = "lead time" // a unit ordered now would serve later than this
	ReasonFreeze   Reason = "freeze"    // the change that is needed is denied at that time
	ReasonHold     Reason = "hold"      // the last change is too recent
	ReasonChanges  Reason = "changes"   // the pool may change only so many times
	ReasonChange   Reason = "change"    // starting or stopping units costs more than it gains
	ReasonBudget   Reason = "budget"    // more would overspend the period
	ReasonMerit    Reason = "merit"     // another pool serves it cheaper
	ReasonEvent    Reason = "event"     // what an announced event asks for at the risk level
	ReasonFloor    Reason = "floor"     // what the reactive floor asks for, without a forecast to rely on
)

// Expectation is what a plan is believed to cost and to risk.
type Expectation struct {
	UnitHours        float64
	UnitCost         float64
	MissingUnitHours float64 // expected, by the forecast's quantiles
	MissingCost      float64 // zero if the policy prices no missing unit-hour
	ChangeCost       float64 // of units started and stopped
	ViolationMinutes float64 // expected minutes in which demand exceeds what serves
	Peak             Units
}

// A PlanRef names a stored plan.
type PlanRef struct {
	ID  string
	Ref Ref
	Now time.Time // the plan was made for
	End time.Time // the plan says nothing beyond
}

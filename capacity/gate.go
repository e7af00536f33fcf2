package capacity

import "fmt"

// A Gate says what a plan must pass before it is carried out.
type Gate string

// The gates.
const (
	GateClosed   Gate = "closed"   // nothing is carried out
	GateApproval Gate = "approval" // a person must approve
	GateOpen     Gate = "open"     // nobody need approve
)

// Gate says what a plan must pass whose largest action changes so many units and that
// spends so much money beyond what keeping the units of now would, until it ends; and why.
func (c Control) Gate(largest Units, extra float64) (gate Gate, why string) {
	limits := c.Approval
	switch {
	case c.Mode == Auto:
		return GateOpen, "control.mode is auto"
	case c.Mode != Approve:
		return GateClosed, "control.mode is propose: nothing is carried out"
	case limits.Above >= 0 && largest > limits.Above:
		return GateApproval, fmt.Sprintf("an action changes %s: a person must approve", Count(largest, "unit"))
	case limits.Cost > 0 && extra > limits.Cost:
		return GateApproval, fmt.Sprintf("it spends %s more than keeping the units of now would, until it ends: a person must approve", Figure(extra))
	case limits.Cost > 0 && limits.Above < 0:
		return GateOpen, fmt.Sprintf("it spends no more than %s beyond what keeping the units of now would", Figure(limits.Cost))
	case limits.Cost > 0:
		return GateOpen, fmt.Sprintf("no action changes more than %s, and it spends no more than %s beyond what keeping the units of now would", Count(limits.Above, "unit"), Figure(limits.Cost))
	case limits.Above < 0:
		return GateApproval, "the policy sets no limit below which nobody need approve"
	}
	return GateOpen, fmt.Sprintf("no action changes more than %s", Count(limits.Above, "unit"))
}

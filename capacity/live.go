package capacity

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Live says what becomes of what the controller of a service decides from minute to
// minute.
type Live string

// What becomes of the decisions. The zero Live is off.
const (
	LiveOff       Live = ""
	LiveShadow    Live = "shadow"     // they are recorded, and nothing is asked for
	LiveRaiseOnly Live = "raise-only" // they are the least that an autoscaler runs
	LiveAuto      Live = "auto"       // they are what the target is asked for
)

// Acts reports whether targets are asked for what is decided.
func (l Live) Acts() bool { return l == LiveRaiseOnly || l == LiveAuto }

// LiveTick is how long each measurement is that the controller reads: a minute, or the
// step of the demand if that is shorter.
func (d Demand) LiveTick() time.Duration { return min(d.Step, time.Minute) }

// LiveFault is why a policy does not allow a mode of the controller, and what to write
// instead; empty if it does.
func (p Policy) LiveFault(mode Live) string {
	if mode == LiveOff {
		return ""
	}
	d := p.Demand
	switch {
	case !d.Queried():
		return "the load is read from objects, which are too old to decide by from minute to minute; read it from a server of metrics (demand.source: prometheus://…), or write off"
	case len(p.Pools) != 1:
		return fmt.Sprintf("%s share the load, and the controller decides for one pool in this version; write off", Count(len(p.Pools), "pool"))
	case time.Minute%d.LiveTick() != 0:
		return fmt.Sprintf("a step of %v is no part of a minute; make demand.step such as 15s or 1m, or write off", d.Step)
	case d.Aggregate == Sum && d.LiveTick() != d.Step && !strings.Contains(d.Value, "$step"):
		return "demand.value sums over a range of its own, which is not that of a minute; write $step for the range, or write off"
	case p.Pools[0].Changes > 0:
		return "the target takes few changes, such as one with a timetable of its own; write off"
	case !(p.Share() > 0 && p.Share() <= 0.5):
		return "the objective asks for no share of missing capacity above 0% and up to 50%; change it, or write off"
	}
	if !mode.Acts() {
		return ""
	}
	c := p.Control
	switch {
	case p.Pools[0].Quota != "":
		return "the pool shares a quota, in which the controller takes no part in this version; write shadow"
	case p.Objective.Budget.Shared != "":
		return "the budget is shared, in which the controller takes no part in this version; write shadow"
	case c.Mode == Propose:
		return "control.mode is propose, so nothing is carried out; change that, or write shadow"
	case c.Mode == Approve && c.Approval.Cost > 0:
		return "control.approval.cost has a person approve money, which the controller cannot compare; write control.approval.above, or write shadow"
	case c.Mode == Approve && c.Approval.Above == 0:
		return "every plan waits for a person, so nothing may be decided without one; write control.approval.above, or write shadow"
	}
	return ""
}

// Share is the share of the time in which capacity may be missing: what the service
// level leaves, or at which one more unit costs as much as it saves.
func (p Policy) Share() float64 {
	if p.Objective.ServiceLevel > 0 {
		return 1 - p.Objective.ServiceLevel
	}
	if len(p.Pools) == 0 || !(p.Objective.Missing > 0) {
		return 0
	}
	return p.Pools[0].Price / p.Objective.Missing
}

// Affordable is the most units of a pool that may run all the time without overspending
// the budget; false if there is no limit. The longest day, week and hour count.
func (b Budget) Affordable(p Pool) (Units, bool) {
	if !b.Limited() || !(p.Price > 0) {
		return 0, false
	}
	hours := map[Period]float64{Hour: 1, Day: 25, Week: 7*24 + 1}[b.Per]
	return p.Paid + Units(min(math.Floor(b.Amount/(hours*p.Price)*(1+1e-9)), math.MaxInt32)), true
}

package executor_test

import (
	"fmt"
	"strings"

	"headroom/audit"
	"headroom/capacity"
	"headroom/controller"
	"headroom/executor"
)

// sentence says in a line what an effect does; empty: nothing that a story tells.
func sentence(e executor.Effect) string {
	switch e := e.(type) {
	case executor.ReadOrders:
		return "read the standing orders"
	case executor.StoreOrders:
		return "store the standing orders, number " + fmt.Sprint(e.Orders.Seq)
	case executor.LoadPlan:
		return "read plan " + e.Plan.ID
	case executor.Ask:
		how, expect := "", ""
		if e.Least {
			how = "at least "
		}
		if len(e.Expect) > 0 {
			expect = ", expected at " + either(e.Expect)
		}
		return fmt.Sprintf("request %s%s of %s%s: %s", how, capacity.Count(e.Action.Units, "unit"), name(e.Action.Target), expect, e.Action.Why)
	case executor.Verify:
		return fmt.Sprintf("verify within %v that %d units of %s serve", e.Within, e.Outcome.Action.Units, name(e.Outcome.Action.Target))
	case executor.RollBack:
		return fmt.Sprintf("roll back %s from %d to %s", name(e.Action.Target), e.Action.Units, capacity.Count(e.Action.From, "unit"))
	case executor.ReadTargets:
		var names []string
		for _, target := range e.Targets {
			names = append(names, name(target))
		}
		return "read what runs in " + strings.Join(names, " and ")
	case executor.ReadLoad:
		return "look at the load"
	case executor.Publish:
		return "publish: " + envelope(e.Envelope)
	case executor.ReadLease:
		return "read the lease of the controller"
	case executor.CheckStop:
		return "look for a stop"
	case executor.WriteTimetable:
		var slots []string
		for _, slot := range e.Slots {
			slots = append(slots, fmt.Sprintf("%s %d", slot.At.Format("15:04"), slot.Units))
		}
		return strings.TrimSpace("write the timetable of " + name(e.Target) + ": " + strings.Join(slots, ", "))
	case executor.Record:
		var all []string
		for _, o := range e.Outcomes {
			all = append(all, strings.TrimSuffix(fmt.Sprintf("%s %s (%s)", o.Action.ID, o.Verdict, o.Note), " ()"))
		}
		return "record: " + strings.Join(all, "; ")
	case executor.Audit:
		if e.Record.Kind == audit.Ordered {
			return "audit: " + e.Record.Text
		}
		return fmt.Sprintf("audit: %s: %s", e.Record.Kind, e.Record.Text)
	case executor.Report:
		if e.Replaced != "" {
			return "report of " + e.Plan.ID + ": " + e.Replaced
		}
	case executor.Finish:
		return "finish, " + e.Verdict
	}
	return ""
}

// envelope is what the controller may do, in a line.
func envelope(e controller.Envelope) string {
	if e.Mode == controller.Off {
		return "off"
	}
	text := fmt.Sprintf("%s, %d (%s) to %d (%s), until %s", e.Mode, e.Least.Units, e.Least.Why, e.Most.Units, e.Most.Why, e.Expires.Format("15:04"))
	if e.Band > 0 {
		text += fmt.Sprintf(", %d around the plan", e.Band)
	}
	if e.Hold != "" {
		text += ", hold: " + e.Hold
	}
	if e.KeepUp != "" {
		text += ", keep up: " + e.KeepUp
	}
	return fmt.Sprintf("%s; plan %s of %s", text, e.Plan.ID, capacity.Count(len(e.Plan.Slots), "number"))
}

// name is a target's name without its scheme.
func name(target capacity.TargetName) string { return strings.TrimPrefix(string(target), "sim://") }

func either(units []capacity.Units) string {
	var all []string
	for _, n := range units {
		all = append(all, fmt.Sprint(n))
	}
	return strings.Join(all, " or ")
}

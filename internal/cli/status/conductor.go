package status

import (
	"fmt"
	"io"
	"time"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/orders"
	"headroom/internal/cli/session"
)

// conducting is what a service's conductor was told and has met.
type conducting struct {
	Targets       []holding
	Substitutions []executor.Substitution
	Overrides     []capacity.Override
	Pause         *executor.Order
	Aborted       *executor.Order
	Orders        []executor.Order
	Freeze        capacity.Freeze `json:",omitzero"`
	Notes         []string
}

// A holding is what a target was last asked for.
type holding struct {
	Pool     string
	Target   capacity.TargetName
	Units    capacity.Units
	Known    bool // false: an action failed half-way
	At       time.Time
	Conflict string // what somebody else changed; empty: nothing
	Stopped  string // who stopped changes; empty: nobody
}

// conductingOf is what a conductor that runs was told and has met.
func conductingOf(state executor.Status) *conducting {
	out := &conducting{Substitutions: state.Substitutions, Overrides: state.Overrides, Pause: state.Pause, Aborted: state.Aborted, Orders: state.Recent, Notes: state.Standing.Notes, Freeze: freeze(state)}
	for _, pool := range state.Policy.Pools {
		if t, asked := state.Targets[pool.Target]; asked {
			out.Targets = append(out.Targets, holding{pool.Name, pool.Target, t.Requested, t.Known, t.At, t.Conflict, t.Stopped})
		}
	}
	return out
}

// freeze is that of the policy, with the windows that hold or will before the plan
// ends.
func freeze(state executor.Status) capacity.Freeze {
	now := session.ConductorNow(state.State)
	var all []capacity.Window
	for _, w := range state.Policy.Control.Freeze.Windows {
		if w.To.After(now) && w.From.Before(state.Plan.End) {
			all = append(all, w)
		}
	}
	if len(all) == 0 {
		return capacity.Freeze{}
	}
	return capacity.Freeze{Deny: state.Policy.Control.Freeze.Deny, Windows: all}
}

// print writes the rows of the status table.
func (c *conducting) print(w io.Writer, zone *time.Location) {
	if c == nil {
		return
	}
	if c.Pause != nil {
		fmt.Fprintf(w, "paused\t%s\n", orders.DescribeOrder(*c.Pause, zone))
	}
	if c.Aborted != nil {
		fmt.Fprintf(w, "aborted\t%s\n", orders.DescribeOrder(*c.Aborted, zone))
	}
	for _, o := range c.Overrides {
		fmt.Fprintf(w, "override %s\t%s\n", o.ID, orders.DescribeOverride(o, zone))
	}
	for _, f := range c.Freeze.Windows {
		fmt.Fprintf(w, "freeze\t%s to %s, denies %s\n", f.From.In(zone).Format(command.Moment), f.To.In(zone).Format(command.Moment), c.Freeze.Deny.Text())
	}
	for _, l := range c.Substitutions {
		fmt.Fprintf(w, "in place of another pool\t%s\n", command.Escaped(command.InZone(l.Why, zone)))
	}
	for _, note := range c.Notes {
		fmt.Fprintf(w, "note\t%s\n", command.Escaped(command.InZone(note, zone)))
	}
}

// print writes the rows of the status table.
func print(o *inforce.StoredOrders, w io.Writer, zone *time.Location) {
	if o == nil {
		return
	}
	stored := "stored"
	if o.From != "" {
		stored = o.From
	}
	if o.Pause != nil {
		fmt.Fprintf(w, "paused\t%s (%s)\n", orders.DescribeOrder(*o.Pause, zone), stored)
	}
	if o.Fault != "" {
		fmt.Fprintf(w, "paused\tthe standing orders cannot be read, so the next run requests nothing until `headroom resume`: %s\n", command.Escaped(o.Fault))
	}
	for _, one := range o.Overrides {
		fmt.Fprintf(w, "override %s\t%s (%s)\n", command.Escaped(one.ID), orders.DescribeOverride(one, zone), stored)
	}
}

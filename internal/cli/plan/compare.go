package plan

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"headroom/capacity"
	"headroom/internal/cli/policyfile"
)

// A sideBySide is a plan by the policy as written, and the one by the policy
// as changed.
type sideBySide struct {
	Set     []string // what was changed, as KEY=VALUE
	Written planned
	Changed planned
}

// A weighing is one figure by which two plans are compared.
type weighing struct {
	name string
	of   func(p capacity.Plan) float64
}

// weighings are what a plan takes, in money and in risk.
var weighings = []weighing{
	{"unit-hours", func(p capacity.Plan) float64 { return p.Expect.UnitHours }},
	{"unit cost", func(p capacity.Plan) float64 { return p.Expect.UnitCost }},
	{"missing cost", func(p capacity.Plan) float64 { return p.Expect.MissingCost }},
	{"change cost", func(p capacity.Plan) float64 { return p.Expect.ChangeCost }},
	{"total cost", func(p capacity.Plan) float64 {
		return p.Expect.UnitCost + p.Expect.MissingCost + p.Expect.ChangeCost
	}},
	{"missing unit-hours", func(p capacity.Plan) float64 { return p.Expect.MissingUnitHours }},
	{"violation minutes", func(p capacity.Plan) float64 { return p.Expect.ViolationMinutes }},
	{"peak units", func(p capacity.Plan) float64 { return float64(p.Expect.Peak) }},
	{"changes", func(p capacity.Plan) float64 { return float64(len(p.Actions)) }},
}

// printSideBySide writes what changes in money and in risk, and what is noted
// of only one of the two plans.
func printSideBySide(w io.Writer, both sideBySide, written, changed capacity.Objective) error {
	was, is := both.Written.Plan, both.Changed.Plan
	fmt.Fprintf(w, "%s: plan %s as written, plan %s with %s\n\n", was.Service, was.ID, is.ID, policyfile.Spell(both.Set))
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tas written\twith --set\tdifference\t")
	for _, figure := range weighings {
		before, after := figure.of(was), figure.of(is)
		fmt.Fprintf(table, "%-18s\t%s\t%s\t%s\t\n", figure.name, capacity.Figure(before), capacity.Figure(after), difference(after-before))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if written.Missing != changed.Missing {
		fmt.Fprintf(w, "note: a missing unit-hour %s as written and %s with --set, so that the costs do not compare: look at the unit cost and the violation minutes\n", priced(written), priced(changed))
	}
	notes := func(p capacity.Plan, beside []string, side string) {
		for _, note := range p.Notes {
			if !slices.Contains(beside, note) {
				fmt.Fprintf(w, "note, %s: %s\n", side, note)
			}
		}
	}
	notes(was, is.Notes, "as written")
	notes(is, was.Notes, "with --set")
	return nil
}

// difference writes a number with its sign; none is 0.
func difference(v float64) string {
	text := capacity.Figure(v)
	if v > 0 && text != "0" {
		return "+" + text
	}
	return text
}

// priced says what the objective makes of a missing unit-hour.
func priced(o capacity.Objective) string {
	if o.Missing > 0 {
		return "costs " + capacity.Trim(o.Missing, 4)
	}
	return "has no price"
}

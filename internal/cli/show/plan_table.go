// Package show prints plans, and is the commands that explain them and fetch their reports.
package show

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// PrintPlan writes a plan for the terminal: what it decides, costs and risks, and a
// line for each run of steps that keep their number of units, with the reason of the
// step that needs most. States are what the policy's pools run now, if that is known.
func PrintPlan(w io.Writer, p capacity.Plan, policy capacity.Policy, states []capacity.State) error {
	zone := command.ZoneOf(policy.Demand.Timezone)
	const long = "Mon 2 Jan 15:04"
	fmt.Fprintf(w, "%s: plan %s, %s to %s (%s), at %s by model %s\n", p.Service, p.ID,
		p.Start.In(zone).Format(long), p.End().In(zone).Format(long), zone, capacity.Percentile(p.Quantile), p.Model)
	day := "Mon 15:04"
	if p.End().Sub(p.Start) >= 6*24*time.Hour { // a weekday alone would be ambiguous
		day = long
	}
	for _, pool := range p.Pools {
		fmt.Fprintf(w, "\n%s (%s)\n", pool.Pool, pool.Target)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  from\tuntil\tunits\tneed\twhy")
		for _, r := range pool.Runs(p.Step) {
			fmt.Fprintf(table, "  %s\t%s\t%d\t%s\t%s\n", r.From.In(zone).Format(day), r.To.In(zone).Format(day), r.Units, needed(r.Need), command.Escaped(r.Why.Text))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	printCosts(w, p, policy, states)
	if p.Load.Rows > 0 {
		fmt.Fprintf(w, "load: %s\n", command.Escaped(p.Load.String()))
	}
	for _, note := range p.Notes {
		fmt.Fprintf(w, "note: %s\n", command.Escaped(note))
	}
	return nil
}

// printCosts writes what a plan costs and risks, and what else could be run.
func printCosts(w io.Writer, p capacity.Plan, policy capacity.Policy, states []capacity.State) {
	e, money := p.Expect, policy.Objective.Money
	fmt.Fprintf(w, "\n%s, peak %s, %s unit-hours for %s; expected short: %s min, %s unit-hours",
		capacity.Count(len(p.Actions), "change"), capacity.Count(e.Peak, "unit"), capacity.Figure(e.UnitHours), money(e.UnitCost), capacity.Figure(e.ViolationMinutes), capacity.Figure(e.MissingUnitHours))
	if e.MissingCost > 0 {
		fmt.Fprintf(w, " at a cost of %s", money(e.MissingCost))
	}
	if e.ChangeCost > 0 {
		fmt.Fprintf(w, "; starts and stops cost %s", money(e.ChangeCost))
	}
	fmt.Fprintln(w)
	peak, static := p.StaticPeak(policy.Pools)
	if peak == 0 {
		return
	}
	if now, kept, known := p.Kept(policy.Pools, states); known {
		fmt.Fprintf(w, "for comparison: today's size (%s) would cost %s, a static peak (%s) %s\n", capacity.Count(now, "unit"), money(kept), capacity.Count(peak, "unit"), money(static))
		return
	}
	fmt.Fprintf(w, "for comparison: a static peak (%s) would cost %s\n", capacity.Count(peak, "unit"), money(static))
}

// needed writes units that the demand asks for.
func needed(v float64) string {
	if v > 0 && v < 0.05 {
		return capacity.Digits(v)
	}
	return fmt.Sprintf("%.1f", v)
}

package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"headroom/capacity"
)

// printPlan writes a plan for the terminal: one line for each run of steps
// that keep their number of units, with the reason of the run's first step.
func printPlan(w io.Writer, p capacity.Plan, timezone string) error {
	zone := zoneOf(timezone)
	const long = "Mon 2 Jan 15:04"
	fmt.Fprintf(w, "%s: plan %s, %s to %s (%s), at %s by model %s\n", p.Service, p.ID,
		p.Start.In(zone).Format(long), p.End().In(zone).Format(long), zone, capacity.Percentile(p.Quantile), p.Model)
	for _, pool := range p.Pools {
		fmt.Fprintf(w, "\n%s (%s)\n", pool.Pool, pool.Target)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  from\tuntil\tunits\tneed\twhy")
		for i := 0; i < len(pool.Steps); {
			first, most := pool.Steps[i], 0.0
			for ; i < len(pool.Steps) && pool.Steps[i].Units == first.Units; i++ {
				most = max(most, pool.Steps[i].Need)
			}
			end := p.Start.Add(time.Duration(i) * p.Step)
			fmt.Fprintf(table, "  %s\t%s\t%d\t%.1f\t%s\n", first.Start.In(zone).Format("Mon 15:04"), end.In(zone).Format("15:04"), first.Units, most, first.Why.Text)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	e := p.Expect
	fmt.Fprintf(w, "\n%d changes, peak %d units, %s unit-hours for %s; expected short: %s min, %s unit-hours",
		len(p.Actions), e.Peak, capacity.Figure(e.UnitHours), capacity.Figure(e.UnitCost), capacity.Figure(e.ViolationMinutes), capacity.Figure(e.MissingUnitHours))
	if e.MissingCost > 0 {
		fmt.Fprintf(w, " at a cost of %s", capacity.Figure(e.MissingCost))
	}
	if e.ChangeCost > 0 {
		fmt.Fprintf(w, "; starts and stops cost %s", capacity.Figure(e.ChangeCost))
	}
	fmt.Fprintln(w)
	for _, note := range p.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	return nil
}

// zoneOf is the named zone, or UTC if this machine does not know it.
func zoneOf(timezone string) *time.Location {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

package planner

import (
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// mostRows keeps a summary short enough for a page about one workflow.
const mostRows = 40

// Summary writes p as short Markdown: a sentence, a table of the runs of equal
// units (the reason is that of the step that needs most), the totals and the notes.
// Times are in the policy's zone, or in UTC if that is unknown.
func Summary(p capacity.Plan, policy capacity.Policy) string {
	zone, err := time.LoadLocation(policy.Demand.Timezone)
	if err != nil {
		zone = time.UTC
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %s to %s (%s), %s, model %s, plan `%s`\n",
		escape(p.Service), p.Start.In(zone).Format("Mon 2 Jan 15:04"), p.End().In(zone).Format("Mon 2 Jan 15:04"), zone, capacity.Percentile(p.Quantile), escape(p.Model), p.ID)
	e := p.Expect
	fmt.Fprintf(&b, "\nPeak %d, %s unit-hours for %s", e.Peak, capacity.Figure(e.UnitHours), policy.Objective.Money(e.UnitCost))
	fmt.Fprintf(&b, "; expected: %s min short, %s unit-hours missing", capacity.Figure(e.ViolationMinutes), capacity.Figure(e.MissingUnitHours))
	if e.MissingCost > 0 {
		fmt.Fprintf(&b, " (%s)", policy.Objective.Money(e.MissingCost))
	}
	b.WriteString(".\n")
	for _, pool := range p.Pools {
		fmt.Fprintf(&b, "\n| %s | units | why |\n|---|---:|---|\n", escape(pool.Pool))
		runs := pool.Runs(p.Step)
		for _, r := range runs[:min(mostRows, len(runs))] {
			until := r.To.In(zone).Format("15:04")
			if day := "Mon 2 Jan"; r.From.In(zone).Format(day) != r.To.In(zone).Format(day) {
				until = r.To.In(zone).Format("Mon 15:04")
			}
			fmt.Fprintf(&b, "| %s–%s | %d | %s |\n", r.From.In(zone).Format("Mon 15:04"), until, r.Units, escape(r.Why.Text))
		}
		if more := len(runs) - mostRows; more > 0 {
			fmt.Fprintf(&b, "\n… and %d more.\n", more)
		}
	}
	if p.Load.Rows > 0 {
		fmt.Fprintf(&b, "\nLoad: %s.\n", escape(p.Load.String()))
	}
	for _, note := range p.Notes {
		fmt.Fprintf(&b, "\n- %s", escape(note))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// escape keeps a name from ending a table cell or starting a link.
func escape(text string) string {
	return strings.NewReplacer("\n", " ", "|", `\|`, "[", `\[`, "<", `\<`, "`", "'").Replace(text)
}

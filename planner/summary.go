package planner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// mostRows keeps a summary short enough for a page about one workflow.
const mostRows = 40

// Summary writes p as short Markdown: a sentence, a table of the runs of equal
// units (the reason is that of a run's first step), the totals and the notes.
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
	fmt.Fprintf(&b, "\nPeak %d, %s unit-hours for %s", e.Peak, capacity.Figure(e.UnitHours), capacity.Figure(e.UnitCost))
	fmt.Fprintf(&b, "; expected: %s min short, %s unit-hours missing", capacity.Figure(e.ViolationMinutes), capacity.Figure(e.MissingUnitHours))
	if e.MissingCost > 0 {
		fmt.Fprintf(&b, " (%s)", capacity.Figure(e.MissingCost))
	}
	b.WriteString(".\n")
	for _, pool := range p.Pools {
		fmt.Fprintf(&b, "\n| %s | units | why |\n|---|---:|---|\n", escape(pool.Pool))
		rows := 0
		for i := 0; i < len(pool.Steps); {
			first := pool.Steps[i]
			size := slices.IndexFunc(pool.Steps[i:], func(s capacity.Step) bool { return s.Units != first.Units })
			if size < 0 {
				size = len(pool.Steps) - i
			}
			i += size
			if rows++; rows > mostRows {
				continue
			}
			end := first.Start.Add(time.Duration(size) * p.Step)
			fmt.Fprintf(&b, "| %s–%s | %d | %s |\n", first.Start.In(zone).Format("Mon 15:04"), end.In(zone).Format("15:04"), first.Units, escape(first.Why.Text))
		}
		if rows > mostRows {
			fmt.Fprintf(&b, "\n… and %d more changes.\n", rows-mostRows)
		}
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

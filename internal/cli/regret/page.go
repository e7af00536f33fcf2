package regret

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/report"
)

// mostDrawn is how many services a page draws: those with the highest regret.
const mostDrawn = 20

// writePage writes the page about a look back into a file.
func (l lookedBack) writePage(path string, policies []capacity.Policy) error {
	zone := time.UTC
	if len(policies) == 1 {
		zone = command.ZoneOf(policies[0].Demand.Timezone)
	}
	money, mixed := inOneCurrency(policies)
	page := report.Regret{
		Title: capacity.Count(len(policies), "service"), Columns: regretColumns,
		Lead: l.verdict(money), Facts: l.facts(money), Notes: l.notes(), Zone: zone,
	}
	if len(policies) == 1 {
		page.Title = policies[0].Service
	}
	if mixed != "" {
		page.Notes = append(page.Notes, mixed)
	}
	if len(l.Services) > 0 {
		w := l.Services[0].all.Window
		page.Kicker = fmt.Sprintf("%s to %s", w.From.In(zone).Format("Mon 2 Jan 2006 15:04"), w.To.In(zone).Format("Mon 2 Jan 2006 15:04"))
	}
	for _, h := range l.rows() {
		page.Rows = append(page.Rows, report.RegretRow{Name: h.Service, Cells: h.cells(), Sum: h.all.Service == ""})
	}
	for _, f := range slices.Concat(l.LeftOut, l.Failures) {
		page.Rows = append(page.Rows, report.RegretRow{Name: f.Service, Why: f.Why})
	}
	worst := slices.SortedStableFunc(slices.Values(l.Services), func(a, b hindsight) int { return cmp.Compare(b.Regret.Money, a.Regret.Money) })
	for _, h := range worst[:min(mostDrawn, len(worst))] {
		page.Drawn = append(page.Drawn, h.drawn(money))
	}
	if more := len(worst) - len(page.Drawn); more > 0 {
		page.Notes = append(page.Notes, fmt.Sprintf("charts show the %d services with the highest regret; %d more have none", len(page.Drawn), more))
	}
	var b bytes.Buffer
	if err := report.WriteRegret(&b, page); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// Drawn is a service as the page draws it.
func (h hindsight) drawn(o capacity.Objective) report.Hindsight {
	c := h.all.Curves
	return report.Hindsight{
		Service: h.Service, Text: h.sentence(o), Start: h.all.Window.From, Tick: c.Tick, Need: c.Need.Values(),
		Ways: []report.Contender{
			{Name: "actual", Role: report.Ours, Ready: c.Done.Values()},
			{Name: h.Tally.Reactive.Way, Role: report.Rival, Ready: c.Reactive.Values()},
			{Name: "perfect foresight", Role: report.Bound, Ready: c.Oracle.Values()},
		},
	}
}

// sentence is what a look back came to.
func (h hindsight) sentence(o capacity.Objective) string {
	t, min := h.Tally, func(v float64) string { return capacity.Figure(v) + " min under-provisioned" }
	return fmt.Sprintf("Actual: %s, %s. Perfect foresight: %s, %s. Reactive autoscaler (%s): %s, %s.",
		o.Money(t.Done.Money()), min(t.Done.Violation), o.Money(t.Oracle.Money()), min(t.Oracle.Violation),
		t.Reactive.Way, o.Money(t.Reactive.Money()), min(t.Reactive.Violation))
}

// verdict is the page in one sentence.
func (l lookedBack) verdict(o capacity.Objective) string {
	if len(l.Services) == 0 {
		return "No service could be compared."
	}
	return l.All.sentence(o)
}

// facts are the figures at the top of the page.
func (l lookedBack) facts(o capacity.Objective) []report.Fact {
	t, minutes := l.All.Tally, func(v float64) string { return capacity.Figure(v) + " min under-provisioned" }
	share := "nothing"
	if t.Window > 0 {
		share = capacity.Trim(100*t.Minutes/t.Window, 1) + "%"
	}
	return []report.Fact{
		{Name: "Actual", Text: o.Money(t.Done.Money()), More: minutes(t.Done.Violation)},
		{Name: "Perfect foresight", Text: o.Money(t.Oracle.Money()), More: minutes(t.Oracle.Violation)},
		{Name: "Regret", Text: o.Money(l.All.Regret.Money), More: moreMinutes(l.All.Regret.Violation)},
		{Name: "Reactive autoscaler", Text: o.Money(t.Reactive.Money()), More: minutes(t.Reactive.Violation)},
		{Name: "Saved", Text: o.Money(l.All.Saving.Money), More: moreMinutes(-l.All.Saving.Violation)},
		{Name: "Compared", Text: share, More: "of the time under review"},
	}
}

// moreMinutes says how many minutes more were under-provisioned.
func moreMinutes(v float64) string {
	switch {
	case v > 0:
		return capacity.Figure(v) + " min more under-provisioned"
	case v < 0:
		return capacity.Figure(-v) + " min less under-provisioned"
	}
	return "as many min under-provisioned"
}

// inOneCurrency is an objective with the currency of all policies; without one if they
// differ, with a note that says so.
func inOneCurrency(policies []capacity.Policy) (o capacity.Objective, note string) {
	var names []string
	for _, p := range policies {
		name := cmp.Or(p.Objective.Currency, "no currency")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 1 {
		return o, fmt.Sprintf("the policies name %s: costs are added up without conversion", strings.Join(names, ", "))
	}
	if len(policies) > 0 {
		o.Currency = policies[0].Objective.Currency
	}
	return o, ""
}

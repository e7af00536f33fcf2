package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/report"
)

// mostDrawn is how many services a page draws: those with the highest regret.
const mostDrawn = 20

// writePage writes the page about a look back into a file.
func (l lookedBack) writePage(path string, policies []capacity.Policy) error {
	zone := time.UTC
	if len(policies) == 1 {
		zone = zoneOf(policies[0].Demand.Timezone)
	}
	page := report.Regret{
		Title: fmt.Sprintf("%d services", len(policies)), Columns: regretColumns,
		Lead: l.verdict(), Facts: l.facts(), Notes: l.notes(), Zone: zone,
	}
	if len(policies) == 1 {
		page.Title = policies[0].Service
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
		page.Drawn = append(page.Drawn, h.drawn())
	}
	if more := len(worst) - len(page.Drawn); more > 0 {
		page.Notes = append(page.Notes, fmt.Sprintf("the %d services with the highest regret are drawn, and %d are not", len(page.Drawn), more))
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

// drawn is a service as the page draws it.
func (h hindsight) drawn() report.Hindsight {
	c := h.all.Curves
	return report.Hindsight{
		Service: h.Service, Text: h.sentence(), Start: h.all.Window.From, Tick: c.Tick, Need: c.Need.Values(),
		Ways: []report.Contender{
			{Name: h.Tally.Done.Way, Role: report.Ours, Ready: c.Done.Values()},
			{Name: h.Tally.Reactive.Way, Role: report.Rival, Ready: c.Reactive.Values()},
			{Name: h.Tally.Oracle.Way, Role: report.Bound, Ready: c.Oracle.Values()},
		},
	}
}

// sentence is what a look back came to.
func (h hindsight) sentence() string {
	t := h.Tally
	return fmt.Sprintf("It took %s, and capacity was missing for %s min. The oracle would have taken %s and %s min, %s alone %s and %s min.",
		capacity.Figure(t.Done.Money()), capacity.Figure(t.Done.Violation),
		capacity.Figure(t.Oracle.Money()), capacity.Figure(t.Oracle.Violation),
		t.Reactive.Way, capacity.Figure(t.Reactive.Money()), capacity.Figure(t.Reactive.Violation))
}

// verdict is the page in one sentence.
func (l lookedBack) verdict() string {
	if len(l.Services) == 0 {
		return "No service could be compared."
	}
	return l.All.sentence()
}

// facts are the figures at the top of the page.
func (l lookedBack) facts() []report.Fact {
	t, minutes := l.All.Tally, func(v float64) string { return "and " + capacity.Figure(v) + " min without capacity" }
	share := "nothing"
	if t.Window > 0 {
		share = capacity.Trim(100*t.Minutes/t.Window, 1) + "%"
	}
	return []report.Fact{
		{Name: "Done", Text: capacity.Figure(t.Done.Money()), More: minutes(t.Done.Violation)},
		{Name: "Oracle", Text: capacity.Figure(t.Oracle.Money()), More: minutes(t.Oracle.Violation)},
		{Name: "Regret", Text: capacity.Figure(l.All.Regret.Money), More: moreMinutes(l.All.Regret.Violation)},
		{Name: "Reactive", Text: capacity.Figure(t.Reactive.Money()), More: minutes(t.Reactive.Violation)},
		{Name: "Saved", Text: capacity.Figure(l.All.Saving.Money), More: moreMinutes(-l.All.Saving.Violation)},
		{Name: "Compared", Text: share, More: "of the time looked back at"},
	}
}

// moreMinutes says how many minutes more capacity was missing.
func moreMinutes(v float64) string {
	switch {
	case v > 0:
		return capacity.Figure(v) + " min more without capacity"
	case v < 0:
		return capacity.Figure(-v) + " min less without capacity"
	}
	return "as many min without capacity"
}

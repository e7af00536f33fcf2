package regret

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"headroom/capacity"
	"headroom/regret"
)

// regretColumns are the columns of the table, beside the service's name.
var regretColumns = []string{
	"compared", "actual", "actual min", "foresight", "foresight min", "regret", "regret min",
	"reactive", "reactive min", "saved", "saved min",
}

// cells is one line of the table.
func (h hindsight) cells() []string {
	t := h.Tally
	cells := []string{capacity.Trim(t.Minutes/60, 1) + " of " + capacity.Trim(t.Window/60, 1) + " h"}
	for _, v := range []float64{
		t.Done.Money(), t.Done.Violation,
		t.Oracle.Money(), t.Oracle.Violation,
		h.Regret.Money, h.Regret.Violation,
		t.Reactive.Money(), t.Reactive.Violation,
		h.Saving.Money, h.Saving.Violation,
	} {
		cells = append(cells, capacity.Figure(v))
	}
	return cells
}

// rows are the services, and if there are several, all together.
func (l lookedBack) rows() []hindsight {
	if len(l.Services) < 2 {
		return l.Services
	}
	all := l.All
	all.Service = "all"
	return append(l.Services[:len(l.Services):len(l.Services)], all)
}

func (l lookedBack) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(l.Services) > 0 {
		fmt.Fprintf(table, "SERVICE\t%s\n", strings.ToUpper(strings.Join(regretColumns, "\t")))
	}
	for _, h := range l.rows() {
		fmt.Fprintf(table, "%s\t%s\n", h.Service, strings.Join(h.cells(), "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range l.notes() {
		fmt.Fprintln(w, note)
	}
	for _, out := range l.LeftOut {
		fmt.Fprintf(w, "left out %s: %s\n", out.Service, out.Why)
	}
	for _, f := range l.Failures {
		fmt.Fprintf(w, "failed %s: %s\n", f.Service, f.Why)
	}
	for _, h := range l.Services {
		fmt.Fprintf(w, "%s: all of it is in %s\n", h.Service, h.Stored)
	}
	return nil
}

// notes are what a reader should know of each service: what it was compared
// with, and what was not compared.
func (l lookedBack) notes() []string {
	var notes []string
	for _, h := range l.Services {
		notes = append(notes, fmt.Sprintf("%s: %s to %s, the reactive autoscaler is %s", h.Service, at(h.all.Window.From), at(h.all.Window.To), h.Tally.Reactive.Way))
		for _, note := range append(gapsIn(h.Gaps), h.Notes...) {
			notes = append(notes, h.Service+": "+note)
		}
	}
	return notes
}

// shownGaps is how many gaps are told by their times.
const shownGaps = 3

// gapsIn says what was not compared: the longest by their times.
func gapsIn(gaps []regret.Gap) []string {
	longest := slices.SortedStableFunc(slices.Values(gaps), func(a, b regret.Gap) int { return cmp.Compare(lasts(b), lasts(a)) })
	var notes []string
	for _, g := range longest[:min(shownGaps, len(longest))] {
		notes = append(notes, fmt.Sprintf("not compared for %s from %s on: %s", capacity.Brief(lasts(g)), at(g.From), g.Why))
	}
	if rest := longest[len(notes):]; len(rest) > 0 {
		var all time.Duration
		for _, g := range rest {
			all += lasts(g)
		}
		notes = append(notes, fmt.Sprintf("nor for %s in %s", capacity.Brief(all), capacity.Count(len(rest), "shorter gap")))
	}
	return notes
}

func lasts(g regret.Gap) time.Duration { return g.To.Sub(g.From) }

func at(t time.Time) string { return t.UTC().Format(time.RFC3339) }

package forecast

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/internal/panel"
)

// clean prepares a series for models, and adds to its account what was done.
func clean(s panel.Series) panel.Series {
	gaps := s.Gaps()
	cleaned, notes := calendar.Clean(s.Series)
	s.Load.Masked = max(0, cleaned.Gaps()-gaps)
	s.Load.Notes = slices.Concat(s.Load.Notes, notes)
	s.Series = cleaned
	return s
}

// tell says on stderr what somebody who uses the forecast of x should know.
func (x continued) tell(stderr io.Writer, asked string) {
	tellNotes(stderr, x.series)
	switch {
	case x.why == "":
	case x.model == "":
		fmt.Fprintf(stderr, "series %q is left out: %s\n", x.series.ID, x.why)
	default:
		fmt.Fprintf(stderr, "series %q has the forecast of %s in place of %s: %s\n", x.series.ID, x.model, asked, x.why)
	}
}

// tellNotes says on stderr what is odd about the load of a series.
func tellNotes(stderr io.Writer, s panel.Series) {
	for _, note := range s.Load.Notes {
		fmt.Fprintf(stderr, "series %q: %s\n", s.ID, note)
	}
}

// A fileAccount adds up the accounts of the series of a file.
type fileAccount struct {
	capacity.LoadSummary
	series int
}

// Add adds the account of one series.
func (a *fileAccount) add(s panel.Series) {
	l := s.Load
	if l.Rows == 0 {
		return
	}
	if a.series == 0 || l.From.Before(a.From) {
		a.From = l.From
	}
	if a.series == 0 || l.To.After(a.To) {
		a.To = l.To
	}
	a.series++
	a.Numbered = l.Numbered
	a.Rows += l.Rows
	a.Step, a.Aggregate, a.Across = s.Step, l.Aggregate, l.Across
	for _, i := range l.Intervals {
		if !slices.Contains(a.Lengths(), i.Length) {
			a.Intervals = append(a.Intervals, i)
		}
	}
	a.Combined += l.Combined
	a.Repeated += l.Repeated
	a.Empty += l.Empty
	a.Infinite += l.Infinite
	a.SetAside += l.SetAside
	a.Missing += s.Gaps() - l.Masked
	a.Masked += l.Masked
}

// tell says on stderr what was read of the file.
func (a fileAccount) tell(stderr io.Writer, l history.Layout) {
	if a.series == 0 {
		return
	}
	if a.series > 1 {
		slices.SortFunc(a.Intervals, func(x, y capacity.Interval) int { return int(min(1, max(-1, x.Length-y.Length))) })
		if lengths := a.Lengths(); len(lengths) > 1 {
			a.Step = time.Duration(0) // each series has its own
		}
	}
	columns := fmt.Sprintf("time %s, load %s", l.Time, strings.Join(l.Values, ", "))
	if l.ID != "" {
		columns = fmt.Sprintf("series %s, %s", l.ID, columns)
	}
	fmt.Fprintf(stderr, "read %s (%s): %s\n", capacity.Count(a.series, "series"), columns, a.LoadSummary)
}

package capacity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A LoadSummary is the account of the load that was read: what a forecast and a
// plan rest on, and what was done to it on the way.
type LoadSummary struct {
	Objects   int           // files, objects or queries
	Numbered  bool          `json:",omitempty"` // the times are numbers of steps
	Rows      int           // measurements that count, after rows were put together
	Timezone  string        `json:",omitempty"` // the demand's: times are written on its wall clock
	From, To  time.Time     // from the start of the first measured interval to the end of the last
	Intervals []Interval    // in the order of time; none if the rows are events
	Step      time.Duration // of the series
	Aggregate Aggregate     // sum: the values are counts; mean and max: they are rates or levels
	Unit      string        // of the load, such as requests/s
	Fractions bool          `json:",omitempty"` // most values are no whole numbers, as rates are and counts are not

	Across     Aggregate `json:",omitempty"` // how rows of one time were put together
	Combined   int       `json:",omitempty"` // rows that were put together with another
	Repeated   int       `json:",omitempty"` // rows left out because they repeat another exactly
	Replaced   int       `json:",omitempty"` // rows that a later object corrects
	Empty      int       `json:",omitempty"` // rows without a value
	Infinite   int       `json:",omitempty"` // rows with an infinite value, which is no measurement
	SetAside   int       `json:",omitempty"` // rows with a time far from all others
	Unreadable int       `json:",omitempty"` // objects without rows, such as empty part files

	Steps   int // of the series
	Missing int `json:",omitempty"` // steps without a measurement
	Masked  int `json:",omitempty"` // steps whose measurement cannot be load

	// Notes are what a reader has to know before they trust the numbers. An
	// ordinary history has none.
	Notes []string `json:",omitempty"`
}

// An Interval is a stretch of measurements that are equally far apart.
type Interval struct {
	Length time.Duration
	Rows   int
	From   time.Time
}

// Note adds a note.
func (l *LoadSummary) Note(format string, args ...any) {
	l.Notes = append(l.Notes, fmt.Sprintf(format, args...))
}

// Stamp writes a time on the wall clock of the demand.
func (l LoadSummary) Stamp(t time.Time) string {
	return Stamp(t, Demand{Timezone: l.Timezone}.Zone())
}

// String writes the account on one line, without its notes:
//
//	8064 rows every 5m, 2 Mar 2026 00:00 UTC to 30 Mar 2026 00:00 UTC; steps of 10m; counts (aggregate: sum) in requests/s; 3 steps missing
func (l LoadSummary) String() string {
	span := l.Stamp(l.From) + " to " + l.Stamp(l.To)
	if l.Numbered && l.Step > 0 {
		span = fmt.Sprintf("numbered %d to %d", l.From.UnixNano()/int64(l.Step), l.To.UnixNano()/int64(l.Step)-1)
	}
	parts := []string{fmt.Sprintf("%s%s, %s", Count(l.Rows, "row"), l.every(), span)}
	if l.Objects > 1 {
		parts[0] += fmt.Sprintf(", from %d objects", l.Objects)
	}
	if l.Step > 0 {
		parts = append(parts, "steps of "+Brief(l.Step))
	}
	parts = append(parts, l.kind())
	if l.Combined > 0 {
		parts = append(parts, fmt.Sprintf("%s at the same times put together by %s", Count(l.Combined, "row"), l.Across))
	}
	for _, c := range []struct {
		n    int
		text string
	}{
		{l.Repeated, "repeated row|s left out"},
		{l.Replaced, "row|s replaced by a later object"},
		{l.Empty, "row|s without a value"},
		{l.Infinite, "row|s with an infinite value left out"},
		{l.SetAside, "row|s with a stray time left out"},
		{l.Unreadable, "object|s without rows"},
		{l.Missing, "step|s missing"},
		{l.Masked, "step|s masked"},
	} {
		if c.n > 0 {
			noun, rest, _ := strings.Cut(c.text, "|s")
			parts = append(parts, Count(c.n, noun)+rest)
		}
	}
	return strings.Join(parts, "; ")
}

// kind says whether the values are counts or rates, and of what.
func (l LoadSummary) kind() string {
	unit := ""
	if l.Unit != "" {
		unit = " in " + l.Unit
	}
	switch l.Aggregate {
	case Sum:
		return "counts (aggregate: sum)" + unit
	case Mean, Max:
		return fmt.Sprintf("rates or levels (aggregate: %s)%s", l.Aggregate, unit)
	}
	return "values as they stand" + unit
}

// Lengths are the lengths of the intervals, each once, in the order of time.
func (l LoadSummary) Lengths() []time.Duration {
	var lengths []time.Duration
	for _, i := range l.Intervals {
		if !slices.Contains(lengths, i.Length) {
			lengths = append(lengths, i.Length)
		}
	}
	return lengths
}

// Every says how far apart the measurements are, such as "every 5m, then 10m".
func (l LoadSummary) Every() string { return strings.TrimSpace(l.every()) }

func (l LoadSummary) every() string {
	lengths := l.Lengths()
	switch {
	case len(lengths) == 0 && l.Rows > 1:
		return " at irregular times"
	case len(lengths) == 0:
		return ""
	case len(lengths) > 3:
		slices.Sort(lengths)
		return fmt.Sprintf(" every %s to %s", Brief(lengths[0]), Brief(lengths[len(lengths)-1]))
	}
	texts := make([]string, len(lengths))
	for i, length := range lengths {
		texts[i] = Brief(length)
	}
	return " every " + strings.Join(texts, ", then ")
}

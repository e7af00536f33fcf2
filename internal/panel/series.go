// Package panel reads and writes panel files: many series in one file, in the
// long format of Nixtla's statsforecast with the columns unique_id, ds and y, in
// other long formats whose columns are named, or in the wide format with a column
// for each series. Files whose series stand one after the other are streamed, so
// that memory does not grow with them: a [Reader] gives one [Series] after the
// other, [Map] works on several at a time, and a [Writer] writes what follows
// them, in the order of the file.
package panel

import (
	"fmt"

	"headroom/capacity"
)

// A Series is one series of a panel file, put on equal steps: a step without a
// row, or without a number in it, is a gap.
type Series struct {
	ID string
	// Series has a Step of 0 if it has a single time and nothing told the step.
	// Where times are integers, Start counts them from the Unix epoch.
	capacity.Series
	// Load is the account of what was read.
	Load capacity.LoadSummary

	refused string // why nothing can be forecast from it
	form    form
}

// AppendTime appends the time of step i, counted from the first of the series, in
// the form and the zone of the file. Steps after the last continue it.
func (s Series) AppendTime(dst []byte, i int) []byte {
	return s.form.append(dst, s.At(i).UnixNano())
}

// Unusable says why nothing can be forecast from s, and what to do: its rows
// cannot be read for certain, nothing was measured, or its step is not known. It
// is empty for any other series.
func (s Series) Unusable() string {
	switch {
	case s.refused != "":
		return s.refused
	case s.Gaps() == s.Len():
		return "no row has a number, check the source"
	case s.Step <= 0:
		return fmt.Sprintf("its only time is %s, give the step by --step", s.AppendTime(nil, 0))
	}
	return ""
}

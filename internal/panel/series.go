// Package panel reads and writes panel files: many series in one CSV file of
// long format, with the columns unique_id, ds and y of Nixtla's statsforecast.
// Files are streamed, so that memory does not grow with them: a [Reader] gives
// one [Series] after the other, [Map] works on several at a time, and a
// [Writer] writes what follows them, in the order of the file.
package panel

import (
	"headroom/capacity"
)

// A Series is one series of a panel file, put on equal steps: a step without a
// row, or with nothing or NaN as its y, is a gap.
type Series struct {
	ID string
	// Series has a Step of 0 if it has a single time and nothing told the step.
	// Where ds are integers, Start counts them from the Unix epoch.
	capacity.Series
	// Replaced is how many rows a later row of the same step has replaced.
	Replaced int

	first int64 // the tick of the first step
	each  int64 // ticks in a step
	form  form
}

// AppendTime appends ds of step i, counted from the first of the series, in
// the form and the zone of the file. Steps after the last continue it.
func (s Series) AppendTime(dst []byte, i int) []byte {
	return s.form.append(dst, s.first+int64(i)*s.each)
}

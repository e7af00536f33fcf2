package command

import (
	"fmt"
	"io"
)

// mostTold is how many lines about single series are printed.
const mostTold = 100

// FewLines passes the first writes on, each of which is a line, and counts the
// others: what is wrong with a million series is said once.
type FewLines struct {
	io.Writer
	told, more int
}

// Write implements [io.Writer].
func (f *FewLines) Write(line []byte) (int, error) {
	if f.told == mostTold {
		f.more++
		return len(line), nil
	}
	f.told++
	return f.Writer.Write(line)
}

// End says how many lines were left out, if any.
func (f *FewLines) End() {
	if f.more > 0 {
		fmt.Fprintf(f.Writer, "and %d more about other series\n", f.more)
	}
}

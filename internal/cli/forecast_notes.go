package cli

import (
	"fmt"
	"io"

	"headroom/internal/panel"
)

// tell says on stderr what somebody who uses the forecast of x should know.
func (x continued) tell(stderr io.Writer, asked string) {
	tellReplaced(stderr, x.series)
	switch {
	case x.why == "":
	case x.model == "":
		fmt.Fprintf(stderr, "series %q is left out: %s\n", x.series.ID, x.why)
	default:
		fmt.Fprintf(stderr, "series %q has the forecast of %s in place of %s: %s\n", x.series.ID, x.model, asked, x.why)
	}
}

func tellReplaced(stderr io.Writer, s panel.Series) {
	if s.Replaced > 0 {
		fmt.Fprintf(stderr, "series %q: of rows for the same time the last counts, %s did not\n", s.ID, plural(s.Replaced, "row"))
	}
}

// plural writes 1 step and 2 steps.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

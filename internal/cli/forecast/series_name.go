package forecast

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/panel"
)

// named is a series under a name that may stand in a CSV file. A name with a character
// that does not print is refused. One that a spreadsheet would take for a formula is
// written with an apostrophe in front, and that is said on stderr.
func named(s panel.Series, stderr io.Writer) (panel.Series, error) {
	if shown := command.Escaped(s.ID); shown != s.ID {
		return s, fmt.Errorf("the unique_id %q holds a character that does not print: rename the series: %w", s.ID, capacity.ErrBadData)
	}
	if formula(s.ID) {
		fmt.Fprintf(stderr, "series %q is written as %q: a spreadsheet would take its name for a formula\n", s.ID, "'"+s.ID)
		s.ID = "'" + s.ID
	}
	return s, nil
}

// formula reports whether a spreadsheet takes a text for a formula. A number is none.
func formula(text string) bool {
	if text == "" || !strings.ContainsRune("=+-@", rune(text[0])) {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err != nil
}

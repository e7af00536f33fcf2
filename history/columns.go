package history

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"headroom/capacity"
)

// columns finds the places of the time and the value column among the names of
// those that are there.
func (r *Rows) columns(names []string, d capacity.Demand) (when, what int, err error) {
	if when, err = r.column(names, "demand.time", d.Time); err != nil {
		return 0, 0, err
	}
	if what, err = r.column(names, "demand.value", d.Value); err != nil {
		return 0, 0, err
	}
	if when == what {
		return 0, 0, fmt.Errorf("read %q: demand.time and demand.value both name the column %q; correct the policy: %w", r.Object, d.Time, capacity.ErrBadData)
	}
	return when, what, nil
}

// longestName is how many characters a column name has at most that a message shows.
const longestName = 64

// listed says which columns there are, in a message of bearable length. What does not look
// like a table is not quoted: the first line of some file may be a secret.
func listed(names []string) string {
	const most = 20
	if len(names) < 2 {
		return "its first line names one column only"
	}
	quoted := make([]string, 0, most)
	for _, name := range names {
		if utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Sprintf("its first line does not name columns: each is at most %d printable characters", longestName)
		}
		if len(quoted) < most {
			quoted = append(quoted, strconv.Quote(name))
		}
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
	}
	return "the columns are " + strings.Join(quoted, ", ")
}

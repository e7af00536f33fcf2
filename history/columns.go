package history

import (
	"fmt"
	"slices"
	"strings"

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

// column finds the place of one column. The key is the policy's word for it.
func (r *Rows) column(names []string, key, name string) (int, error) {
	at := slices.Index(names, name)
	if at < 0 {
		return 0, fmt.Errorf("read %q: there is no column %q, the columns are %s; correct %s in the policy: %w", r.Object, name, listed(names), key, capacity.ErrBadData)
	}
	if slices.Contains(names[at+1:], name) {
		return 0, fmt.Errorf("read %q: there are two columns %q; rename one, or correct %s in the policy: %w", r.Object, name, key, capacity.ErrBadData)
	}
	return at, nil
}

// listed writes column names for a message of bearable length.
func listed(names []string) string {
	const most = 20
	quoted := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, fmt.Sprintf("%.40q", name))
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(quoted, ", ")
}

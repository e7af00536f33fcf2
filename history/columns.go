package history

import (
	"fmt"
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

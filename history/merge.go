package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"headroom/capacity"
)

// Merge makes one table of what many objects hold for [from, to); a zero from
// or to is no bound. The order of the parts does not matter. Where a time
// occurs more than once, the object whose key sorts last wins, and inside an
// object the last row: a corrected export that is written beside the old one
// under a later name takes its place. It returns ErrNoData if nothing is left;
// the text then says what the objects do cover.
func Merge(parts []Rows, from, to time.Time) (Table, Summary, error) {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Rows) int { return cmp.Compare(a.Object, b.Object) })
	type row struct {
		time  arrow.Timestamp
		value float64
	}
	s := Summary{Objects: len(parts)}
	var all []row
	for i := range parts {
		p := &parts[i]
		s.Bytes += p.Bytes
		s.Skipped += p.Skipped
		p.Trim(from, to)
		all = slices.Grow(all, p.Len())
		for j, t := range p.times {
			all = append(all, row{t, p.values[j]})
		}
	}
	if len(all) == 0 {
		return Table{}, s, nothing(parts, s, from, to)
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(a.time, b.time) })
	times, values := make([]arrow.Timestamp, 0, len(all)), make([]float64, 0, len(all))
	for i, r := range all {
		if i+1 < len(all) && all[i+1].time == r.time {
			s.Duplicates++
			continue
		}
		times, values = append(times, r.time), append(values, r.value)
	}
	s.Rows = len(times)
	return newTable(times, values), s, nil
}

// nothing says why there is no table.
func nothing(parts []Rows, s Summary, from, to time.Time) error {
	covers, any := Rows{}, false
	for _, p := range parts {
		if !p.any {
			continue
		}
		if !any {
			covers, any = p, true
		}
		covers.first, covers.last = min(covers.first, p.first), max(covers.last, p.last)
	}
	if !any {
		return fmt.Errorf("%d objects hold no measurement (%d rows have an empty value): %w", s.Objects, s.Skipped, capacity.ErrNoData)
	}
	return fmt.Errorf("nothing was measured in [%s, %s), the %d objects cover %s to %s: %w", bound(from), bound(to), s.Objects,
		bound(time.Unix(0, int64(covers.first))), bound(time.Unix(0, int64(covers.last))), capacity.ErrNoData)
}

// bound writes one end of a range.
func bound(t time.Time) string {
	if t.IsZero() {
		return "…"
	}
	return t.UTC().Format(time.RFC3339)
}

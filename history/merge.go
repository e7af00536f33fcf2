package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// Merge makes one table of what many objects hold for [from, to); a zero from
// or to is no bound. The order of the parts does not matter. Where several
// objects hold one time, the one whose key sorts last wins: a corrected export
// that is written beside the old one under a later name takes its place. It
// returns ErrNoData if nothing is left; the text then says what the objects do
// cover, and ErrBadData if they hold more than limits.Rows measurements together.
func Merge(parts []Rows, from, to time.Time, limits Limits) (Table, error) {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Rows) int { return cmp.Compare(a.Object, b.Object) })
	low, high := bounds(from, to)
	s := Summary{Objects: len(parts)}
	total := 0
	for i := range parts {
		p := &parts[i]
		s.Bytes += p.Bytes
		s.Counts.add(p.Counts)
		if !p.any {
			s.Without++
		}
		total += p.Len()
	}
	if most := limits.OrDefault().Rows; total > most {
		return Table{}, fmt.Errorf("the %d objects hold %d measurements, more than %d; write them at longer intervals, or shorten demand.window: %w", len(parts), total, most, capacity.ErrBadData)
	}
	all := make([]point, 0, total)
	for i := range parts {
		for _, p := range parts[i].points {
			if low <= p.at && p.at <= high {
				p.place = int32(i)
				all = append(all, p)
			}
		}
		parts[i].points = nil
	}
	if n := s.Counts.Infinite; n > 3 && 20*n > len(all) {
		return Table{}, fmt.Errorf("%s of %d have an infinite value, too many to be left out; correct the export, such as a type of numbers that is too small: %w", capacity.Count(n, "row"), n+len(all), capacity.ErrBadData)
	}
	if len(all) == 0 {
		return Table{summary: s}, nothing(parts, s, from, to)
	}
	byTime := func(a, b point) int { return cmp.Compare(a.at, b.at) }
	if !slices.IsSortedFunc(all, byTime) {
		slices.SortStableFunc(all, byTime)
	}
	times, values := make([]int64, 0, len(all)), make([]float64, 0, len(all))
	for i, p := range all {
		if i+1 < len(all) && all[i+1].at == p.at {
			if s.Replaced++; p.value == all[i+1].value {
				s.Same++
			} else if s.Example == "" {
				s.Example, s.ExampleAt = fmt.Sprintf("%s and %s", parts[p.place].Object, parts[all[i+1].place].Object), time.Unix(0, p.at).UTC()
			}
			continue
		}
		times, values = append(times, p.at), append(values, p.value)
	}
	s.Rows = len(times)
	return newTable(times, values, s), nil
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
		return fmt.Errorf("no measurement in %s (%s without a value): check demand.source and demand.value: %w", capacity.Count(s.Objects, "object"), capacity.Count(s.Counts.Empty+s.Counts.Infinite, "row"), capacity.ErrNoData)
	}
	return fmt.Errorf("nothing was measured%s: the measurements in %s are from %s to %s; check demand.source, demand.window or --as-of: %w", between(from, to), capacity.Count(s.Objects, "object"),
		utc(time.Unix(0, covers.first)), utc(time.Unix(0, covers.last)), capacity.ErrNoData)
}

// between writes a range of time; a zero time is no bound.
func between(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case from.IsZero():
		return " before " + utc(to)
	case to.IsZero():
		return " from " + utc(from) + " on"
	}
	return " from " + utc(from) + " to " + utc(to)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

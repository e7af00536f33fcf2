package history

import (
	"math"
	"time"

	"headroom/capacity"
)

// account begins the account of a table.
func account(t Table, d capacity.Demand) capacity.LoadSummary {
	s := t.summary
	a := capacity.LoadSummary{
		Objects: s.Objects, Rows: t.Rows(), Step: d.Step, Aggregate: d.Aggregate, Unit: d.Unit,
		Timezone: d.Timezone, Across: d.Across, Combined: s.Counts.Combined, Repeated: s.Counts.Repeated, Replaced: s.Replaced,
		Empty: s.Counts.Empty, Infinite: s.Counts.Infinite, Unreadable: s.Without,
		From: t.From(), To: t.To(), Fractions: fractions(t.values),
	}
	if differ := s.Replaced - s.Same; 10*differ > t.Rows() && differ > 0 {
		a.Note("replaced %s by those of a later object that measures the same times and differs (%s for %s): if the objects are parts of one load, such as one for each pod, write them into one object and say demand.across",
			capacity.Count(differ, "row"), s.Example, a.Stamp(s.ExampleAt))
	}
	if n := s.Counts.Parts; n > 0 {
		a.Note("the rows of %d parts of the load alternate in time: they were put on common times, and together by %s", n, d.Across)
	}
	if n := s.Counts.Fewer; n > 0 {
		a.Note("the newest times lack %s that nearly all others have: a part of the load, such as a host, is measured no more", capacity.Count(n, "row"))
	}
	if counter(t.values) {
		a.Note("the values only rise, but for falls to near nothing: they look like a counter since its start, which is no load; export its increase in each interval, such as increase(…[5m])")
	}
	if n := s.Counts.Infinite; n > 0 {
		a.Note("left out %s with an infinite value, which is no measurement", capacity.Count(n, "row"))
	}
	if s.Counts.Folded > 0 {
		a.Note("told apart %s by their order, whose times occur twice, since the clock was put back", capacity.Count(s.Counts.Folded, "row"))
	}
	return a
}

// counter reports whether values rise nearly always and, when they fall, fall to a
// fifth or less, as a counter does that starts anew.
func counter(values []float64) bool {
	if len(values) < 48 {
		return false
	}
	up, down, deep := 0, 0, 0
	for i := 1; i < len(values); i++ {
		switch {
		case values[i] > values[i-1]:
			up++
		case values[i] < values[i-1]:
			if down++; values[i] <= values[i-1]/5 {
				deep++
			}
		}
	}
	n := len(values) - 1
	return 10*up >= 7*n && 20*down <= n && down == deep
}

// fractions reports whether most values that are not zero are no whole numbers.
func fractions(values []float64) bool {
	n, all := 0, 0
	for _, v := range values {
		if v == 0 {
			continue
		}
		if all++; v != math.Trunc(v) {
			n++
		}
	}
	return 10*n > 7*all && all > 0
}

// Describe is the account of a table before it becomes a series: how far apart its
// rows are, and what became of others. The table that it returns, which shares the
// memory of t, has no rows that are far from all others in time.
func Describe(t Table, d capacity.Demand) (Table, capacity.LoadSummary) {
	a := account(t, d)
	if t.Rows() > 0 {
		t.times, t.values = setAside(t.times, t.values, &a)
		cover(t.times, t.values, d.Aggregate).describe(&a)
	}
	return t, a
}

// setAside leaves out a few rows at the beginning and the end that are far from
// all others in time, such as one with a mistyped year, and counts them.
func setAside(times []int64, values []float64, a *capacity.LoadSummary) ([]int64, []float64) {
	few := max(3, len(times)/1000)
	first, last := 0, len(times)
	far := func(gap, span int64) bool { return gap > max(span/4, int64(48*time.Hour)) }
	for n := 1; n <= few && last-n > 10; n++ {
		if gap := times[last-n] - times[last-n-1]; far(gap, times[last-n-1]-times[first]) {
			a.SetAside += n
			a.Note("left out %s from %s on: nothing else was measured within %s before; correct the times in the history, or remove the measurements",
				capacity.Count(n, "row"), a.Stamp(time.Unix(0, times[last-n])), days(gap))
			last -= n
			break
		}
	}
	for n := 1; n <= few && last-first-n > 10; n++ {
		if gap := times[first+n] - times[first+n-1]; far(gap, times[last-1]-times[first+n]) {
			a.SetAside += n
			a.Note("left out %s up to %s: nothing else was measured within %s after; correct the times in the history, or remove the measurements",
				capacity.Count(n, "row"), a.Stamp(time.Unix(0, times[first+n-1])), days(gap))
			first += n
			break
		}
	}
	a.Rows = last - first
	return times[first:last], values[first:last]
}

func days(gap int64) string { return capacity.Count(int(gap/int64(24*time.Hour)), "day") }

// describe says how far apart the measurements are, and what is not certain of it.
func (c coverage) describe(a *capacity.LoadSummary) {
	a.From = time.Unix(0, c.starts[0]).UTC()
	last := len(c.starts) - 1
	a.To = time.Unix(0, c.starts[last]+c.lengths[last]).UTC()
	a.Intervals = c.intervals()
	if len(a.Intervals) > 1 {
		lengths := map[time.Duration]bool{}
		for _, i := range a.Intervals {
			lengths[i.Length] = true
		}
		if len(lengths) > 1 {
			i := a.Intervals[len(a.Intervals)-1]
			a.Note("the interval of the measurements changes: it is %s from %s on, and was %s before; each counts for the time that it covers",
				capacity.Brief(i.Length), a.Stamp(i.From), capacity.Brief(a.Intervals[len(a.Intervals)-2].Length))
		}
	}
	if c.unsure > 0 {
		a.Note("for %s it is not certain whether a longer interval was measured, or measurements between were lost", capacity.Count(c.unsure, "row"))
	}
	if expected := c.missing + len(c.starts); c.regular && 50*c.missing > expected {
		a.Note("intervals without a row, %d of %d, were taken for lost measurements, not for no load", c.missing, expected)
	}
}

// finish describes the steps of the series.
func finish(a *capacity.LoadSummary, s capacity.Series) {
	a.Steps = s.Len()
	longest, from, length := 0, 0, 0
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			length = 0
			continue
		}
		a.Missing++
		if length++; length > longest {
			longest, from = length, i-length+1
		}
	}
	if a.Missing > 2 && 100*a.Missing > s.Len() {
		a.Note("steps without %s: %d of %d", enough(a), a.Missing, s.Len())
	}
	if gap := time.Duration(longest) * s.Step; longest >= 3 && gap >= 3*time.Hour {
		a.Note("no step from %s to %s has %s (%s, the longest gap)", a.Stamp(s.At(from)), a.Stamp(s.At(from+longest)), enough(a), capacity.Brief(gap))
	}
}

// enough is what a step needs to count as measured, as [cell.value] has it.
func enough(a *capacity.LoadSummary) string {
	switch {
	case len(a.Intervals) == 0:
		return "a measurement"
	case a.Aggregate == capacity.Sum:
		return "measurements for at least half of its time"
	}
	return "measurements for at least a tenth of its time"
}

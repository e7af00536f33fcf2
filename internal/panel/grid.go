package panel

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// A series of more than sparse steps of which not one in twenty has a row is
// no series of that step: its times are uneven.
const (
	sparse = 100_000
	filled = 20
)

// grid puts the rows of a series on equal steps.
func (c Settings) grid(g *group) Series {
	step := c.Step
	s := Series{ID: g.id, form: formOf(g.text, max(step, 0), c.Zone)}
	if s.form.print == "" && step == 0 {
		step = time.Hour
		s.form.counts = step
	}
	refuse := func(format string, args ...any) Series {
		s.refused = fmt.Sprintf(format, args...)
		return s
	}
	points := make([]history.Point, len(g.rows))
	for i, r := range g.rows {
		points[i] = history.Point{At: c.timeOf(r, s.form), Later: later(r), Value: r.y, Place: r.line}
	}
	table, err := history.Gathered(g.id, points, c.Across)
	if err != nil {
		return refuse("%v", err)
	}
	defer table.Release()
	demand := capacity.Demand{Aggregate: c.Aggregate, Across: c.Across, Timezone: c.Zone.String()}
	kept, account := history.Describe(table, demand)
	if account.SetAside > 0 {
		points = slices.DeleteFunc(points, func(p history.Point) bool { return p.At.Before(kept.From()) || p.At.After(kept.To()) })
	}
	s.Load = account
	first, last := span(points)
	s.Start = first
	if s.Step = step; step == 0 {
		s.Step = least(points)
	}
	if s.form.dates() && s.Step%(24*time.Hour) != 0 {
		s.form.print = time.DateTime
	}
	if s.Step == 0 {
		s.Values = []float64{math.NaN()}
		if kept.Rows() > 0 {
			s.Values[0] = kept.Value(0)
		}
		return s
	}
	steps := int64(last.Sub(first)/s.Step) + 1
	if steps > sparse && steps > filled*int64(len(g.rows)) {
		return refuse("the %d rows spread over %d steps of %s, give the true step by --step", len(g.rows), steps, capacity.Brief(s.Step))
	}
	demand.Step, s.Load.Step = s.Step, s.Step
	s.Load.Numbered = s.form.print == ""
	if c.Aggregate == "" {
		return c.oneForEach(s, kept, steps)
	}
	made, account, err := history.ToSeries(table, demand)
	account.Numbered = s.Load.Numbered
	s.Load = account
	if err != nil {
		return refuse("%v", err)
	}
	s.Series = made
	return s
}

// oneForEach puts rows on steps of which each has one row at most.
func (c Settings) oneForEach(s Series, table history.Table, steps int64) Series {
	const remedy = "say by --aggregate whether the values are counts (sum) or rates (mean), and the step by --step"
	long := s.Load
	long.Intervals = slices.DeleteFunc(slices.Clone(long.Intervals), func(i capacity.Interval) bool { return i.Rows < 4 })
	if len(long.Lengths()) > 1 {
		s.refused = fmt.Sprintf("the interval between its rows changes (%s); %s", s.Load.Every(), remedy)
		return s
	}
	s.Values = slices.Repeat([]float64{math.NaN()}, int(steps)+1)
	used, before := 0, -1
	for k := range table.Rows() {
		off := table.Time(k).Sub(s.Start)
		i := int((off + s.Step/2) / s.Step)
		if i == before || off%s.Step != 0 && c.Step == 0 {
			s.refused = fmt.Sprintf("its rows are not equally far apart: it has steps of %s, and the row at %s does not fit; %s",
				capacity.Brief(s.Step), table.Time(k).UTC().Format(time.RFC3339Nano), remedy)
			return s
		}
		s.Values[i], before, used = table.Value(k), i, i+1
	}
	s.Values = s.Values[:max(used, int(steps))]
	s.Load.Steps, s.Load.Missing = s.Len(), s.Gaps()
	return s
}

// timeOf is the time of a row; of a file of dates, midnight in UTC.
func (c Settings) timeOf(r row, f form) time.Time {
	t := time.Unix(0, r.at).UTC()
	if f.dates() {
		y, m, d := t.In(c.Zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return t
}

func later(r row) time.Time {
	if r.later == 0 {
		return time.Time{}
	}
	return time.Unix(0, r.later).UTC()
}

// span is the first and the last time of rows, measured or not.
func span(points []history.Point) (first, last time.Time) {
	for i, p := range points {
		if i == 0 || p.At.Before(first) {
			first = p.At
		}
		if i == 0 || p.At.After(last) {
			last = p.At
		}
	}
	return first, last
}

// least is the smallest positive difference between times; 0 with a single one.
func least(points []history.Point) time.Duration {
	times := make([]int64, len(points))
	for i, p := range points {
		times[i] = p.At.UnixNano()
	}
	slices.Sort(times)
	best := int64(0)
	for i := 1; i < len(times); i++ {
		if d := times[i] - times[i-1]; d > 0 && (best == 0 || d < best) {
			best = d
		}
	}
	return time.Duration(best)
}

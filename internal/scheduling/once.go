package scheduling

import (
	"slices"
	"time"

	"go.temporal.io/sdk/client"
)

// rarely is the period of an interval that comes up at one moment of those that are
// prepared for. It is shorter than the time since 1970: Temporal passes over the first
// of an interval whose offset is yet to come.
const rarely = 40 * 365 * 24 * time.Hour

// once is the spec of what comes up at single times of a day. If one of them lies
// where clocks are changed, the calendars leave these days out, and intervals come up
// at the moments of the time in UTC.
func once(spec client.ScheduleSpec, fields [5][]int, changes []clockChange) client.ScheduleSpec {
	affected := false
	days := map[int]map[time.Month][]int{} // by year
	var moments []time.Time
	for _, c := range changes {
		day := c.day()
		if days[day.Year()] == nil {
			days[day.Year()] = map[time.Month][]int{}
		}
		days[day.Year()][day.Month()] = append(days[day.Year()][day.Month()], day.Day())
		for minute := range 24 * 60 {
			clock := day.Add(time.Duration(minute) * time.Minute)
			if matches(fields, clock) {
				moments = append(moments, c.moment(clock))
				affected = affected || c.affects(clock)
			}
		}
	}
	if !affected {
		return spec
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
		spec.Intervals = append(spec.Intervals, client.ScheduleIntervalSpec{Every: rarely, Offset: at.Sub(time.Unix(0, 0)) % rarely})
	}
	spec.CronExpressions = nil
	last := changesUntil.Year() - 1
	spec.Calendars = []client.ScheduleCalendarSpec{calendar(fields, client.ScheduleRange{Start: last + 1, End: last + 50}, fields[3], fields[2])}
	for year := changesFrom.Year(); year <= last; year++ {
		one := client.ScheduleRange{Start: year, End: year}
		months := slices.DeleteFunc(slices.Clone(fields[3]), func(m int) bool { return days[year][time.Month(m)] != nil })
		if len(months) > 0 {
			spec.Calendars = append(spec.Calendars, calendar(fields, one, months, fields[2]))
		}
		for _, month := range fields[3] {
			changed := days[year][time.Month(month)]
			rest := slices.DeleteFunc(slices.Clone(fields[2]), func(day int) bool { return slices.Contains(changed, day) })
			if changed != nil && len(rest) > 0 {
				spec.Calendars = append(spec.Calendars, calendar(fields, one, []int{month}, rest))
			}
		}
	}
	return spec
}

// calendar comes up at the times of day and the days of the week of an expression.
func calendar(fields [5][]int, years client.ScheduleRange, months, days []int) client.ScheduleCalendarSpec {
	return client.ScheduleCalendarSpec{
		Year: []client.ScheduleRange{years}, Month: ranges(months), DayOfMonth: ranges(days),
		Hour: ranges(fields[1]), Minute: ranges(fields[0]), DayOfWeek: ranges(fields[4]),
	}
}

// ranges are values, those one after the other as one.
func ranges(values []int) []client.ScheduleRange {
	values = slices.Clone(values)
	slices.Sort(values)
	var all []client.ScheduleRange
	for _, v := range slices.Compact(values) {
		if n := len(all); n > 0 && all[n-1].End == v-1 {
			all[n-1].End = v
			continue
		}
		all = append(all, client.ScheduleRange{Start: v, End: v})
	}
	return all
}

// day is the day whose clock skips or repeats something, at midnight, as its clock
// shows it.
func (c clockChange) day() time.Time {
	shows := c.at.UTC().Add(c.old)
	if c.new < c.old {
		shows = shows.Add(-time.Nanosecond)
	}
	return shows.Truncate(24 * time.Hour)
}

// moment is when a clock shows a time of that day first, or would have shown it if it
// had not been put forward.
func (c clockChange) moment(clock time.Time) time.Time {
	before, after := clock.Add(-c.old), clock.Add(-c.new)
	if before.Before(c.at) || after.Before(c.at) {
		return before
	}
	return after
}

// affects reports whether Temporal's calendars come up at a time of that day not at
// all, or twice.
func (c clockChange) affects(clock time.Time) bool {
	before, after := clock.Add(-c.old), clock.Add(-c.new)
	if c.new > c.old {
		return !before.Before(c.at) && after.Before(c.at)
	}
	return before.Before(c.at) && !before.Before(c.at.Add(c.new-c.old-time.Hour))
}

package scheduling

import (
	"slices"
	"sort"
	"strings"
	"time"

	"go.temporal.io/sdk/client"

	"headroom/policy"
)

// Clock changes that schedules are prepared for: those of zones as they are known
// today.
var (
	changesFrom  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	changesUntil = time.Date(2051, 1, 1, 0, 0, 0, 0, time.UTC)
)

// times is when a cron expression comes up in a zone, for Temporal, whose calendars
// skip what a clock skips, and know the hour that a clock repeats only once.
//
//   - What comes up in hours one after the other, such as every ten minutes, every
//     hour or each hour of the night, follows real time: it comes up in both passes of
//     a repeated hour.
//   - What comes up at single times, such as each night at half past two, comes up
//     once a day: on the night that skips its time by as much later as clocks are put
//     forward, and in the first pass of an hour that is repeated.
func times(cron, zone string) client.ScheduleSpec {
	spec := client.ScheduleSpec{CronExpressions: []string{cron}, TimeZoneName: zone}
	fields, err := policy.CronFields(cron)
	location, unknown := time.LoadLocation(zone)
	if err != nil || unknown != nil {
		return spec // the server says what is wrong
	}
	changes := clockChanges(location)
	if len(changes) == 0 {
		return spec
	}
	through := runsThrough(cron, fields)
	if minutes, same := minutesInUTC(fields[0], changes); through && same {
		return client.ScheduleSpec{Intervals: intervals(minutes), Skip: except(fields), TimeZoneName: zone}
	}
	if through {
		spec.Calendars = replaced(fields, changes, location)
		return spec
	}
	return once(spec, fields, changes)
}

// runsThrough reports whether an expression comes up in hours one after the other.
func runsThrough(cron string, fields [5][]int) bool {
	if parts := strings.Fields(cron); strings.HasPrefix(parts[1], "*") {
		return true
	}
	for _, hour := range fields[1] {
		if slices.Contains(fields[1], hour+1) {
			return true
		}
	}
	return false
}

// A clockChange is a moment at which the clocks of a zone are changed, from one
// offset to another.
type clockChange struct {
	at       time.Time
	old, new time.Duration
}

// clockChanges are those of a zone.
func clockChanges(zone *time.Location) []clockChange {
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	const week = 7 * 24 * time.Hour // in which no zone changes its clocks twice
	var changes []clockChange
	for at := changesFrom; at.Before(changesUntil); at = at.Add(week) {
		before, after := offset(at), offset(at.Add(week))
		if before == after {
			continue
		}
		minute := sort.Search(int(week/time.Minute), func(m int) bool { return offset(at.Add(time.Duration(m)*time.Minute)) != before })
		changes = append(changes, clockChange{at.Add(time.Duration(minute) * time.Minute), before, after})
	}
	return changes
}

// minutesInUTC are the minutes of a zone's clock on that of UTC, and whether they are
// the same all year.
func minutesInUTC(minutes []int, changes []clockChange) (utc []int, same bool) {
	at := func(offset time.Duration) []int {
		var all []int
		for _, m := range minutes {
			all = append(all, ((m-int(offset.Minutes()))%60+60)%60)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	utc = at(changes[0].old)
	for _, c := range changes {
		if !slices.Equal(utc, at(c.new)) {
			return nil, false
		}
	}
	return utc, true
}

// intervals come up at minutes of every hour.
func intervals(minutes []int) []client.ScheduleIntervalSpec {
	every := time.Hour / time.Duration(len(minutes))
	for i := range minutes {
		if time.Duration(minutes[i]-minutes[0])*time.Minute != time.Duration(i)*every {
			every = time.Hour
		}
	}
	var all []client.ScheduleIntervalSpec
	for _, m := range minutes {
		all = append(all, client.ScheduleIntervalSpec{Every: every, Offset: time.Duration(m) * time.Minute % every})
		if every < time.Hour {
			break
		}
	}
	return all
}

// except are the hours and days at which an expression does not come up.
func except(fields [5][]int) []client.ScheduleCalendarSpec {
	var all []client.ScheduleCalendarSpec
	add := func(values []int, least, most int, put func(c *client.ScheduleCalendarSpec, rest []client.ScheduleRange)) {
		var rest []client.ScheduleRange
		for v := least; v <= most; v++ {
			if !slices.Contains(values, v) {
				rest = append(rest, client.ScheduleRange{Start: v, End: v})
			}
		}
		if len(rest) == 0 {
			return
		}
		c := client.ScheduleCalendarSpec{
			Second: []client.ScheduleRange{{Start: 0, End: 59}},
			Minute: []client.ScheduleRange{{Start: 0, End: 59}},
			Hour:   []client.ScheduleRange{{Start: 0, End: 23}},
		}
		put(&c, rest)
		all = append(all, c)
	}
	add(fields[1], 0, 23, func(c *client.ScheduleCalendarSpec, rest []client.ScheduleRange) { c.Hour = rest })
	add(fields[2], 1, 31, func(c *client.ScheduleCalendarSpec, rest []client.ScheduleRange) { c.DayOfMonth = rest })
	add(fields[3], 1, 12, func(c *client.ScheduleCalendarSpec, rest []client.ScheduleRange) { c.Month = rest })
	add(fields[4], 0, 6, func(c *client.ScheduleCalendarSpec, rest []client.ScheduleRange) { c.DayOfWeek = rest })
	return all
}

// replaced are times in place of those that a clock skips, or that it would have
// shown without being put back.
func replaced(fields [5][]int, changes []clockChange, zone *time.Location) []client.ScheduleCalendarSpec {
	var all []client.ScheduleCalendarSpec
	for _, c := range changes {
		shift := c.new - c.old
		last := time.Time{}
		for past := time.Duration(0); past < max(shift, -shift); past += time.Minute {
			was := c.at.UTC().Add(c.old + past) // what the clock would have shown
			if !matches(fields, was) {
				continue
			}
			at := c.at.Add(past).In(zone)
			minute := client.ScheduleRange{Start: at.Minute(), End: at.Minute()}
			if hour := at.Truncate(time.Minute).Add(-time.Duration(at.Minute()) * time.Minute); !hour.Equal(last) {
				last = hour
				one := func(n int) []client.ScheduleRange { return []client.ScheduleRange{{Start: n, End: n}} }
				all = append(all, client.ScheduleCalendarSpec{Year: one(at.Year()), Month: one(int(at.Month())), DayOfMonth: one(at.Day()), Hour: one(at.Hour()), Comment: "clocks are changed"})
			}
			all[len(all)-1].Minute = append(all[len(all)-1].Minute, minute)
		}
	}
	return all
}

// matches reports whether an expression comes up at what a clock shows.
func matches(fields [5][]int, clock time.Time) bool {
	for i, v := range []int{clock.Minute(), clock.Hour(), clock.Day(), int(clock.Month()), int(clock.Weekday())} {
		if !slices.Contains(fields[i], v) {
			return false
		}
	}
	return true
}

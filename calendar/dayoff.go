package calendar

import (
	"math"
	"time"

	"headroom/capacity"
)

// daysOff is what was learnt about load on holidays, on the wall clock.
type daysOff struct {
	names map[time.Time]string // of past and future holidays, by date
	step  time.Duration
	usual [7][]float64 // load by weekday and step of the day, smoothed; nil: not known
	all   float64      // logarithm of load on a holiday over that of a Sunday
	own   map[string]float64
	seen  map[string]float64 // how many holidays of each name were measured
}

// The examples that the belief in "like a Sunday", and for a single holiday the
// belief in "like the others", are worth.
const likeSunday, likeOthers = 2, 1

// learnDaysOff learns from s, which has gaps where anything but ordinary load
// and holidays was; ordinary is s with gaps on the holidays, too.
//
// A holiday that was measured by a quarter at least is an example: the load of
// its steps over what the same weekdays of the weeks around it expect, as if it
// had been a Sunday. The geometric mean of the examples is shrunk towards one,
// and that of each holiday towards the mean of all.
func learnDaysOff(s, ordinary capacity.Series, names map[time.Time]string) daysOff {
	d := daysOff{names: names, step: s.Step, usual: usualWeek(ordinary), own: map[string]float64{}, seen: map[string]float64{}}
	var weight, sum float64
	sums := map[string]float64{}
	for _, off := range daysOf(s, names) {
		var had, expects, steps float64
		for i := off.from; i < off.to; i++ {
			e := expected(ordinary, i) * d.sunday(s.At(i))
			if v := s.Values[i]; !math.IsNaN(v) && !math.IsNaN(e) {
				had, expects, steps = had+v, expects+e, steps+1
			}
		}
		share := steps / float64(s.PerDay())
		if share < 0.25 || !(had > 0 && expects > 0) || math.IsInf(expects, 1) {
			continue
		}
		share = min(share, 1)
		ratio := math.Log(min(max(had/expects, 0.1), 10))
		weight, sum = weight+share, sum+share*ratio
		sums[off.name] += share * ratio
		d.seen[off.name] += share
	}
	d.all = sum / (weight + likeSunday)
	for name, n := range d.seen {
		d.own[name] = (sums[name] + likeOthers*d.all) / (n + likeOthers)
	}
	return d
}

// factor is what load at a time on the wall is multiplied by, and the name of
// the holiday; 1 and "" on other days.
func (d daysOff) factor(at time.Time) (factor float64, name string) {
	name = d.names[dateOf(at, d.step)]
	if name == "" {
		return 1, ""
	}
	ratio, ok := d.own[name]
	if !ok {
		ratio = d.all
	}
	return d.sunday(at) * math.Exp(ratio), name
}

// sunday is the usual load of a Sunday over that of the weekday at a time on
// the wall, by the hour but never above what it is by the day: the night before
// a Sunday is one out, and the night before a holiday need not be. It is 1 if
// either load is not known.
func (d daysOff) sunday(at time.Time) float64 {
	weekday, place := dateOf(at, d.step).Weekday(), stepOfDay(at, d.step)
	sunday, own := d.usual[time.Sunday], d.usual[weekday]
	if sunday == nil || own == nil || !(sunday[place] > 0 && own[place] > 0) {
		return 1
	}
	most := max(1, average(sunday)/average(own))
	if ratio := min(max(sunday[place]/own[place], 0.1), most); !math.IsNaN(ratio) {
		return ratio
	}
	return 1 // loads too large to be added up
}

// dateOf is the date on which the middle of a step falls.
func dateOf(at time.Time, step time.Duration) time.Time { return date(at.Add(step / 2)) }

// stepOfDay is the number of the step since midnight.
func stepOfDay(at time.Time, step time.Duration) int {
	hour, minute, second := at.Clock()
	since := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return int(since / step)
}

// usualWeek is the median load of each weekday and step of the day over its
// last six weeks, as the mean over an hour to either side. A weekday that was
// not measured all round the clock is nil.
func usualWeek(s capacity.Series) [7][]float64 {
	const weeks = 6
	day := s.PerDay()
	var values [7][][]float64
	for d := range values {
		values[d] = make([][]float64, day+1) // one more where steps do not divide the day
	}
	for i := s.Len() - 1; i >= 0; i-- {
		at := s.At(i)
		phase := &values[dateOf(at, s.Step).Weekday()][min(stepOfDay(at, s.Step), day)]
		if v := s.Values[i]; !math.IsNaN(v) && len(*phase) < weeks {
			*phase = append(*phase, v)
		}
	}
	var out [7][]float64
	for d, phases := range values {
		medians := make([]float64, day+1)
		for k := range medians {
			medians[k] = median(phases[k])
		}
		if math.IsNaN(medians[day]) {
			medians[day] = medians[day-1]
		}
		out[d] = smooth(medians, min(int(time.Hour/s.Step), (day-1)/2))
	}
	return out
}

// smooth is the mean over so many values to either side, fewer at the ends; nil
// if a value is missing.
func smooth(x []float64, side int) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = average(x[max(0, i-side):min(len(x), i+side+1)])
		if math.IsNaN(out[i]) {
			return nil
		}
	}
	return out
}

// A dayOff is a holiday in a series: its steps are [from, to).
type dayOff struct {
	name     string
	from, to int
}

// daysOf finds the holidays in s, in the order of time.
func daysOf(s capacity.Series, names map[time.Time]string) []dayOff {
	var all []dayOff
	for i := 0; i < s.Len() && len(names) > 0; {
		day := dateOf(s.At(i), s.Step)
		end := i + 1
		for end < s.Len() && dateOf(s.At(end), s.Step).Equal(day) {
			end++
		}
		if name := names[day]; name != "" {
			all = append(all, dayOff{name, i, end})
		}
		i = end
	}
	return all
}

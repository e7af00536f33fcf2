package calendar

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// Settings say what is known beside the load. The zero Settings only mask
// outages.
type Settings struct {
	// Zone is the wall clock that load follows. Default: none, UTC.
	Zone *time.Location
	// Countries are those whose holidays change load, as ISO 3166 codes out of
	// [Countries]. Default: none.
	Countries []string
	// Events are past and future events, with names of their own.
	Events []capacity.Event
	// Aggregate is how the series was made: an event that adds load adds it per
	// second to a sum, and as it is to a level, which is the default.
	Aggregate capacity.Aggregate
}

// Prepared is a series made ready for a model, and the way back.
type Prepared struct {
	// Series is the series on the wall clock, with gaps where load was not
	// ordinary (outages, holidays, events), and with all of it on the level after
	// the last shift. Fit to it, and predict from it.
	Series capacity.Series
	Masked capacity.Series // the series that was prepared, with gaps where it was taken for no demand
	Spans  []Span          // these gaps, in real time
	Shift  Shift           // the last lasting change of level; zero if there is none
	Notes  []string        // what was done, in words, for people
	Doubts []string        // what was measured so oddly that the forecast may be wrong, in words

	never  []bool // times of day that were never measured, by their steps from the first of the series; nil if all were
	clock  clock
	days   daysOff
	coming []happening
	where  []string // countries
}

// The days that must stay measured for holidays, and for events, to be left out
// of what models are fitted to.
const daysBesideHolidays, daysBesideEvents = 7, 2

// Prepare makes s ready for a model. It neither keeps s nor changes it, but
// shares its memory where nothing had to be changed. A series that no model can
// take is returned as it is.
func Prepare(s capacity.Series, settings Settings) Prepared {
	p := Prepared{Series: s, Masked: s, clock: clock{start: s.Start, step: s.Step, steps: s.Len(), end: s.Len()}}
	if s.Validate() != nil {
		return p
	}
	p.where = settings.Countries
	p.clock = newClock(s, settings.Zone)
	if quality, _ := capacity.Examine(s); quality.Intermittent() {
		p.note("%s", capacity.CodeIntermittent.Note("there is demand in one step of "+capacity.Figure(quality.Interval())+" only, so little can be said of when it comes"))
	}
	demand, spans, surges := mask(s)
	p.Masked, p.Spans = demand, spans
	p.noteSpans(s.Step)
	p.tellSurges(s, surges)

	quiet, past := withoutEvents(demand, settings.Events)
	raw := p.clock.wall(demand)
	usual := p.clock.wall(quiet)
	names := namesOf(settings.Countries, raw.At(0), raw.End())
	p.Series, p.never = fillUnmeasured(p.withoutHolidays(usual, names))
	p.tellUnmeasured(plannedFor)
	if shift, ok := LastShift(p.Series); ok {
		p.Shift = shift
		p.Series, usual, raw = shift.levelled(p.Series), shift.levelled(usual), shift.levelled(raw)
		p.note("the level changed for good around %s, to %s times what it was: the history before was brought to the new level", shift.At.Format(time.DateOnly), capacity.Figure(shift.Ratio))
	}
	if len(settings.Countries) > 0 {
		p.days = learnDaysOff(usual, p.Series, names)
		p.noteHolidays()
	}

	learnt := learnEvents(past, s, raw, p.Series, func(i int) int { return p.clock.place(i) - p.clock.first })
	scale := 1.0
	if settings.Aggregate == capacity.Sum {
		scale = s.Step.Seconds()
	}
	var notes []string
	p.coming, notes = happenings(settings.Events, learnt, s.End(), scale)
	for _, e := range past {
		if l, ok := learnt[e.Name]; ok {
			p.note("event %s brought %s times the usual load", e.Name, capacity.Figure(l.factor))
		}
	}
	p.Notes = append(p.Notes, notes...)
	return p
}

// Place is how many steps of p.Series were known at t, a time of the series that
// p was prepared from: where the history ends, on the wall clock, of a model that
// was trained up to t. It is negative where t is before the series.
func (p Prepared) Place(t time.Time) int {
	if p.clock.step <= 0 {
		return 0
	}
	i := int(t.Sub(p.clock.start) / p.clock.step)
	if i <= 0 {
		return i
	}
	return p.clock.until(i) - p.clock.first
}

// withoutEvents is s with gaps from the first to the last effect of events that
// have begun, and those events.
func withoutEvents(s capacity.Series, events []capacity.Event) (capacity.Series, []capacity.Event) {
	out := s
	out.Values = slices.Clone(s.Values)
	var past []capacity.Event
	for _, e := range events {
		from, to := e.From.Add(-e.Ramp), e.To.Add(e.Ramp)
		if !from.Before(s.End()) {
			continue
		}
		past = append(past, e)
		for i := range out.Values {
			if at := s.At(i); at.Before(to) && at.Add(s.Step).After(from) {
				out.Values[i] = math.NaN()
			}
		}
	}
	if len(past) == 0 || measured(out) < daysBesideEvents*s.PerDay() {
		return s, past
	}
	return out, past
}

// withoutHolidays is s, on the wall, with gaps on the holidays.
func (p *Prepared) withoutHolidays(s capacity.Series, names map[time.Time]string) capacity.Series {
	days := daysOf(s, names)
	if len(days) == 0 {
		return s
	}
	out := s
	out.Values = slices.Clone(s.Values)
	for _, d := range days {
		for i := d.from; i < d.to; i++ {
			out.Values[i] = math.NaN()
		}
	}
	if measured(out) < daysBesideHolidays*s.PerDay() {
		p.note("%d holidays were not left out of the history: beside them it has less than %d days", len(days), daysBesideHolidays)
		return s
	}
	return out
}

// namesOf maps the dates of holidays to their names, by the first country that
// has one.
func namesOf(countries []string, from, to time.Time) map[time.Time]string {
	names := map[time.Time]string{}
	for _, h := range Holidays(countries, from, to) {
		if names[h.Day] == "" {
			names[h.Day] = h.Name
		}
	}
	return names
}

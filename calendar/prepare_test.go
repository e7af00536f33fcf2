package calendar_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/calendar"
	"headroom/capacity"
)

// near tells that two numbers differ by less than 2 %.
func near(a, b float64) bool { return math.Abs(a-b) <= 0.02*math.Abs(b) }

// lastWeek forecasts so many steps as those a week before, at three levels.
func lastWeek(s capacity.Series, steps int) capacity.Forecast {
	f := capacity.Forecast{Model: "last week", Start: s.End(), Step: s.Step, Levels: []float64{0.1, 0.5, 0.9}, Values: make([][]float64, 3)}
	for t := range steps {
		v := s.Values[s.Len()-7*s.PerDay()+t]
		for i, share := range []float64{0.8, 1, 1.2} {
			f.Values[i] = append(f.Values[i], share*v)
		}
	}
	return f
}

// TestPrepared_Restore: load that follows the wall clock exactly is forecast
// exactly across a change of clocks, whether that is inside the history, at its
// end or inside the horizon.
func TestPrepared_Restore(t *testing.T) {
	for name, test := range map[string]struct {
		zone string
		end  time.Time // of the history
		step time.Duration
	}{
		"Berlin, spring in the history":    {"Europe/Berlin", time.Date(2026, 3, 31, 5, 0, 0, 0, time.UTC), time.Hour},
		"Berlin, spring in the horizon":    {"Europe/Berlin", time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC), 15 * time.Minute},
		"Berlin, spring now":               {"Europe/Berlin", time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), 15 * time.Minute},
		"Berlin, autumn in the horizon":    {"Europe/Berlin", time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC), time.Hour},
		"Berlin, inside a repeated hour":   {"Europe/Berlin", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), 15 * time.Minute},
		"Berlin, repeating the hour":       {"Europe/Berlin", time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), 15 * time.Minute},
		"New York, autumn in the history":  {"America/New_York", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), 30 * time.Minute},
		"Lord Howe, autumn in the horizon": {"Australia/Lord_Howe", time.Date(2026, 4, 4, 3, 0, 0, 0, time.UTC), 10 * time.Minute},
		"Shanghai":                         {"Asia/Shanghai", time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC), time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			zone := mustZone(t, test.zone)
			load := func(t time.Time) float64 { return 100 + clockTime(zone)(t) }
			n := int(21 * 24 * time.Hour / test.step)
			s := from(test.end.Add(-time.Duration(n)*test.step), test.step, n, load)
			p := calendar.Prepare(s, calendar.Settings{Zone: zone})
			h := int(48 * time.Hour / test.step)
			f := lastWeek(p.Series, p.Steps(h))
			for i, v := range f.Values[1] {
				// The week before may hold the hour that was skipped.
				if math.IsNaN(v) {
					hour, minute, _ := p.Series.At(p.Series.Len() + i).Clock()
					for k, share := range []float64{0.8, 1, 1.2} {
						f.Values[k][i] = share * (100 + float64(hour) + float64(minute)/60)
					}
				}
			}
			got := p.Restore(f, h)
			if !got.Start.Equal(s.End()) || got.Steps() != h || got.Model != "last week" {
				t.Fatalf("got %d steps of %q from %s, want %d from %s", got.Steps(), got.Model, got.Start, h, s.End())
			}
			if err := got.Validate(); err != nil {
				t.Error(err)
			}
			for j, v := range got.Values[1] {
				if want := load(got.At(j)); math.Abs(v-want) > 1e-9 {
					t.Fatalf("at %s, %s there: got %v, want %v", got.At(j).Format(time.RFC3339), got.At(j).In(zone).Format("15:04"), v, want)
				}
			}
		})
	}
}

// TestPrepare_Nothing: where nothing is known and nothing is wrong, the series
// and the forecast stay what they were.
func TestPrepare_Nothing(t *testing.T) {
	s := daily(14)
	p := calendar.Prepare(s, calendar.Settings{})
	if &p.Series.Values[0] != &s.Values[0] || p.Series.Len() != s.Len() || len(p.Notes) != 0 {
		t.Errorf("got %d steps and notes %q, want the series itself and none", p.Series.Len(), p.Notes)
	}
	f := lastWeek(s, 30)
	if diff := cmp.Diff(f, p.Restore(f, 30)); diff != "" {
		t.Errorf("forecast (-want +got):\n%s", diff)
	}
	if got := p.Restore(f, 40).Steps(); got != 30 {
		t.Errorf("got %d steps from a forecast of 30, want 30", got)
	}
}

func TestPrepare_Broken(t *testing.T) {
	for name, s := range map[string]capacity.Series{
		"empty":    {Step: time.Hour},
		"no step":  {Values: []float64{1}},
		"negative": {Step: time.Hour, Values: []float64{-1}},
	} {
		p := calendar.Prepare(s, calendar.Settings{Zone: mustZone(t, "Europe/Berlin"), Countries: []string{"DE"}, Events: []capacity.Event{{Name: "e"}}})
		if diff := cmp.Diff(s, p.Series); diff != "" || len(p.Effects(3)) != 3 || p.Restore(capacity.Forecast{}, 3).Steps() != 0 {
			t.Errorf("%s: got %+v, want what was given", name, p.Series)
		}
	}
}

// TestPrepare_Holidays: office load that is that of a Sunday, or a share of it,
// on holidays. 2026-05-25 is Memorial Day and 2026-06-19 Juneteenth.
func TestPrepare_Holidays(t *testing.T) {
	zone := mustZone(t, "America/New_York")
	office := func(onHolidays float64) func(t time.Time) float64 {
		return func(t time.Time) float64 {
			t = t.In(zone)
			v := 100.0
			if h := t.Hour(); h >= 8 && h < 18 {
				v = 1000
			}
			holiday := t.Month() == time.May && t.Day() == 25 || t.Month() == time.June && t.Day() == 19
			if sunday := t.Weekday() == time.Sunday; sunday || holiday {
				v = 100
				if holiday {
					v *= onHolidays
				}
			}
			return v
		}
	}
	midnight := time.Date(2026, 6, 19, 0, 0, 0, 0, zone)
	for name, test := range map[string]struct {
		days int
		onHolidays,
		want float64 // at noon of the holiday, of the 1000 of a working day
	}{
		"like a Sunday, never seen": {21, 1, 0.1},
		"twice a Sunday, seen once": {42, 2, 0.1 * math.Exp2(1.0/3)}, // shrunk by two Sundays
		"half a Sunday, seen once":  {42, 0.5, 0.1 * math.Exp2(-1.0/3)},
		"history of five days":      {5, 1, 1}, // no Sunday to go by
	} {
		t.Run(name, func(t *testing.T) {
			s := from(midnight.AddDate(0, 0, -test.days), time.Hour, 24*test.days, office(test.onHolidays))
			p := calendar.Prepare(s, calendar.Settings{Zone: zone, Countries: []string{"US"}})
			noon := p.Effects(48)[12]
			if !near(noon.Factor, test.want) || !strings.Contains(noon.Why, "Juneteenth") {
				t.Errorf("got factor %v because of %q, want %v because of Juneteenth", noon.Factor, noon.Why, test.want)
			}
			if next := p.Effects(48)[36]; next.Factor != 1 || next.Why != "" {
				t.Errorf("the day after has factor %v because of %q, want 1", next.Factor, next.Why)
			}
			if gaps := p.Series.Gaps(); gaps != 24*(test.days/42) {
				t.Errorf("got %d gaps, want a day of them if Memorial Day was seen", gaps)
			}
		})
	}
}

func TestPrepare_Events(t *testing.T) {
	at := func(days, hours int) time.Time { return monday.Add(time.Duration(24*days+hours) * time.Hour) }
	past := capacity.Event{Name: "spring", Kind: "sale", From: at(15, 9), To: at(15, 15), Ramp: 2 * time.Hour}
	second := capacity.Event{Name: "easter", Kind: "sale", From: at(23, 9), To: at(23, 15)}
	next := capacity.Event{Name: "summer", From: at(28, 10), To: at(28, 14), Ramp: 2 * time.Hour}
	for name, test := range map[string]struct {
		events    []capacity.Event
		aggregate capacity.Aggregate
		factor    float64 // at noon
		add       float64
		early     float64 // factor from nine to ten, three quarters up the ramp on average
		note      string
	}{
		"multiplied":       {[]capacity.Event{with(next, capacity.Uplift{Factor: 3}, "", "")}, capacity.Sum, 3, 0, 2.5, ""},
		"added to a level": {[]capacity.Event{with(next, capacity.Uplift{Add: 500}, "", "")}, capacity.Mean, 1, 500, 1, ""},
		"added to a sum":   {[]capacity.Event{with(next, capacity.Uplift{Add: 2}, "", "")}, capacity.Sum, 1, 7200, 1, ""},
		"copied":           {[]capacity.Event{past, with(next, capacity.Uplift{}, "", "spring")}, capacity.Sum, 4, 0, 3.25, "event spring brought 3.93 times the usual load"},
		"of a kind":        {[]capacity.Event{past, second, with(next, capacity.Uplift{}, "sale", "")}, capacity.Sum, 2, 0, 1.75, "event easter brought 0.98 times the usual load"},
		"copied as it was declared": {
			[]capacity.Event{with(capacity.Event{Name: "old", From: at(-90, 0), To: at(-89, 0)}, capacity.Uplift{Factor: 5}, "", ""), with(next, capacity.Uplift{}, "", "old")},
			capacity.Sum, 5, 0, 4, "",
		},
		"nothing to learn from": {[]capacity.Event{next}, capacity.Sum, 1, 0, 1, "event summer changes nothing"},
		"two at once": {
			[]capacity.Event{with(next, capacity.Uplift{Factor: 3}, "", ""), with(capacity.Event{Name: "b", From: at(28, 12), To: at(28, 13)}, capacity.Uplift{Factor: 2}, "", "")},
			capacity.Sum, 6, 0, 2.5, "",
		},
		"over by then": {[]capacity.Event{past}, capacity.Sum, 1, 0, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := daily(28)
			for i := range s.Values {
				// The past sale brings four times the load, and twice and more on its ramps.
				switch hours := i - 15*24; {
				case hours >= 9 && hours < 15:
					s.Values[i] *= 4
				case hours >= 7 && hours < 17:
					s.Values[i] *= 2
				}
			}
			p := calendar.Prepare(s, calendar.Settings{Events: test.events, Aggregate: test.aggregate})
			effects := p.Effects(24)
			noon, early := effects[12], effects[9]
			if math.Abs(noon.Factor/test.factor-1) > 0.03 || noon.Add != test.add || math.Abs(early.Factor/test.early-1) > 0.03 {
				t.Errorf("got factor %v, add %v, early factor %v, want %v, %v, %v", noon.Factor, noon.Add, early.Factor, test.factor, test.add, test.early)
			}
			if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, test.note) {
				t.Errorf("got notes %q, want one with %q", notes, test.note)
			}
			if test.events[0].Name == "spring" && p.Series.Gaps() < 10 {
				t.Errorf("got %d gaps, want the ten hours of the past event and its ramps", p.Series.Gaps())
			}
			f := lastWeek(s, 24)
			if got, want := p.Restore(f, 24).Values[1][12], f.Values[1][12]*noon.Factor+noon.Add; got != want {
				t.Errorf("got %v at noon, want %v", got, want)
			}
			if diff := cmp.Diff(f, p.Ordinary(f, 24)); diff != "" {
				t.Errorf("ordinary forecast (-want +got):\n%s", diff)
			}
		})
	}
}

func with(e capacity.Event, u capacity.Uplift, kind, like string) capacity.Event {
	e.Uplift, e.Kind, e.Like = u, kind, like
	return e
}

// TestPrepared_Restore_NeverNegative: an event that takes away more than there
// is leaves nothing, and one that brings too much leaves a number.
func TestPrepared_Restore_NeverNegative(t *testing.T) {
	s := daily(14)
	for _, u := range []capacity.Uplift{{Add: -1e9}, {Add: -math.MaxFloat64}, {Add: math.MaxFloat64}, {Factor: math.MaxFloat64}} {
		e := capacity.Event{Name: "e", From: s.End(), To: s.End().Add(time.Hour), Uplift: u}
		p := calendar.Prepare(s, calendar.Settings{Events: []capacity.Event{e, e}, Aggregate: capacity.Sum})
		if err := p.Restore(lastWeek(s, 2), 2).Validate(); err != nil {
			t.Errorf("%+v: %v", u, err)
		}
	}
}

func TestPrepare_Notes(t *testing.T) {
	s := daily(28)
	set(s.Values, 100, 104, 0)
	for i := 24 * 20; i < s.Len(); i++ {
		s.Values[i] *= 2
	}
	p := calendar.Prepare(s, calendar.Settings{})
	want := []string{
		"the level changed for good around 2026-03-22, to 2 times what it was: the history before was brought to the new level",
	}
	if diff := cmp.Diff(want, p.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	want = []string{"4h of history (4 steps, first at 6 Mar 2026 04:00 UTC) treated as missing data: near-zero load at a normally busy time"}
	if diff := cmp.Diff(want, p.Doubts); diff != "" {
		t.Errorf("doubts (-want +got):\n%s", diff)
	}
	want[0] = strings.Replace(want[0], "04:00 UTC", "05:00 CET", 1)
	if diff := cmp.Diff(want, calendar.Prepare(s, calendar.Settings{Zone: mustZone(t, "Europe/Berlin")}).Doubts); diff != "" {
		t.Errorf("doubts in Berlin (-want +got):\n%s", diff)
	}
	if got, want := p.Series.Values[0], 2*s.Values[0]; !near(got, want) {
		t.Errorf("the first value is %v, want %v", got, want)
	}
	if p.Shift.At != s.At(24*20) || len(p.Spans) != 1 {
		t.Errorf("got shift %+v and spans %v, want one each", p.Shift, p.Spans)
	}
}

func ExamplePrepare() {
	s := daily(28)
	launch := capacity.Event{
		Name: "launch", From: s.End().Add(9 * time.Hour), To: s.End().Add(12 * time.Hour),
		Ramp: time.Hour, Uplift: capacity.Uplift{Factor: 3},
	}
	p := calendar.Prepare(s, calendar.Settings{Events: []capacity.Event{launch}})
	f := p.Restore(lastWeek(p.Series, p.Steps(24)), 24)
	ordinary := p.Ordinary(lastWeek(p.Series, p.Steps(24)), 24)
	for _, j := range []int{8, 9} {
		fmt.Printf("%s %.0f of %.0f %s\n", f.At(j).Format("15:04"), f.Values[1][j], ordinary.Values[1][j], p.Effects(24)[j].Why)
	}
	// Output:
	// 08:00 3114 of 1557 event launch (declared): 2 times the load
	// 09:00 4425 of 1475 event launch (declared): 3 times the load
}

// TestPrepare_Intermittent: demand in every second step only is noted by its code.
func TestPrepare_Intermittent(t *testing.T) {
	s := daily(28)
	for i := range s.Values {
		s.Values[i] *= float64(i % 2)
	}
	want := []string{"intermittent: there is demand in one step of 2 only, so little can be said of when it comes"}
	if diff := cmp.Diff(want, calendar.Prepare(s, calendar.Settings{}).Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// TestPrepare_EventsOfAGrowingService: a service that grew threefold since the
// weeks before has grown in the event too; what the event brought is the rest.
func TestPrepare_EventsOfAGrowingService(t *testing.T) {
	at := func(days, hours int) time.Time { return monday.Add(time.Duration(24*days+hours) * time.Hour) }
	past := capacity.Event{Name: "first", Kind: "match", From: at(26, 9), To: at(26, 12)}
	next := capacity.Event{Name: "second", Kind: "match", From: at(28, 10), To: at(28, 14)}
	s := daily(28)
	for i := range s.Values {
		if i >= 24*24 {
			s.Values[i] *= 3
		}
		if hours := i - 26*24; hours >= 9 && hours < 12 {
			s.Values[i] *= 2
		}
	}
	p := calendar.Prepare(s, calendar.Settings{Events: []capacity.Event{past, next}, Aggregate: capacity.Sum})
	if got := p.Effects(24)[12].Factor; math.Abs(got/2-1) > 0.05 {
		t.Errorf("got an uplift of %v, want about 2 and not 6", got)
	}
}

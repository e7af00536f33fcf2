package calendar_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/calendar"
	"headroom/capacity"
)

// TestPrepared_Restore_Parts: whatever is coming, the ordinary median and the
// parts add up to the median of the forecast.
func TestPrepared_Restore_Parts(t *testing.T) {
	at := func(days, hours int) time.Time { return monday.Add(time.Duration(24*days+hours) * time.Hour) }
	event := func(name string, from, to int, u capacity.Uplift) capacity.Event {
		return capacity.Event{Name: name, From: at(28, from), To: at(28, to), Ramp: time.Hour, Uplift: u}
	}
	settings := calendar.Settings{Aggregate: capacity.Sum, Events: []capacity.Event{
		event("outage", 20, 22, capacity.Uplift{Add: -1e6}),
		event("batch", 8, 14, capacity.Uplift{Add: 0.5}),
		event("launch", 10, 12, capacity.Uplift{Factor: 3}),
		event("elsewhere", 300, 301, capacity.Uplift{Factor: 3}),
	}}
	s := daily(28)
	p := calendar.Prepare(s, settings)
	usual := lastWeek(s, 48)
	f := p.Restore(usual, 48)
	var names []string
	for _, part := range f.Parts {
		names = append(names, part.Name)
		if part.Source != "declared" {
			t.Errorf("%s: got source %q, want declared", part.Name, part.Source)
		}
	}
	if got := strings.Join(names, " "); got != "batch launch outage" {
		t.Fatalf("got parts %q, want those that are coming, in the order of time", got)
	}
	for step := range 48 {
		sum := usual.Values[1][step]
		for _, part := range f.Parts {
			sum += part.At(step)
		}
		if math.Abs(sum-f.Values[1][step]) > 1e-9*(1+sum) || math.Abs(f.Ordinary(step)-usual.Values[1][step]) > 1e-9*(1+sum) {
			t.Errorf("step %d: the parts give %v and the ordinary load is %v, want %v and %v", step, sum, f.Ordinary(step), f.Values[1][step], usual.Values[1][step])
		}
	}
	launch := f.Parts[1]
	if got, want := launch.At(10), 2*usual.Values[1][10]; math.Abs(got-want) > 1e-9*want || launch.At(8) != 0 || launch.First != 9 || len(launch.Change) != 4 {
		t.Errorf("got %v of %+v at ten, want %v, from nine to one", got, launch, want)
	}
}

// TestPrepared_Restore_HolidayPart: a Sunday has half the load, and so has
// Memorial Day, 2026-05-25, although none was ever measured.
func TestPrepared_Restore_HolidayPart(t *testing.T) {
	s := from(time.Date(2026, 4, 27, 0, 0, 0, 0, time.UTC), time.Hour, 28*24, func(at time.Time) float64 {
		if at.Weekday() == time.Sunday {
			return 50
		}
		return 100
	})
	f := capacity.Forecast{Start: s.End(), Step: s.Step, Levels: []float64{0.5}, Values: [][]float64{make([]float64, 48)}}
	for t := range f.Values[0] {
		f.Values[0][t] = 100
	}
	got := calendar.Prepare(s, calendar.Settings{Countries: []string{"US"}}).Restore(f, 48)
	if len(got.Parts) != 1 || len(got.Parts[0].Change) != 24 || !near(got.Parts[0].Uplift.Factor, 0.5) || got.Parts[0].Source != "as on a Sunday" {
		t.Fatalf("got %+v, want a day with half the load", got.Parts)
	}
	if at := got.Ordinary(12); at != 100 {
		t.Errorf("got an ordinary load of %v, want 100", at)
	}
}

// TestPrepared_Place: what was known at a time is what the history up to it
// holds on the wall clock, whenever clocks were changed before, at or after it.
func TestPrepared_Place(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		for _, start := range []time.Time{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)} {
			settings := calendar.Settings{Zone: mustZone(t, zone)}
			s := from(start, 30*time.Minute, 48*40, func(at time.Time) float64 { return float64(100 + at.Hour()) })
			p := calendar.Prepare(s, settings)
			for n := 48; n <= s.Len(); n++ {
				if got, want := p.Place(s.At(n)), calendar.Wall(s.Slice(0, n), settings.Zone).Len(); got != want {
					t.Fatalf("%s: got %d steps up to %s, want %d", zone, got, s.At(n).Format(time.RFC3339), want)
				}
			}
			if got := p.Place(start.Add(-time.Hour)); got != -2 {
				t.Errorf("%s: got %d an hour before the series, want -2", zone, got)
			}
		}
	}
}

func ExampleTell() {
	f := capacity.Forecast{
		Start: monday, Step: time.Hour, Levels: []float64{0.5}, Values: [][]float64{{360000, 1080000}},
		Parts: []capacity.Part{{Name: "launch", Source: "declared", Uplift: capacity.Uplift{Factor: 3}, First: 1, Change: []float64{720000}}},
	}
	fmt.Println(calendar.Tell(f, capacity.Demand{Aggregate: capacity.Sum, Step: time.Hour})[0])
	// Output: launch (3 times the load, declared) adds up to 200 from Mon 2 Mar 01:00 to Mon 2 Mar 02:00, most at Mon 01:00, where the forecast's median is 300 and without it 100
}

package calendar_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/calendar"
	"headroom/capacity"
)

func mustZone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// from is a series of n steps whose values are f of the instants they start at.
func from(start time.Time, step time.Duration, n int, f func(t time.Time) float64) capacity.Series {
	s := capacity.Series{Start: start.UTC(), Step: step, Values: make([]float64, n)}
	for i := range s.Values {
		s.Values[i] = f(s.At(i))
	}
	return s
}

// clockTime is the time of day in hours that people in the zone read.
func clockTime(zone *time.Location) func(t time.Time) float64 {
	return func(t time.Time) float64 {
		hour, minute, _ := t.In(zone).Clock()
		return float64(hour) + float64(minute)/60
	}
}

// TestWall: on the wall, the time of day must be a function of the step alone,
// whatever the clocks did. The dates of the changes are those of the IANA
// database.
func TestWall(t *testing.T) {
	for name, test := range map[string]struct {
		zone  string
		start time.Time
		step  time.Duration
		n     int
		gaps  int // of the hour that was skipped
		shift int // by how many steps the wall is longer
	}{
		"Berlin in spring":           {"Europe/Berlin", time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Hour, 48, 1, 1},
		"Berlin in autumn":           {"Europe/Berlin", time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC), time.Hour, 49, 0, -1},
		"New York in autumn":         {"America/New_York", time.Date(2014, 11, 1, 4, 0, 0, 0, time.UTC), 30 * time.Minute, 100, 0, -2},
		"New York in spring":         {"America/New_York", time.Date(2026, 3, 7, 5, 0, 0, 0, time.UTC), 30 * time.Minute, 96, 2, 2},
		"Lord Howe, half an hour":    {"Australia/Lord_Howe", time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC), 10 * time.Minute, 200, 0, -3},
		"both changes of a year":     {"Europe/Berlin", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Hour, 270 * 24, 1, 0},
		"starts in a repeated hour":  {"Europe/Berlin", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), 5 * time.Minute, 300, 0, -6},
		"no change":                  {"Asia/Shanghai", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Hour, 240, 0, 0},
		"half an hour east of hours": {"Asia/Kolkata", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Hour, 24, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			zone := mustZone(t, test.zone)
			s := from(test.start, test.step, test.n, clockTime(zone))
			got := calendar.Wall(s, zone)
			if got.Gaps() != test.gaps || got.Len() != s.Len()+test.shift {
				t.Errorf("got %d steps with %d gaps, want %d with %d", got.Len(), got.Gaps(), s.Len()+test.shift, test.gaps)
			}
			for i, v := range got.Values {
				hour, minute, _ := got.At(i).Clock()
				if want := float64(hour) + float64(minute)/60; !math.IsNaN(v) && math.Abs(v-want) > 1e-9 {
					t.Fatalf("at %s on the wall it was %v o'clock", got.At(i).Format(time.RFC3339), v)
				}
			}
		})
	}
}

// TestWall_Same: where no clock was changed, not even memory is.
func TestWall_Same(t *testing.T) {
	spring := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		zone *time.Location
		step time.Duration
	}{
		"no zone":                 {nil, time.Hour},
		"UTC":                     {time.UTC, time.Hour},
		"a zone without changes":  {mustZone(t, "Asia/Shanghai"), time.Hour},
		"a day is the local day":  {mustZone(t, "Europe/Berlin"), 24 * time.Hour},
		"half a step is no shift": {mustZone(t, "Europe/Berlin"), 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := from(spring, test.step, 20*int(24*time.Hour/test.step), func(t time.Time) float64 { return float64(t.Hour()) })
			got := calendar.Wall(s, test.zone)
			if !got.Start.Equal(s.Start) || got.Len() != s.Len() || &got.Values[0] != &s.Values[0] {
				t.Errorf("got %d steps from %s, want the series itself", got.Len(), got.Start)
			}
		})
	}
}

// TestWall_Repeated: the hour that comes twice has the mean of both, and of one
// if the other was not measured.
func TestWall_Repeated(t *testing.T) {
	nan := math.NaN()
	berlin := mustZone(t, "Europe/Berlin")
	s := capacity.Series{
		Start: time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC), Step: 30 * time.Minute,
		Values: []float64{1, 2, 4, 6, nan, 9}, // 1:30, 2:00, 2:30, 2:00, 2:30, 3:00
	}
	want := capacity.Series{Start: s.Start, Step: s.Step, Values: []float64{1, 4, 4, 9}}
	if diff := cmp.Diff(want, calendar.Wall(s, berlin), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("wall (-want +got):\n%s", diff)
	}
	// Before the second 2:00 nothing is known of the mean of both.
	half := s.Slice(0, 3)
	if got := calendar.Wall(half, berlin); got.Len() != 1 {
		t.Errorf("got %d steps up to the first of the repeated, want 1", got.Len())
	}
}

func TestWall_Broken(t *testing.T) {
	for name, s := range map[string]capacity.Series{
		"empty":   {Step: time.Hour},
		"no step": {Values: []float64{1}},
	} {
		if diff := cmp.Diff(s, calendar.Wall(s, mustZone(t, "Europe/Berlin"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

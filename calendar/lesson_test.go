package calendar_test

import (
	"math"
	"testing"
	"time"

	"headroom/calendar"
	"headroom/capacity"
)

// TestPrepared_Restore_Uncertain: where past events of a kind differed, the
// quantiles of the next are as far apart as the next of a normal sample of their
// logarithms; where one taught, or was copied alike in each step, they are not
// moved.
func TestPrepared_Restore_Uncertain(t *testing.T) {
	at := func(days, hours int) time.Time { return monday.Add(time.Duration(24*days+hours) * time.Hour) }
	first := capacity.Event{Name: "first", Kind: "sale", From: at(15, 9), To: at(15, 15)}
	second := capacity.Event{Name: "second", Kind: "sale", From: at(23, 9), To: at(23, 15)}
	next := capacity.Event{Name: "next", Kind: "sale", From: at(28, 10), To: at(28, 14)}
	s := daily(28)
	for hour := 9; hour < 15; hour++ {
		s.Values[15*24+hour] *= 4 // and the second brings nothing
	}
	f := lastWeek(s, 24)
	spread := math.Sqrt(math.Pow(math.Log(4), 2) / 2 * (1 + 1.0/2))
	const z = 1.2815515655 // P90 of the standard normal
	for name, c := range map[string]struct {
		events []capacity.Event
		want   float64 // P90 over P50 at noon
	}{
		"two that differ": {[]capacity.Event{first, second, next}, math.Exp(math.Hypot(math.Log(1.2), z*spread))},
		"one":             {[]capacity.Event{first, next}, 1.2},
		"declared":        {[]capacity.Event{with(next, capacity.Uplift{Factor: 3}, "", "")}, 1.2},
	} {
		t.Run(name, func(t *testing.T) {
			got := calendar.Prepare(s, calendar.Settings{Events: c.events, Aggregate: capacity.Sum}).Restore(f, 24)
			if err := got.Validate(); err != nil {
				t.Fatal(err)
			}
			if ratio := got.Values[2][12] / got.Values[1][12]; math.Abs(ratio/c.want-1) > 0.05 {
				t.Errorf("P90 is %v times P50 inside the event, want %v", ratio, c.want)
			}
			if got.Values[2][20] != f.Values[2][20] {
				t.Errorf("P90 after the event is %v, want %v as before", got.Values[2][20], f.Values[2][20])
			}
		})
	}
}

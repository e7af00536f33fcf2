package capacity_test

import (
	"fmt"
	"testing"
	"time"

	"headroom/capacity"
)

func ExampleFigure() {
	fmt.Println(capacity.Figure(4.123), capacity.Figure(12_345), capacity.Figure(4_560_000))
	// Output: 4.12 12.3k 4.56M
}

func ExampleDigits() {
	fmt.Println(capacity.Digits(0), capacity.Digits(0.0043), capacity.Digits(0.06), capacity.Digits(0.1234), capacity.Digits(-0.000056789), capacity.Digits(4780))
	// Output: 0 0.0043 0.06 0.12 -0.0000568 4780
}

func ExamplePercentile() {
	fmt.Println(capacity.Percentile(0.975), capacity.Percentile(0.9995))
	// Output: P97.5 P99.95
}

func ExampleBrief() {
	fmt.Println(capacity.Brief(24*time.Hour), capacity.Brief(10*time.Minute), capacity.Brief(90*time.Second))
	// Output: 24h 10m 1m30s
}

func ExampleClock_Now() {
	origin := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	wall := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	clock := capacity.Replay(origin, 60).Started(wall)
	fmt.Println(clock.Now(wall.Add(time.Minute)).Format(time.RFC3339), clock.Wall(time.Hour))
	// Output: 2026-03-02T13:00:00Z 1m0s
}

func TestCount(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{capacity.Count(0, "change"), "0 changes"},
		{capacity.Count(1, "change"), "1 change"},
		{capacity.Count(2, "change"), "2 changes"},
		{capacity.Count(capacity.Units(-1), "unit"), "-1 unit"},
		{capacity.Count(3, "entry"), "3 entries"},
		{capacity.Count(2, "day"), "2 days"},
		{capacity.Count(2, "series"), "2 series"},
		{capacity.Count(2, "class"), "2 classes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	if got := (capacity.Objective{}).Money(1845); got != "1845" {
		t.Errorf("without a currency: got %q, want 1845", got)
	}
	if got := (capacity.Objective{Currency: "EUR"}).Money(12_345); got != "12.3k EUR" {
		t.Errorf("in euros: got %q, want 12.3k EUR", got)
	}
}

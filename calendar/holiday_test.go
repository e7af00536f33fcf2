package calendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/calendar"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// TestHolidays: the dates are those that the governments published: for China
// in the notices of the State Council for 2024, 2025 and 2026, for the others
// in their laws.
func TestHolidays(t *testing.T) {
	for name, test := range map[string]struct {
		countries   []string
		first, last time.Time
		want        []string
	}{
		"China, spring of 2026": {[]string{"CN"}, day(2026, 2, 1), day(2026, 5, 31), []string{
			"02-16 春节", "02-17 春节", "02-18 春节", "02-19 春节", "02-20 春节", "02-21 春节", "02-22 春节", "02-23 春节",
			"04-05 清明节", "05-01 劳动节", "05-02 劳动节", "05-03 劳动节",
		}},
		"China, the moon of 2025": {[]string{"CN"}, day(2025, 5, 30), day(2025, 10, 2), []string{"05-31 端午节", "10-01 国庆节", "10-02 国庆节"}},
		"China, autumn of 2024":   {[]string{"CN"}, day(2024, 9, 1), day(2024, 9, 30), []string{"09-17 中秋节"}},
		"United States, July 2026, moved to Friday": {
			[]string{"US"}, day(2026, 7, 1), day(2026, 7, 31), []string{"07-03 Independence Day", "07-04 Independence Day"},
		},
		"a new year that is moved back": {[]string{"US"}, day(2021, 12, 31), day(2021, 12, 31), []string{"12-31 New Year's Day"}},
		"Easter in Germany":             {[]string{"DE"}, day(2026, 4, 1), day(2026, 4, 30), []string{"04-03 Karfreitag", "04-06 Ostermontag"}},
		"two countries":                 {[]string{"US", "DE"}, day(2026, 12, 25), day(2026, 12, 26), []string{"12-25 Christmas Day", "12-25 Weihnachtstag", "12-26 Zweiter Weihnachtsfeiertag"}},
		"an unknown country":            {[]string{"XX"}, day(2026, 1, 1), day(2026, 12, 31), nil},
		"backwards":                     {[]string{"US"}, day(2026, 12, 31), day(2026, 1, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, h := range calendar.Holidays(test.countries, test.first, test.last) {
				got = append(got, h.Day.Format("01-02 ")+h.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("holidays (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHolidays_Moon: each lunar holiday of the table must fall where the moon
// is: the Spring Festival on a new moon, Mid-Autumn on the full one. The new
// moon of 6 January 2000 18:14 UTC and the mean month of 29.530589 days are
// those of Meeus, Astronomical Algorithms, chapter 49; the true moon is within
// 15 hours of the mean one, and days are those of Beijing.
func TestHolidays_Moon(t *testing.T) {
	newMoon := time.Date(2000, 1, 6, 18, 14, 0, 0, time.UTC)
	age := func(day time.Time) float64 {
		days := day.Add(4*time.Hour).Sub(newMoon).Hours() / 24 // noon in Beijing
		for days >= 29.530589 {
			days -= 29.530589
		}
		return days
	}
	want := map[string]float64{"春节": 0, "端午节": 4, "中秋节": 14}
	seen := map[string]int{}
	var first string
	for _, h := range calendar.Holidays([]string{"CN"}, day(2000, 1, 20), day(2050, 12, 31)) {
		at, lunar := want[h.Name]
		if !lunar {
			first = ""
			continue
		}
		if h.Name == "春节" {
			year := h.Day.Format("2006")
			if first != year { // the eve, which comes first
				first = year
				continue
			}
			if seen[h.Name+year]++; seen[h.Name+year] > 1 {
				continue
			}
		}
		seen[h.Name]++
		off := age(h.Day) - at
		if off > 15 {
			off -= 29.530589
		}
		if off < -1.3 || off > 1.3 {
			t.Errorf("%s on %s is %.1f days from its place in the moon's month", h.Name, h.Day.Format(time.DateOnly), off)
		}
	}
	for name := range want {
		if years := 51; name == "春节" && seen[name] != years || name != "春节" && seen[name] != 43 {
			t.Errorf("got %d of %s, want one a year", seen[name], name)
		}
	}
}

func TestCountries(t *testing.T) {
	codes := calendar.Countries()
	if !slices.IsSorted(codes) || !slices.Contains(codes, "CN") || !slices.Contains(codes, "US") {
		t.Errorf("got %v, want a sorted list with CN and US", codes)
	}
	for _, code := range codes {
		if got := len(calendar.Holidays([]string{code}, day(2026, 1, 1), day(2026, 12, 31))); got < 5 {
			t.Errorf("%s has %d holidays in a year, want at least 5", code, got)
		}
	}
}

func ExampleHolidays() {
	for _, h := range calendar.Holidays([]string{"GB"}, day(2026, 12, 24), day(2026, 12, 31)) {
		fmt.Println(h.Day.Format("Mon 2 Jan"), h.Name)
	}
	// Output:
	// Fri 25 Dec Christmas Day
	// Sat 26 Dec Boxing Day
	// Mon 28 Dec Boxing Day
}

package calendar

import (
	"cmp"
	"slices"
	"time"

	"github.com/rickar/cal/v2"
)

// A Holiday is a day off in a country.
type Holiday struct {
	Day     time.Time // midnight in UTC of the date
	Country string    // its ISO 3166 code
	Name    string    // as it is called there
}

// Holidays lists the public and bank holidays of the countries on the dates
// from first to last, by date and then in the order of the countries, one for
// each country and date. Where a holiday is moved off a weekend, it is listed
// on both days. Eves, days between a holiday and a weekend, and holidays of a
// part of a country are left out. A country that [Countries] does not list has
// none.
//
// The rules are those of github.com/rickar/cal, and for China of a table.
func Holidays(countries []string, first, last time.Time) []Holiday {
	first, last = date(first), date(last)
	var all []Holiday
	for _, country := range countries {
		// A holiday of January may be moved into the year before.
		for year := first.Year() - 1; year <= last.Year()+1; year++ {
			for _, h := range yearOf(country, year) {
				if !h.Day.Before(first) && !h.Day.After(last) {
					all = append(all, h)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(slices.Index(countries, a.Country), slices.Index(countries, b.Country)))
	})
	return slices.CompactFunc(all, func(a, b Holiday) bool { return a.Day.Equal(b.Day) && a.Country == b.Country })
}

// date is the date that t shows in its own zone, as midnight in UTC.
func date(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func yearOf(country string, year int) []Holiday {
	if country == china {
		return chinese(year)
	}
	var all []Holiday
	for _, rule := range rules[country] {
		if rule.Type == cal.ObservanceReligious || rule.Type == cal.ObservanceOther {
			continue // people work; a rule that does not say its type is a public one
		}
		actual, observed := rule.Calc(year)
		for _, day := range []time.Time{actual, observed} {
			if !day.IsZero() {
				all = append(all, Holiday{date(day), country, rule.Name})
			}
		}
	}
	return all
}

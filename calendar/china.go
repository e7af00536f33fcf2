package calendar

import (
	"fmt"
	"time"
)

// china is the country whose holidays follow the moon, for which the library
// has no rules.
const china = "CN"

// lunar has the dates (month and day) of the Spring Festival, of the Dragon
// Boat Festival and of the Mid-Autumn Festival of each year from 2000: the
// first day of the first, the fifth of the fifth and the fifteenth of the
// eighth month of the Chinese calendar (GB/T 33661-2017).
var lunar = [...]string{
	"0205 0606 0912", "0124 0625 1001", "0212 0615 0921", "0201 0604 0911", "0122 0622 0928",
	"0209 0611 0918", "0129 0531 1006", "0218 0619 0925", "0207 0608 0914", "0126 0528 1003",
	"0214 0616 0922", "0203 0606 0912", "0123 0623 0930", "0210 0612 0919", "0131 0602 0908",
	"0219 0620 0927", "0208 0609 0915", "0128 0530 1004", "0216 0618 0924", "0205 0607 0913",
	"0125 0625 1001", "0212 0614 0921", "0201 0603 0910", "0122 0622 0929", "0210 0610 0917",
	"0129 0531 1006", "0217 0619 0925", "0206 0609 0915", "0126 0528 1003", "0213 0616 0922",
	"0203 0605 0912", "0123 0624 1001", "0211 0612 0919", "0131 0601 0908", "0219 0620 0927",
	"0208 0610 0916", "0128 0530 1004", "0215 0618 0924", "0204 0607 0913", "0124 0527 1002",
	"0212 0614 0920", "0201 0603 0910", "0122 0622 0928", "0210 0611 0917", "0130 0531 1005",
	"0217 0619 0925", "0206 0608 0915", "0126 0529 1004", "0214 0615 0922", "0202 0604 0911",
	"0123 0623 0930",
}

const firstLunar = 2000

// chinese lists the holidays of mainland China in a year from 2000 to 2050; of
// other years only those that do not follow the moon. The Spring Festival and
// the National Day are taken with the whole week that is off in every year
// since then, from the eve of the first and from 1 October, and Labour Day with
// the three days that are off since 2020. Which other days the government moves
// for them, and which weekends are worked instead, it says each year anew: they
// are not covered.
func chinese(year int) []Holiday {
	var all []Holiday
	add := func(month time.Month, day, days int, name string) {
		for i := range days {
			all = append(all, Holiday{time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC), china, name})
		}
	}
	var dates [3]struct{ month, day int }
	known := year >= firstLunar && year < firstLunar+len(lunar)
	if known {
		text := lunar[year-firstLunar]
		for k := range dates {
			// The table is a constant of this form.
			_, _ = fmt.Sscanf(text[5*k:5*k+4], "%2d%2d", &dates[k].month, &dates[k].day)
		}
	}
	add(time.January, 1, 1, "元旦")
	if known {
		add(time.Month(dates[0].month), dates[0].day-1, 8, "春节")
	}
	if year >= 2008 { // the year in which it and the two below became holidays
		add(time.April, qingming(year), 1, "清明节")
	}
	labour := 1
	if year >= 2020 {
		labour = 3
	}
	add(time.May, 1, labour, "劳动节")
	if known && year >= 2008 {
		add(time.Month(dates[1].month), dates[1].day, 1, "端午节")
		add(time.Month(dates[2].month), dates[2].day, 1, "中秋节")
	}
	add(time.October, 1, 7, "国庆节")
	return all
}

// qingming is the day of April on which the sun reaches 15 degrees, by the
// usual formula, which holds from 2000 to 2099.
func qingming(year int) int {
	y := float64(year - 2000)
	return int(0.2422*y+4.81) - (year-2000)/4
}

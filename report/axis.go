package report

import (
	"math"
	"time"
)

// niceTicks are up to about five round numbers from 0 to at least top.
func niceTicks(top float64) []float64 {
	if !(top > 0) {
		top = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(top/4)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if top/(step*f) <= 5 {
			step *= f
			break
		}
	}
	var ticks []float64
	for i := 0; ; i++ {
		v := float64(i) * step
		ticks = append(ticks, v)
		if v >= top*(1-1e-9) {
			return ticks
		}
	}
}

// A tick is a mark on the time axis.
type tick struct {
	at   time.Time
	text string
	day  bool // begins a day
}

// timeTicks are marks on the wall clock from one time to another, at most about
// so many: whole days, or whole hours of which midnight bears the day.
func timeTicks(from, to time.Time, zone *time.Location, most int) []tick {
	hours := 24 * max(1, int(math.Ceil(to.Sub(from).Hours()/24/float64(most))))
	for _, h := range []int{1, 2, 3, 6, 12} {
		if to.Sub(from) <= time.Duration(h*most)*time.Hour {
			hours = h
			break
		}
	}
	var ticks []tick
	at := from.In(zone)
	for day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone); day.Before(to); {
		for h := 0; h < 24; h += hours {
			// Each by its own name, so that a day of 23 or 25 hours is right.
			mark := time.Date(day.Year(), day.Month(), day.Day(), h, 0, 0, 0, zone)
			if mark.Before(from) || mark.After(to) {
				continue
			}
			text := mark.Format("15:04")
			if h == 0 {
				text = mark.Format("Mon 2")
			}
			ticks = append(ticks, tick{mark, text, h == 0})
		}
		day = time.Date(day.Year(), day.Month(), day.Day()+max(1, hours/24), 0, 0, 0, 0, zone)
	}
	return ticks
}

package baseline

import (
	"context"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Cron is what a careful person writes into a timetable, such as the cron
// scaler of KEDA (https://keda.sh/docs/latest/scalers/cron/): for each hour of
// the week the 95th percentile of the minutes of the training part, asked for a
// lead time early. An hour that was never seen gets the percentile of all. The
// timetable stays as it is. Without training it leaves alone what runs.
type Cron struct {
	Margin float64 // times the percentile; its setting. Zero: 1
}

// Name is "cron".
func (Cron) Name() string { return "cron" }

// Every is a minute.
func (Cron) Every() time.Duration { return time.Minute }

// Setting is the margin.
func (p Cron) Setting() float64 { return or(p.Margin, 1) }

// Settings go from seven tenths of the percentile to four times as much.
func (Cron) Settings() []float64 { return multiples() }

// With is the same with another margin.
func (Cron) With(setting float64) simulate.Policy { return Cron{setting} }

// Begin starts a run.
func (p Cron) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	var table []capacity.Units
	offset, minute := intoWeek(t.Start), int(t.Minute/time.Minute)
	at := func(tick int) capacity.Units {
		into := offset + int(time.Duration(tick)*t.Tick/time.Minute)
		return table[into/60%len(table)]
	}
	begun := false
	return func(v *simulate.View) capacity.Units {
		if !begun {
			begun = true
			table = p.timetable(t, v.Minutes, offset, minute)
		}
		if table == nil {
			return v.Asked
		}
		return max(at(v.Tick), at(v.Tick+t.Lasts(t.Pool.LeadTime)))
	}
}

// timetable is by the hour of the week; nil if nothing was measured.
func (p Cron) timetable(t simulate.Terms, minutes []float64, offset, minute int) []capacity.Units {
	var hours [7 * 24][]float64
	var all []float64
	for i, x := range minutes {
		if x == x {
			hour := (offset + i*minute) / 60 % len(hours)
			hours[hour] = append(hours[hour], x)
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return nil
	}
	table := make([]capacity.Units, len(hours))
	usual := percentile95(all)
	for hour, values := range hours {
		load := usual
		if len(values) > 0 {
			load = percentile95(values)
		}
		table[hour] = capacity.UnitsFor(load*p.Setting(), t.Pool.UnitRate)
	}
	return table
}

// percentile95 is the least value that 95 % are not above. It sorts.
func percentile95(values []float64) float64 {
	slices.Sort(values)
	return values[(len(values)*95+99)/100-1]
}

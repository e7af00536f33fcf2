package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// A partRow is one holiday or event in the forecast.
type partRow struct {
	Name, When, Does, Source, Most, Peak string
}

// parts lists what holidays and events do in the forecast, in the order of the
// forecast's parts. Peak is the share of each of the highest median.
func parts(r Report, zone *time.Location) []partRow {
	f, rate := r.Forecast, r.Policy.Demand.Rate
	peak := peakOf(f)
	rows := make([]partRow, 0, len(f.Parts))
	for _, p := range f.Parts {
		if len(p.Change) == 0 {
			continue
		}
		most := slices.MaxFunc(p.Change, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
		row := partRow{
			Name: p.Name, Source: p.Source, Does: p.Uplift.String(), Most: signed(rate(most)), Peak: "none",
			When: f.At(p.First).In(zone).Format(stamp) + " to " + f.At(p.First+len(p.Change)).In(zone).Format(stamp),
		}
		if at, all := p.At(peak), f.Quantile(0.5, peak); at != 0 && all > 0 {
			row.Peak = fmt.Sprintf("%.0f%%", 100*at/all)
		}
		rows = append(rows, row)
	}
	return rows
}

// peakOf is the first step with the highest median.
func peakOf(f capacity.Forecast) int {
	peak := 0
	for t := range f.Steps() {
		if f.Quantile(0.5, t) > f.Quantile(0.5, peak) {
			peak = t
		}
	}
	return peak
}

// ordinary is the median without holidays and events, as a rate: NaN where it
// is not beside a step that they change. It is nil where they change none.
func ordinary(r Report) []float64 {
	if len(r.Forecast.Parts) == 0 {
		return nil
	}
	changed := func(t int) bool {
		return slices.ContainsFunc(r.Forecast.Parts, func(p capacity.Part) bool { return p.At(t) != 0 })
	}
	out := make([]float64, r.Forecast.Steps())
	for t := range out {
		out[t] = math.NaN()
		if changed(t-1) || changed(t) || changed(t+1) {
			out[t] = r.Policy.Demand.Rate(r.Forecast.Ordinary(t))
		}
	}
	return out
}

// among says what the parts do in step t, for the read-out.
func among(r Report, t int) string {
	var all []string
	for _, p := range r.Forecast.Parts {
		if v := p.At(t); v != 0 {
			all = append(all, p.Name+" "+signed(r.Policy.Demand.Rate(v)))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (of it " + strings.Join(all, ", ") + ")"
}

// signed writes a change.
func signed(v float64) string {
	if v > 0 {
		return "+" + capacity.Digits(v)
	}
	return strings.Replace(capacity.Digits(v), "-", "−", 1)
}

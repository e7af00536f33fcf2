package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// demandChart is the history's last days and how it may go on.
func demandChart(r Report, zone *time.Location) *figureView {
	f, p := r.Forecast, r.Policy
	from, history := f.Start, r.History
	if history.Len() > 0 && history.Step > 0 {
		// Three days before, or as much again as is planned if that is more.
		span := max(72*time.Hour, time.Duration(f.Steps())*f.Step)
		if cut := int(max(0, f.Start.Sub(history.Start)-span) / history.Step); cut < history.Len() {
			history = history.Slice(cut, history.Len())
		}
		from = history.Start
		if f.Start.Before(from) {
			from = f.Start
		}
	}
	since := r.Since
	if cut := int(max(0, from.Sub(since.Start)) / max(1, since.Step)); since.Len() > 0 {
		since = since.Slice(min(cut, since.Len()), since.Len())
	}
	came := rates(p, since.Values)
	past, last := rates(p, history.Values), len(f.Levels)-1
	lowest, highestQ := rates(p, f.Values[0]), rates(p, f.Values[last])
	i, j := inner(f)
	low, high := rates(p, f.Values[i]), rates(p, f.Values[j])
	median, usual := quantile(r, 0.5), ordinary(r)

	unit := loadUnit(p.Demand)
	made := "now"
	if r.Since.Len() > 0 {
		made = "plan made"
	}
	desc := fmt.Sprintf("Measured demand from %s, then the forecast of %s: median and the bands %s and %s. The highest forecast value is %s.",
		from.In(zone).Format(stamp), r.Plan.Model,
		band(f, 0, last), band(f, i, j), capacity.Digits(highest(highestQ)))
	if len(f.Parts) > 0 {
		desc += fmt.Sprintf(" %d holidays and events are drawn apart, between the median without them and the median.", len(f.Parts))
	}
	var drawn template.HTML
	for _, z := range sizes {
		c := newChart(z, "demand", "Demand: history and forecast", desc, unit, from, f.At(f.Steps()), highest(past, came, highestQ)*1.02, zone)
		c.band("outer", f.Start, f.Step, lowest, highestQ)
		c.band("inner", f.Start, f.Step, low, high)
		c.between("part", f.Start, f.Step, usual, median)
		c.line("usual", f.Start, f.Step, usual)
		c.line("past", history.Start, history.Step, past)
		c.line("median", f.Start, f.Step, median)
		c.line("past", since.Start, since.Step, came)
		if r.Plan.Made.After(from) {
			c.mark("now", made, r.Plan.Made)
		}
		drawn += c.done()
	}

	actual := map[int64]float64{}
	for i, v := range came {
		if !math.IsNaN(v) {
			actual[since.At(i).Unix()] = v
		}
	}
	var rows [][2]any
	for i, v := range past {
		if at := history.At(i); !math.IsNaN(v) && at.Before(f.Start) {
			rows = append(rows, [2]any{at.Unix(), fmt.Sprintf("%s: %s measured", at.In(zone).Format(stamp), capacity.Digits(v))})
		}
	}
	for t := range median {
		measured := ""
		if v, ok := actual[f.At(t).Unix()]; ok {
			measured = capacity.Digits(v) + " measured, "
		}
		rows = append(rows, [2]any{f.At(t).Unix(), fmt.Sprintf("%s: %smedian %s%s, %s %s", f.At(t).In(zone).Format(stamp), measured,
			capacity.Digits(median[t]), among(r, t), band(f, 0, last), capacity.Digits(lowest[t])+" to "+capacity.Digits(highestQ[t]))})
	}
	return &figureView{Chart: drawn, Read: read(rows)}
}

// loadUnit is the name of the load on an axis.
func loadUnit(d capacity.Demand) string {
	if d.Unit != "" {
		return d.Unit
	}
	name := d.Value
	if d.Queried() || name == "" {
		name = "load"
	}
	if d.Aggregate == capacity.Sum {
		return name + " per second"
	}
	return name
}

// inner are the levels of the forecast's inner band: of two that leave as much
// below as above, those nearest to P10 and P90; without such two, about the
// middle half of all levels.
func inner(f capacity.Forecast) (low, high int) {
	last := len(f.Levels) - 1
	low = min(last/2, (last+1)/4)
	high = last - low
	off := math.Inf(1)
	for i, level := range f.Levels {
		j := slices.IndexFunc(f.Levels, func(l float64) bool { return math.Abs(l+level-1) < 1e-9 })
		if d := math.Abs(level - 0.1); j > i && d < off {
			low, high, off = i, j, d
		}
	}
	return low, high
}

// band names the band between two levels.
func band(f capacity.Forecast, low, high int) string {
	return capacity.Percentile(f.Levels[low]) + " to " + capacity.Percentile(f.Levels[high])
}

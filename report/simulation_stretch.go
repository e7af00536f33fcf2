package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"headroom/capacity"
)

// stretch is a day: what is shorter than some minutes would not be seen in more.
const stretch = 24 * time.Hour

// mostBuckets is how many points a chart has across.
const mostBuckets = 720

// A stretchView is need and capacity over some time, one panel for each policy.
type stretchView struct {
	From, To string
	Whole    bool   // it is all of the load that there is
	Bucket   string // the time of one point
	figureView
}

// Stretch draws the busiest day; nil if there is no policy to draw.
func (s Simulation) Stretch() *stretchView {
	first, last := busiest(s.Load, s.Zone)
	v := panels{ID: "stretch", Load: s.Load.Slice(first, last), Rate: s.UnitRate, Unknown: "not measured", Zone: s.Zone}
	for _, c := range s.Drawn() {
		if c.Ready != nil {
			c.Ready = c.Ready[first:last]
			v.Drawn = append(v.Drawn, c)
		}
	}
	return v.draw(last-first == s.Load.Len())
}

// panels is one chart for each contender: what serves, over what is needed.
type panels struct {
	ID      string          // of the charts, on the page
	Load    capacity.Series // NaN: not known
	Rate    float64         // load that one unit serves
	Drawn   []Contender
	Unknown string // what a load that is not known is
	Veiled  bool   // what serves then does not count, and is veiled
	Zone    *time.Location
}

// draw draws the panels; nil if there is nothing to draw.
func (p panels) draw(whole bool) *stretchView {
	ticks := p.Load.Len()
	per := max(1, (ticks+mostBuckets-1)/mostBuckets)
	step := time.Duration(per) * p.Load.Step
	from, n := p.Load.Start, ticks/per
	if len(p.Drawn) == 0 || n == 0 {
		return nil
	}
	to := from.Add(time.Duration(n) * step)
	need := buckets(n, per, func(i int) float64 { return p.Load.Values[i] / p.Rate }, math.Max)
	serve := make([][]float64, len(p.Drawn))
	for k, c := range p.Drawn {
		serve[k] = buckets(n, per, func(i int) float64 { return float64(c.Ready[i]) }, math.Min)
	}
	unknown := make([]bool, n)
	for i, units := range need {
		unknown[i] = math.IsNaN(units)
	}
	v := &stretchView{From: from.In(p.Zone).Format(stamp), To: to.In(p.Zone).Format(stamp), Whole: whole, Bucket: capacity.Brief(step)}
	top := highest(append(serve, need)...)
	var b strings.Builder
	for k, c := range p.Drawn {
		short := make([]bool, n)
		for i := range n * per {
			short[i/per] = short[i/per] || p.Load.Values[i] > float64(c.Ready[i])*p.Rate*(1+1e-9)
		}
		desc := fmt.Sprintf("Units that serve under %s, and units that the load needs, from %s to %s.", c.Name, v.From, v.To)
		for _, z := range []size{{"wide", 960, 200, 9}, {"slim", 360, 160, 4}} {
			d := newChart(z, p.ID+"-"+string(c.Role), c.Name+": capacity over demand", desc, "units: "+c.Name, from, to, top, p.Zone)
			d.spans("alarms", from, step, short)
			d.stairs("fill-"+string(c.Role), "serve-"+string(c.Role), from, step, serve[k])
			d.line("past", from, step, need)
			if p.Veiled {
				d.spans("veil", from, step, unknown)
			}
			b.WriteString(string(d.done()))
		}
	}
	v.Chart = template.HTML(b.String())
	var rows [][2]any
	for i := range need {
		at := from.Add(time.Duration(i) * step)
		text := fmt.Sprintf("%s: %s units needed", at.In(p.Zone).Format(stamp), capacity.Figure(need[i]))
		if math.IsNaN(need[i]) {
			text = at.In(p.Zone).Format(stamp) + ": " + p.Unknown
		}
		for k, c := range p.Drawn {
			text += fmt.Sprintf(", %s %s", strings.TrimSuffix(c.Name, " *"), capacity.Figure(serve[k][i]))
		}
		rows = append(rows, [2]any{at.Unix(), text})
	}
	v.Read = read(rows)
	return v
}

// busiest are the ticks [first, last) of the day with the most load that starts
// on an hour; all of them if there is hardly more than a day.
func busiest(load capacity.Series, zone *time.Location) (first, last int) {
	n := int(stretch / load.Step)
	if load.Len() <= n*3/2 {
		return 0, load.Len()
	}
	sums := make([]float64, load.Len()+1)
	for i, v := range load.Values {
		if sums[i+1] = sums[i]; !math.IsNaN(v) {
			sums[i+1] += v
		}
	}
	most := math.Inf(-1)
	for i := range load.Len() - n + 1 {
		if at := load.At(i).In(zone); at.Minute() == 0 && at.Second() == 0 && sums[i+n]-sums[i] > most {
			most, first = sums[i+n]-sums[i], i
		}
	}
	return first, first + n
}

// buckets makes one value of each per; one that is not known is left out.
func buckets(n, per int, at func(int) float64, pick func(a, b float64) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		for j := range per {
			v := at(i*per + j)
			if math.IsNaN(out[i]) {
				out[i] = v
			} else if !math.IsNaN(v) {
				out[i] = pick(out[i], v)
			}
		}
	}
	return out
}

// spans marks steps over the whole height, such as those in which capacity was
// missing.
func (c *chart) spans(class string, from time.Time, step time.Duration, marked []bool) {
	for i := 0; i < len(marked); i++ {
		first := i
		for i < len(marked) && marked[i] {
			i++
		}
		if i > first {
			fmt.Fprintf(&c.b, `<path class="%s" d="M%s %gH%sV%gH%sZ"/>`, class, c.x(from.Add(time.Duration(first)*step)), plotTop,
				c.x(from.Add(time.Duration(i)*step)), c.height-plotBottom, c.x(from.Add(time.Duration(first)*step)))
		}
	}
}

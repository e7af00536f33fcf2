package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"headroom/capacity"
)

// A size is that of a chart in its own units, which a browser scales to the
// page. Every chart is drawn for a desk and for a phone, and the style sheet
// shows one, so that its words have the same size on both.
type size struct {
	name          string
	width, height float64
	ticks         int // most marks on the time axis
}

var sizes = []size{{"wide", 960, 300, 9}, {"slim", 360, 230, 4}}

// The margins around the plot.
const (
	plotLeft, plotRight = 46.0, 12.0
	plotTop, plotBottom = 28.0, 30.0
)

// A chart draws SVG over a span of time. Its colours are classes of the page's
// style sheet, so that it follows light and dark.
type chart struct {
	size
	from, to time.Time
	top      float64 // of the value axis
	b        strings.Builder
}

func newChart(z size, id, title, desc, unit string, from, to time.Time, top float64, zone *time.Location) *chart {
	values := niceTicks(top)
	id += "-" + z.name
	c := &chart{size: z, from: from, to: to, top: values[len(values)-1]}
	fmt.Fprintf(&c.b, `<svg class="%s" viewBox="0 0 %g %g" role="img" aria-labelledby="%s-title %s-desc" data-from="%d" data-to="%d" data-left="%g" data-right="%g">`+
		`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`,
		z.name, z.width, z.height, id, id, from.Unix(), to.Unix(), plotLeft, z.width-plotRight,
		id, template.HTMLEscapeString(title), id, template.HTMLEscapeString(desc))
	for _, v := range values {
		class := "grid"
		if v == 0 {
			class = "base"
		}
		fmt.Fprintf(&c.b, `<line class="%s" x1="%g" x2="%g" y1="%s" y2="%s"/>`, class, plotLeft, c.width-plotRight, c.y(v), c.y(v))
		fmt.Fprintf(&c.b, `<text class="tick end" x="%g" y="%s" dy=".32em">%s</text>`, plotLeft-8, c.y(v), capacity.Digits(v))
	}
	fmt.Fprintf(&c.b, `<text class="tick" x="0" y="%g">%s</text>`, 14.0, template.HTMLEscapeString(unit))
	for _, t := range timeTicks(from, to, zone, z.ticks) {
		class := "tick mid"
		if t.day {
			class += " day"
			fmt.Fprintf(&c.b, `<line class="grid" x1="%s" x2="%s" y1="%g" y2="%g"/>`, c.x(t.at), c.x(t.at), plotTop, c.height-plotBottom)
		}
		fmt.Fprintf(&c.b, `<text class="%s" x="%s" y="%g">%s</text>`, class, c.x(t.at), c.height-plotBottom+18, t.text)
	}
	return c
}

// x and y place a time and a value, to a tenth of the chart's unit.
func (c *chart) x(at time.Time) string {
	share := float64(at.Sub(c.from)) / float64(c.to.Sub(c.from))
	return tenth(plotLeft + share*(c.width-plotLeft-plotRight))
}

func (c *chart) y(v float64) string {
	return tenth(c.height - plotBottom - min(1, v/c.top)*(c.height-plotTop-plotBottom))
}

func tenth(v float64) string { return capacity.Trim(v, 1) }

// line draws values that start at from; NaN breaks it.
func (c *chart) line(class string, from time.Time, step time.Duration, values []float64) {
	var d strings.Builder
	open := false
	for i, v := range values {
		if math.IsNaN(v) {
			open = false
			continue
		}
		op := "L"
		if !open {
			op, open = "M", true
			if i+1 == len(values) || math.IsNaN(values[i+1]) {
				// A single point has no length: round line ends make it a dot.
				fmt.Fprintf(&d, "M%s %sh0", c.x(from.Add(time.Duration(i)*step)), c.y(v))
				continue
			}
		}
		fmt.Fprintf(&d, "%s%s %s", op, c.x(from.Add(time.Duration(i)*step)), c.y(v))
	}
	if d.Len() > 0 {
		fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, class, d.String())
	}
}

// between fills the area between two lines wherever low is a number.
func (c *chart) between(class string, from time.Time, step time.Duration, low, high []float64) {
	for t := 0; t < len(low); t++ {
		first := t
		for t < len(low) && !math.IsNaN(low[t]) {
			t++
		}
		if t > first {
			c.band(class, from.Add(time.Duration(first)*step), step, low[first:t], high[first:t])
		}
	}
}

// band fills the area between two lines.
func (c *chart) band(class string, from time.Time, step time.Duration, low, high []float64) {
	var d strings.Builder
	for i, v := range high {
		op := "L"
		if i == 0 {
			op = "M"
		}
		fmt.Fprintf(&d, "%s%s %s", op, c.x(from.Add(time.Duration(i)*step)), c.y(v))
	}
	for i := len(low) - 1; i >= 0; i-- {
		fmt.Fprintf(&d, "L%s %s", c.x(from.Add(time.Duration(i)*step)), c.y(low[i]))
	}
	fmt.Fprintf(&c.b, `<path class="%s" d="%sZ"/>`, class, d.String())
}

// stairs draws values that hold for a step each, as a line over a filled area.
func (c *chart) stairs(area, line string, from time.Time, step time.Duration, values []float64) {
	var d strings.Builder
	for i, v := range values {
		if i > 0 && v == values[i-1] {
			continue
		}
		x := c.x(from.Add(time.Duration(i) * step))
		if i == 0 {
			fmt.Fprintf(&d, "M%s %s", x, c.y(v))
			continue
		}
		fmt.Fprintf(&d, "H%sV%s", x, c.y(v))
	}
	fmt.Fprintf(&d, "H%s", c.x(from.Add(time.Duration(len(values))*step)))
	if area != "" {
		fmt.Fprintf(&c.b, `<path class="%s" d="%sV%sH%sZ"/>`, area, d.String(), c.y(0), c.x(from))
	}
	fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, line, d.String())
}

// level draws a labelled horizontal line, and mark a labelled vertical one.
func (c *chart) level(class, text string, v float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%g" x2="%g" y1="%s" y2="%s"/>`, class, plotLeft, c.width-plotRight, c.y(v), c.y(v))
	fmt.Fprintf(&c.b, `<text class="label end" x="%g" y="%s" dy="-.4em">%s</text>`, c.width-plotRight-4, c.y(v), template.HTMLEscapeString(text))
}

func (c *chart) mark(class, text string, at time.Time) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%s" x2="%s" y1="%g" y2="%g"/>`, class, c.x(at), c.x(at), plotTop, c.height-plotBottom)
	fmt.Fprintf(&c.b, `<text class="label end" x="%s" dx="-5" y="%g">%s</text>`, c.x(at), plotTop+10, template.HTMLEscapeString(text))
}

// dot draws a point with a text that shows when it is pointed at.
func (c *chart) dot(class, text string, at time.Time, v float64) {
	fmt.Fprintf(&c.b, `<circle class="%s" cx="%s" cy="%s" r="4"><title>%s</title></circle>`, class, c.x(at), c.y(v), template.HTMLEscapeString(text))
}

// done is the chart; everything in it was escaped or is a number.
func (c *chart) done() template.HTML {
	fmt.Fprintf(&c.b, `<line class="cursor" y1="%g" y2="%g" visibility="hidden"/></svg>`, plotTop, c.height-plotBottom)
	return template.HTML(c.b.String())
}

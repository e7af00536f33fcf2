package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"headroom/capacity"
)

// A plane draws cost over the share of missing capacity, which is logarithmic.
type plane struct {
	size
	left, right float64            // share
	low, high   float64            // cost
	money       capacity.Objective // in its currency
	b           strings.Builder
}

// curvesBottom is the room below the curves, for the marks and the name of the
// axis.
const curvesBottom = 50.0

// Curves draws what each policy costs by the share of missing capacity; empty
// if no curve is near the share that is compared.
func (s Simulation) Curves() template.HTML {
	left, right := 1e-4, 0.5
	if s.Share > 0 {
		left = max(left, math.Pow(10, math.Floor(math.Log10(s.Share/6))))
		right = min(right, math.Pow(10, math.Ceil(math.Log10(s.Share*3))))
	}
	low, high := s.costs(left, right)
	if !(high > low) {
		return ""
	}
	var b strings.Builder
	for _, z := range []size{{"wide", 960, 360, 9}, {"slim", 360, 300, 4}} {
		p := &plane{size: z, left: left, right: right, low: low, high: high}
		p.money = capacity.Objective{Currency: template.HTMLEscapeString(s.Currency)}
		p.axes(s)
		for _, c := range s.Contenders {
			if c.Role == Other {
				p.curve(c)
			}
		}
		// What stands out is drawn last, ours on top.
		for _, c := range slices.Backward(s.Drawn()) {
			p.curve(c)
		}
		p.b.WriteString("</svg>")
		b.WriteString(p.b.String())
	}
	return template.HTML(b.String())
}

// costs is what the cost axis shows: all that stands out, and of the others what
// is not far above.
func (s Simulation) costs(left, right float64) (low, high float64) {
	low, high = math.Inf(1), 0
	for _, c := range s.Contenders {
		if len(c.Curve) == 0 || c.Curve[0].Share > right {
			continue
		}
		// A curve falls: it is highest where it begins.
		for _, share := range []float64{max(left, c.Curve[0].Share), right} {
			v := costAt(c.Curve, share)
			low = min(low, v)
			if c.Role != Other {
				high = max(high, v)
			}
		}
	}
	if math.IsInf(low, 1) {
		return 0, 0
	}
	high = max(high, 1.5*low)
	return low - 0.1*(high-low), high + 0.1*(high-low)
}

// costAt is the cost of a curve at a share, between its points; NaN left of
// them, and right of them what the last one costs.
func costAt(curve []CurvePoint, share float64) float64 {
	if len(curve) == 0 || share < curve[0].Share {
		return math.NaN()
	}
	for i, p := range curve[1:] {
		if q := curve[i]; share <= p.Share {
			return q.Cost + (p.Cost-q.Cost)*(share-q.Share)/(p.Share-q.Share)
		}
	}
	return curve[len(curve)-1].Cost
}

func (p *plane) x(share float64) string {
	part := math.Log(share/p.left) / math.Log(p.right/p.left)
	return tenth(plotLeft + part*(p.width-plotLeft-plotRight))
}

func (p *plane) y(cost float64) string {
	part := (cost - p.low) / (p.high - p.low)
	return tenth(p.height - curvesBottom - part*(p.height-plotTop-curvesBottom))
}

func (p *plane) axes(s Simulation) {
	id, in := "curves-"+p.name, ""
	if p.money.Currency != "" {
		in = ", " + p.money.Currency
	}
	fmt.Fprintf(&p.b, `<svg class="%s" viewBox="0 0 %g %g" role="img" aria-labelledby="%s-title %s-desc">`+
		`<title id="%s-title">Cost by share of missing capacity</title><desc id="%s-desc">One line for each policy, as its setting goes from safe to cheap. The table holds the values at the share that is compared.</desc>`,
		p.name, p.width, p.height, id, id, id, id)
	ticks := niceTicks(p.high - p.low)
	step := ticks[1] - ticks[0]
	for v := math.Ceil(p.low/step) * step; v <= p.high; v += step {
		fmt.Fprintf(&p.b, `<line class="grid" x1="%g" x2="%g" y1="%s" y2="%s"/>`, plotLeft, p.width-plotRight, p.y(v), p.y(v))
		fmt.Fprintf(&p.b, `<text class="tick end" x="%g" y="%s" dy=".32em">%s</text>`, plotLeft-8, p.y(v), capacity.Figure(v))
	}
	bottom := p.height - curvesBottom
	fmt.Fprintf(&p.b, `<line class="base" x1="%g" x2="%g" y1="%g" y2="%g"/><text class="tick" x="0" y="14">cost of units%s</text>`, plotLeft, p.width-plotRight, bottom, bottom, in)
	for decade := p.left; decade <= p.right*1.001; decade *= 10 {
		for _, m := range []float64{1, 2, 5} {
			v := decade * m
			if v > p.right*1.001 {
				break
			}
			fmt.Fprintf(&p.b, `<line class="grid" x1="%s" x2="%s" y1="%g" y2="%g"/>`, p.x(v), p.x(v), plotTop, bottom)
			if m == 1 || p.name == "wide" {
				fmt.Fprintf(&p.b, `<text class="tick mid" x="%s" y="%g">%s%%</text>`, p.x(v), bottom+18, capacity.Trim(100*v, 3))
			}
		}
	}
	fmt.Fprintf(&p.b, `<text class="tick mid" x="%g" y="%g">share of the time in which capacity is missing</text>`, (plotLeft+p.width-plotRight)/2, bottom+38)
	if s.Share >= p.left && s.Share <= p.right {
		fmt.Fprintf(&p.b, `<line class="now" x1="%s" x2="%s" y1="%g" y2="%g"/>`, p.x(s.Share), p.x(s.Share), plotTop, bottom)
		fmt.Fprintf(&p.b, `<text class="label end" x="%s" dx="-5" y="%g">compared here</text>`, p.x(s.Share), plotTop+10)
	}
}

// curve draws one policy. Between two settings the line is straight in the share,
// and so bent on this axis.
func (p *plane) curve(c Contender) {
	const samples = 240
	var d strings.Builder
	op := "M"
	for i := range samples + 1 {
		share := p.left * math.Pow(p.right/p.left, float64(i)/samples)
		cost := costAt(c.Curve, share)
		if !(cost >= p.low && cost <= p.high) {
			op = "M"
			continue
		}
		fmt.Fprintf(&d, "%s%s %s", op, p.x(share), p.y(cost))
		op = "L"
	}
	if d.Len() == 0 {
		return
	}
	name := template.HTMLEscapeString(c.Name)
	fmt.Fprintf(&p.b, `<path class="curve-%s" d="%s"><title>%s</title></path>`, c.Role, d.String(), name)
	if c.Role == Other {
		return
	}
	for _, k := range c.Curve {
		if k.Share >= p.left && k.Share <= p.right && k.Cost >= p.low && k.Cost <= p.high {
			fmt.Fprintf(&p.b, `<circle class="setting-%s" cx="%s" cy="%s" r="3.5"><title>%s: %s%% missing, cost %s</title></circle>`,
				c.Role, p.x(k.Share), p.y(k.Cost), name, capacity.Trim(100*k.Share, 3), p.money.Money(k.Cost))
		}
	}
}

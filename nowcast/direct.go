package nowcast

import "math"

// A direct forecaster is the regression of one horizon.
type direct struct {
	shape
	m       *memory
	load    ridge // the root at the horizon
	error   ridge // the size of the error of that forecast
	weights []float64
	doubt   []float64
	errors  residuals // relative to what doubt had said
	next    int       // the first minute not learnt from as an origin
	open    []issued
	early   []issued // judged before there was any doubt
	row     []float64
}

// issued is a forecast whose minute is still to come.
type issued struct {
	origin int
	root   float64
	spread float64
}

// All are chosen once for all loads.
const (
	loadPenalty  = 0.01
	errorPenalty = 1
	enoughErrors = 400
)

func newDirect(s shape, m *memory) *direct {
	return &direct{shape: s, m: m, load: ridge{penalty: loadPenalty}, error: ridge{penalty: errorPenalty}, errors: newResiduals(m.per), next: s.lead()}
}

// learn takes in every origin whose horizon lies before t.
func (d *direct) learn(t int) {
	for ; d.next-1+d.horizon < t; d.next++ {
		if at := d.next - 1 + d.horizon; d.m.known(at) {
			d.row = d.features(d.m, d.next, d.row)
			restless := max(d.m.unrest(d.next-60, d.next), 0.05)
			d.load.add(d.row, d.m.root[at]-d.recent(d.m, d.next), 1/restless)
		}
	}
	if w := d.load.weights(); w != nil {
		d.weights = w
	}
	if len(d.early) >= enoughErrors || d.doubt != nil {
		if w := d.error.weights(); w != nil {
			d.doubt = w
			for _, f := range d.early {
				d.compare(f, d.spread(f.origin, f.root))
			}
			d.early = nil
		}
	}
	d.errors.sort()
}

// judge learns from the forecasts whose minute is t.
func (d *direct) judge(t int) {
	for len(d.open) > 0 && d.open[0].origin-1+d.horizon <= t {
		f := d.open[0]
		d.open = d.open[1:]
		if !d.m.known(t) {
			continue
		}
		var size, known float64
		for _, x := range d.m.within(t) {
			if x == x {
				known++
				size += (math.Log(math.Abs(d.m.scaled(x)-f.root)+0.05) - size) / known
			}
		}
		d.row = d.doubts(d.m, f.origin, f.root, d.row)
		d.error.add(d.row, size, 1)
		if d.doubt == nil {
			d.early = append(d.early, f)
		} else {
			d.compare(f, f.spread)
		}
	}
}

// compare remembers how far each tick was from its forecast.
func (d *direct) compare(f issued, spread float64) {
	for _, x := range d.m.within(f.origin - 1 + d.horizon) {
		if x == x {
			d.errors.add(spread, (d.m.scaled(x)-f.root)/spread)
		}
	}
}

// spread is how far off a forecast is expected to be.
func (d *direct) spread(t int, root float64) float64 {
	if d.doubt == nil {
		return 1
	}
	d.row = d.doubts(d.m, t, root, d.row)
	return math.Exp(min(max(dot(d.row, d.doubt), -5), 3))
}

// quantiles forecasts from minute t on, and remembers it to be judged.
func (d *direct) quantiles(t int, to []float64) {
	root := d.recent(d.m, t)
	if d.weights != nil {
		d.row = d.features(d.m, t, d.row)
		root += dot(d.row, d.weights)
	}
	spread := d.spread(t, root)
	d.open = append(d.open, issued{t, root, spread})
	like := d.errors.like(spread)
	for i, level := range levels {
		to[i] = d.m.back(root + spread*like.quantile(level))
	}
}

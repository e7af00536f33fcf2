package nowcast

import "math"

// A direct forecaster is the regression of one horizon.
type direct struct {
	shape
	horizon int // minutes; 1 is the minute that begins now
	m       *memory
	load    ridge // the root at the horizon
	error   ridge // the size of the error of that forecast
	weights []float64
	doubt   []float64
	errors  residuals // relative to what doubt had said
	open    []issued  // whose minute is still to come
	early   []issued  // judged before there was any doubt
	row     []float64
}

// issued is a forecast.
type issued struct {
	origin       int
	root, spread float32
}

// All are chosen once for all loads.
const (
	loadPenalty  = 0.01
	errorPenalty = 1
)

func newDirect(s shape, horizon int, m *memory) *direct {
	return &direct{shape: s, horizon: horizon, m: m, load: ridge{penalty: loadPenalty}, error: ridge{penalty: errorPenalty}, errors: newResiduals(m.per)}
}

// learn makes forecasts from all that was seen.
func (d *direct) learn() {
	if w := d.load.weights(); w != nil {
		d.weights = w
	}
	if len(d.early) >= enoughErrors || d.doubt != nil {
		if w := d.error.weights(); w != nil {
			d.doubt = w
			for _, f := range d.early {
				f.spread = d.spread(f)
				d.compare(f)
			}
			d.early = nil
		}
	}
	d.errors.learn()
}

// see takes in minute t, which is the horizon of one origin. It returns the
// forecast from there, if there was one and the minute is known.
func (d *direct) see(t int) (f issued, judged bool) {
	origin, known := t+1-d.horizon, d.m.known(t)
	if known && origin >= d.lead() {
		d.row = d.features(d.m, d.horizon, origin, d.row)
		restless := max(d.m.unrest(origin-60, origin), 0.05)
		d.load.add(d.row, d.m.root(t)-level(d.m, origin), 1/restless)
	}
	if len(d.open) == 0 || d.open[0].origin != origin {
		return f, false
	}
	f = d.open[0]
	d.open = d.open[1:]
	if known {
		d.judge(f, t)
	}
	return f, known
}

// judge learns from a forecast of minute t.
func (d *direct) judge(f issued, t int) {
	var size, known float64
	for _, x := range d.m.within(t) {
		if x == x {
			known++
			size += (math.Log(math.Abs(scaled(x)-float64(f.root))+0.05) - size) / known
		}
	}
	d.row = d.doubts(d.m, d.horizon, f.origin, float64(f.root), d.row)
	d.error.add(d.row, size, 1)
	if d.doubt == nil {
		d.early = append(d.early, f)
	} else {
		d.compare(f)
	}
}

// compare remembers how far each tick was from its forecast.
func (d *direct) compare(f issued) {
	root, spread := float64(f.root), float64(f.spread)
	part := d.errors.of(spread)
	for _, x := range d.m.within(f.origin - 1 + d.horizon) {
		if x == x {
			d.errors.add(part, (scaled(x)-root)/spread)
		}
	}
}

// spread is how far off a forecast is expected to be.
func (d *direct) spread(f issued) float32 {
	if d.doubt == nil {
		return 1
	}
	d.row = d.doubts(d.m, d.horizon, f.origin, float64(f.root), d.row)
	return float32(math.Exp(min(max(dot(d.row, d.doubt), -5), 3)))
}

// issue forecasts from minute t on, and remembers it to be judged.
func (d *direct) issue(t int) issued {
	root := level(d.m, t)
	if d.weights != nil {
		d.row = d.features(d.m, d.horizon, t, d.row)
		root += dot(d.row, d.weights)
	}
	f := issued{origin: t, root: float32(min(max(root, -highest), highest))}
	f.spread = d.spread(f)
	d.open = append(d.open, f)
	return f
}

// quantiles are those of the load in units, by level, as the errors of past
// forecasts have it now.
func (d *direct) quantiles(f issued, to []float64) {
	root, spread := float64(f.root), float64(f.spread)
	like := d.errors.like(spread)
	for l := range to {
		to[l] = back(root + spread*like.quantile(l))
	}
}

package nowcast

import "sort"

// knots are the horizons that are forecast, in minutes; between them lies a
// straight line.
var knots = []int{1, 2, 3, 5, 7, 10, 13, 16, 20, 25, 32, 45, 60}

// levels are those of the quantiles.
var levels = []float64{
	0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985,
	0.99, 0.993, 0.995, 0.997, 0.998, 0.999,
}

// Levels are those of the quantiles of a [Forecast], ascending.
func Levels() []float64 { return append([]float64(nil), levels...) }

// A Forecast is quantiles of the load in any tick of each minute of the hour to
// come.
type Forecast struct {
	unit float64   // load that counts as one
	rows []float32 // in units, by knot and level
}

// Hour is how many minutes a Forecast reaches.
const Hour = hour

// Quantile is the quantile at Levels()[level] of the load in the minute with
// that number, of which 1 begins now; beyond the hour it is that of its end.
func (f Forecast) Quantile(minute, level int) float64 {
	return f.line(minute).at(level)
}

// A line is the quantiles of one minute, between those of two knots.
type line struct {
	unit, share   float64
	before, after []float32
}

func (f Forecast) line(minute int) line {
	i := sort.SearchInts(knots, minute)
	row := func(knot int) []float32 { return f.rows[knot*len(levels):][:len(levels)] }
	switch {
	case i == 0:
		return line{f.unit, 0, row(0), row(0)}
	case i == len(knots):
		return line{f.unit, 0, row(i - 1), row(i - 1)}
	}
	share := float64(minute-knots[i-1]) / float64(knots[i]-knots[i-1])
	return line{f.unit, share, row(i - 1), row(i)}
}

func (l line) at(level int) float64 {
	return l.unit * ((1-l.share)*float64(l.before[level]) + l.share*float64(l.after[level]))
}

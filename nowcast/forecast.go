package nowcast

import (
	"slices"
	"sort"
)

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
	unit    float64   // load that counts as one
	rows    []float32 // in units, by knot and level
	chances []chance  // by knot, of loads in units
}

// weigh makes the chances of the rows.
func (f *Forecast) weigh() {
	f.chances = make([]chance, 0, len(knots))
	for row := range slices.Chunk(f.rows, len(levels)) {
		f.chances = append(f.chances, newChance(row))
	}
}

// Hour is how many minutes a Forecast reaches.
const Hour = hour

// Quantile is the quantile at Levels()[level] of the load in the minute with
// that number, of which 1 begins now; beyond the hour it is that of its end.
func (f Forecast) Quantile(minute, level int) float64 {
	before, after, share := between(minute)
	return f.unit * ((1-share)*f.quantile(before, level) + share*f.quantile(after, level))
}

// chance is how likely it is that the load in a minute is at most so much, by
// the concave functions.
func (f Forecast) chance(minute int, load float64) float64 {
	before, after, share := between(minute)
	likely := f.chances[before].at(load / f.unit)
	if share > 0 {
		likely += share * (f.chances[after].at(load/f.unit) - likely)
	}
	return likely
}

func (f Forecast) quantile(knot, level int) float64 {
	return float64(f.rows[knot*len(levels)+level])
}

// between is the knots around a minute, and how far it is from one to the other.
func between(minute int) (before, after int, share float64) {
	switch i := sort.SearchInts(knots, minute); i {
	case 0:
		return 0, 0, 0
	case len(knots):
		return i - 1, i - 1, 0
	default:
		return i - 1, i, float64(minute-knots[i-1]) / float64(knots[i]-knots[i-1])
	}
}

package nowcast

import "sort"

// Residuals are the errors of the past forecasts of one horizon, each divided by
// its spread. How far a large one reaches may differ between calm and wild times,
// so they are also kept by sixths of the spread ("Mondrian" conformal
// prediction: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random
// World, 2005, section 4.5).
type residuals struct {
	per     int // ticks in a minute
	all     sketch
	spreads sketch // one for each minute
	parts   [sixths]sketch
	learnt  learnt
}

// learnt is what residuals were when they were learnt from last.
type learnt struct {
	bounds [sixths - 1]float32 // of the spreads
	enough bool                // spreads to tell the parts by
	known  [sixths]float32     // minutes in each part
	all    []float32           // quantiles by level
	parts  [sixths][]float32
}

const (
	sixths = 6
	// enoughErrors is how many minutes of errors it takes to learn from them.
	enoughErrors = 400
	// enoughAlike is how many minutes of errors of a part count as much as all
	// errors do.
	enoughAlike = 200
)

var (
	errorCells  = cells{fine: 0.05, width: 0.03}
	spreadCells = cells{fine: 0.01, width: 0.03}
)

// newResiduals keeps about those of a week, and of each part those of a third of one.
func newResiduals(per int) residuals {
	r := residuals{
		per: per,
		all: sketch{cells: errorCells, most: week * per}, spreads: sketch{cells: spreadCells, most: week},
		learnt: learnt{all: make([]float32, len(levels))},
	}
	for i := range r.parts {
		r.parts[i] = sketch{cells: errorCells, most: 2 * week * per / sixths}
		r.learnt.parts[i] = make([]float32, len(levels))
	}
	return r
}

// of is the part for the errors of a minute with that spread.
func (r *residuals) of(spread float64) *sketch {
	r.spreads.add(spread)
	return &r.parts[r.part(spread)]
}

func (r *residuals) add(part *sketch, relative float64) {
	cell := r.all.at(relative)
	r.all.count(cell)
	part.count(cell)
}

// learn brings what forecasts are made from up to date.
func (r *residuals) learn() {
	var shares [sixths - 1]float64
	for i := range shares {
		shares[i] = float64(i+1) / sixths
	}
	r.spreads.quantiles(shares[:], r.learnt.bounds[:])
	r.learnt.enough = r.spreads.weight() >= enoughErrors
	r.all.quantiles(levels, r.learnt.all)
	for i := range r.parts {
		r.learnt.known[i] = float32(r.parts[i].weight() / float64(r.per))
		r.parts[i].quantiles(levels, r.learnt.parts[i])
	}
}

// part is the place of a spread among those that were learnt from last; the
// middle if there were few.
func (r *residuals) part(spread float64) int {
	if !r.learnt.enough {
		return sixths / 2
	}
	return sort.Search(sixths-1, func(i int) bool { return spread <= float64(r.learnt.bounds[i]) })
}

// alike is the errors of the forecasts with about the same spread, of which
// those of all are a share.
type alike struct {
	all, part []float32
	share     float64 // of the part
}

func (r *residuals) like(spread float64) alike {
	i := r.part(spread)
	known := float64(r.learnt.known[i])
	return alike{r.learnt.all, r.learnt.parts[i], known / (known + enoughAlike)}
}

// quantile is that of a level by its place.
func (a alike) quantile(level int) float64 {
	return (1-a.share)*float64(a.all[level]) + a.share*float64(a.part[level])
}

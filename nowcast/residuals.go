package nowcast

import "sort"

// Residuals are the errors of the past forecasts of one horizon, each divided by its
// spread. How far a large one reaches may differ between calm and wild times,
// so they are also kept by sixths of the spread ("Mondrian" conformal
// prediction: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random
// World, 2005, section 4.5).
type residuals struct {
	per     int // ticks in a minute
	all     recent
	spreads recent
	parts   [6]recent
}

// enoughAlike is how many minutes of errors of a part count as much as all
// errors do.
const enoughAlike = 200

// newResiduals keeps those of a week, and of each part those of a third of one.
func newResiduals(per int) residuals {
	r := residuals{per: per, all: recent{most: week * per}, spreads: recent{most: week * per}}
	for i := range r.parts {
		r.parts[i].most = 2 * week * per / len(r.parts)
	}
	return r
}

func (r *residuals) add(spread, relative float64) {
	r.all.add(relative)
	r.spreads.add(spread)
	r.parts[r.part(spread)].add(relative)
}

func (r *residuals) sort() {
	r.all.sort()
	r.spreads.sort()
	for i := range r.parts {
		r.parts[i].sort()
	}
}

// part is the place of a spread among those that were sorted last; the middle
// if there are few.
func (r *residuals) part(spread float64) int {
	n := len(r.spreads.sorted)
	if n < enoughErrors*r.per {
		return len(r.parts) / 2
	}
	return min(sort.SearchFloat64s(r.spreads.sorted, spread)*len(r.parts)/n, len(r.parts)-1)
}

// alike is the errors of the forecasts with about the same spread, of which
// those of all are a share.
type alike struct {
	all, part *recent
	share     float64 // of the part
}

func (r *residuals) like(spread float64) alike {
	part := &r.parts[r.part(spread)]
	known := float64(len(part.sorted)) / float64(r.per)
	return alike{&r.all, part, known / (known + enoughAlike)}
}

func (a alike) quantile(level float64) float64 {
	return (1-a.share)*a.all.quantile(level) + a.share*a.part.quantile(level)
}

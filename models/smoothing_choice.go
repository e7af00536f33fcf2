package models

import (
	"cmp"
	"slices"
)

// chooseSmoothing is the search with the lowest AICc, the first of equals, of
// those for each of the forms on each of the scales. There is none if the series
// is too short for each of the forms. Only those that look best before the
// search go on with it.
func chooseSmoothing(on []scaled, forms []form) (best *smoothingSearch, ok bool) {
	const finalists = 3
	var all []*smoothingSearch
	for _, x := range on {
		for _, f := range forms {
			if s, ok := newSmoothingSearch(x, f); ok && s.explore() {
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		return nil, false
	}
	better := func(a, b *smoothingSearch) int { return cmp.Compare(a.unlikely, b.unlikely) }
	slices.SortStableFunc(all, better)
	all = all[:min(finalists, len(all))]
	for _, s := range all {
		s.improve(simplex{size: 1, rest: 1e-4, evaluations: 30 * len(s.place)})
	}
	return slices.MinFunc(all, better), true
}

// longer is the search for the same form on more of the series, which goes on
// from where s stands.
func (s *smoothingSearch) longer(x scaled) *smoothingSearch {
	l, ok := newSmoothingSearch(x, s.form)
	if !ok || !l.step(s.place) {
		return s
	}
	l.improve(simplex{size: 0.3, rest: 1e-4, evaluations: 12 * len(s.place)})
	return l
}

// grown reports whether so many steps are enough more than those of the last
// choice to choose anew.
func grown(steps, last int) bool { return 7*steps >= 8*last }

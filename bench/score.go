package main

import (
	"math"
	"slices"
)

// A score is how good the answers of a row are, by series: each slice has one
// value for each series of the suite, the mean over its origins. NaN means
// that there was nothing to measure.
type score struct {
	smape, mase, msis []float64
	inside            []float64 // share inside the central 95 % interval
	pinball           []float64 // mean over steps and deciles, in the unit of the series
	mae               [][]float64
	// covered[p][l] is, by series, the share of the measurements of suite.parts[p]
	// that are not above the quantile watched()[l].
	covered [][][]float64
}

// watched are the levels whose coverage is reported.
func watched() []float64 { return []float64{0.5, 0.9, 0.95, 0.99} }

// judge scores the answers to the tasks of s.
func judge(s suite, answers []answer) score {
	n := len(s.series)
	one := func() []mean { return make([]mean, n) }
	smapes, mases, msises, insides, pinballs := one(), one(), one(), one(), one()
	maes := make([][]mean, len(s.blocks))
	for b := range s.blocks {
		maes[b] = one()
	}
	coverage := make([][][]mean, len(s.parts))
	for p := range s.parts {
		for range watched() {
			coverage[p] = append(coverage[p], one())
		}
	}
	add := func(to []mean, series int, v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			to[series].add(v)
		}
	}
	for i, t := range s.tasks {
		a := answers[i]
		if a.point == nil {
			continue
		}
		unit := scale(t.context.Values, s.season)
		add(smapes, t.series, smape(t.actual, a.point))
		add(mases, t.series, mae(t.actual, a.point)/unit)
		for b, of := range s.blocks {
			add(maes[b], t.series, mae(t.actual[of.from:of.to], a.point[of.from:of.to]))
		}
		if a.levels == nil {
			continue
		}
		low, high := a.at(0.025), a.at(0.975)
		if low != nil && high != nil {
			add(msises, t.series, winkler(t.actual, low, high, 0.05)/unit)
			add(insides, t.series, within(t.actual, low, high))
		}
		add(pinballs, t.series, a.deciles(t.actual))
		for p, of := range s.parts {
			for l, q := range watched() {
				if f := a.at(q); f != nil {
					add(coverage[p][l], t.series, below(t.actual[of.from:of.to], f[of.from:of.to]))
				}
			}
		}
	}
	out := score{smape: means(smapes), mase: means(mases), msis: means(msises), inside: means(insides), pinball: means(pinballs)}
	for b := range s.blocks {
		out.mae = append(out.mae, means(maes[b]))
	}
	for p := range s.parts {
		var shares [][]float64
		for l := range watched() {
			shares = append(shares, means(coverage[p][l]))
		}
		out.covered = append(out.covered, shares)
	}
	return out
}

// at is the quantile of one level, nil if it was not forecast.
func (a answer) at(q float64) []float64 {
	if i := slices.Index(a.levels, q); i >= 0 {
		return a.quantiles[i]
	}
	return nil
}

// deciles is the mean pinball loss over the measured steps and the levels 0.1,
// 0.2 and so on to 0.9; NaN if one of them was not forecast.
func (a answer) deciles(actual []float64) float64 {
	var m mean
	for _, q := range []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9} {
		f := a.at(q)
		if f == nil {
			return math.NaN()
		}
		for t, y := range actual {
			if !math.IsNaN(y) {
				m.add(pinball(y, f[t], q))
			}
		}
	}
	return m.value()
}

// within is the share of measurements in [low, high].
func within(actual, low, high []float64) float64 {
	var m mean
	for t, y := range actual {
		switch {
		case math.IsNaN(y):
		case low[t] <= y && y <= high[t]:
			m.add(1)
		default:
			m.add(0)
		}
	}
	return m.value()
}

// below is the share of measurements that are not above f.
func below(actual, f []float64) float64 {
	var m mean
	for t, y := range actual {
		switch {
		case math.IsNaN(y):
		case y <= f[t]:
			m.add(1)
		default:
			m.add(0)
		}
	}
	return m.value()
}

func means(all []mean) []float64 {
	values := make([]float64, len(all))
	for i := range all {
		values[i] = all[i].value()
	}
	return values
}

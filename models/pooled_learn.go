package models

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/floats"

	"headroom/capacity"
)

// pooledWeights are the weights that the series of a panel share.
type pooledWeights struct {
	lags    []int // ascending
	weights []float64
}

// pooledKey is what the weights of a panel depend on.
type pooledKey struct {
	end  int64
	step time.Duration
	set  int // of lags
}

// learn is the weights for s: those of the richest set of lags that s has room
// for, as the panel tells them by the end of s. They change slowly: they are
// those of the last full week, which makes them the same for most of a panel.
func (p *panel) learn(s capacity.Series) (pooledWeights, error) {
	end := s.End().Truncate(time.Duration(max(1, p.day, p.week)) * s.Step)
	var out pooledWeights
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for set, lags := range (ridge{day: p.day, week: p.week, dense: true}).lags() {
		if s.Len() < 2*lags[len(lags)-1] {
			continue
		}
		key := pooledKey{end.UnixNano(), s.Step, set}
		known := false
		if out, known = p.weights[key]; !known {
			out = pool(p.residues(end, s.Step), lags)
			p.weights[key] = out
		}
		if out.weights != nil {
			return out, nil
		}
	}
	return out, fmt.Errorf("model \"pooled\": %d steps, or the panel of %d series, are too few for its shortest lags, wait for more history or use a simpler model: %w",
		s.Len(), len(p.series), capacity.ErrTooShort)
}

// residues are what the series of the panel, as they were at a time, leave
// beside their mean seasons, in units of their standard deviations.
func (p *panel) residues(end time.Time, step time.Duration) [][]float64 {
	var all [][]float64
	for _, s := range p.before(end, step) {
		x := onScale(s, newScale(false, s.Values))
		x = beside(x, meanSeason(x, p.season(len(x))))
		square, n := 0.0, 0.0
		for _, v := range x {
			if !math.IsNaN(v) {
				n++
				square += v * v
			}
		}
		// What a mean season explains to the last bit has nothing to teach.
		if square > 1e-18*n {
			floats.Scale(math.Sqrt(n/square), x)
			all = append(all, x)
		}
	}
	return all
}

// pool is one regression on the lags for all of these, or none if they have too
// few rows.
func pool(residues [][]float64, lags []int) pooledWeights {
	var all moments
	for _, x := range residues {
		if len(x) < 2*lags[len(lags)-1] {
			continue
		}
		target, columns := rows(x, lags)
		if len(target) == 0 {
			continue
		}
		own := momentsOf(target, columns)
		if all.rows == 0 {
			all = own
			continue
		}
		all.rows += own.rows
		floats.Add(all.sums, own.sums)
		floats.Add(all.products, own.products)
	}
	if all.rows < float64(3*len(lags)) {
		return pooledWeights{}
	}
	_, weights := all.shrink()
	return pooledWeights{lags, weights}
}

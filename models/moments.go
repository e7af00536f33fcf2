package models

import (
	"slices"

	"gonum.org/v1/gonum/floats"
)

// moments are the sums that a regression of a series on its own lags needs:
// over the rows t of the regression, of x[t-a]·x[t-b] for every two lags a and
// b, and of x[t-a]. The lag 0 is the target.
type moments struct {
	rows     float64
	products []float64 // (p+1)×(p+1), symmetric; index 0 is the target
	sums     []float64 // p+1
}

// momentsAt returns the moments of x, which has no gaps, at each of the given
// ends, which ascend: over the rows from the longest lag to before the end.
//
// Two products of lags with the same distance d run over the same products
// x[u]·x[u+d], only from and to other places. So one pass over x for each
// distance, which keeps the running sum, serves all pairs of lags and all ends:
// O(n·distances + ends·p²) instead of O(ends·n·p²).
func momentsAt(x []float64, lags, ends []int) []moments {
	p := len(lags)
	all := append([]int{0}, lags...)
	reach := lags[p-1]
	out := make([]moments, len(ends))
	buffer := make([]float64, len(ends)*(p+1)*(p+2))
	for e, end := range ends {
		k := e * (p + 1) * (p + 2)
		out[e] = moments{
			rows:     float64(end - reach),
			products: buffer[k : k+(p+1)*(p+1)],
			sums:     buffer[k+(p+1)*(p+1) : k+(p+1)*(p+2)],
		}
	}
	running := make([]float64, len(x)+1)
	for u, v := range x {
		running[u+1] = running[u] + v
	}
	for e, end := range ends {
		for i, lag := range all {
			out[e].sums[i] = running[end-lag] - running[reach-lag]
		}
	}
	for _, pairs := range distances(all) {
		d := pairs.distance
		sum := 0.0
		early, late := x[:len(x)-d], x[d:]
		for u, v := range early {
			sum += v * late[u]
			running[u+1] = sum
		}
		for e, end := range ends {
			m := out[e].products
			for _, pair := range pairs.pairs {
				lag := all[pair[1]] // the longer one
				v := running[end-lag] - running[reach-lag]
				m[pair[0]*(p+1)+pair[1]], m[pair[1]*(p+1)+pair[0]] = v, v
			}
		}
	}
	return out
}

// equalDistance is pairs of places in a list of lags, the shorter lag first,
// that are equally far apart.
type equalDistance struct {
	distance int
	pairs    [][2]int
}

// distances groups all pairs of lags, which ascend, by their distance.
func distances(lags []int) []equalDistance {
	groups := make([]equalDistance, lags[len(lags)-1]-lags[0]+1)
	for j, b := range lags {
		for i, a := range lags[:j+1] {
			groups[b-a].pairs = append(groups[b-a].pairs, [2]int{i, j})
		}
	}
	used := groups[:0]
	for d, g := range groups {
		if len(g.pairs) > 0 {
			used = append(used, equalDistance{d, g.pairs})
		}
	}
	return used
}

// momentsOf is the moments of a regression whose rows are given: the targets,
// and for each lag a column of as many values.
func momentsOf(target []float64, columns [][]float64) moments {
	all := append([][]float64{target}, columns...)
	q := len(all)
	m := moments{rows: float64(len(target)), products: make([]float64, q*q), sums: make([]float64, q)}
	for i := range all {
		m.sums[i] = floats.Sum(all[i])
		for j := range all[:i+1] {
			v := floats.Dot(all[i], all[j])
			m.products[i*q+j], m.products[j*q+i] = v, v
		}
	}
	return m
}

// with is the moments after more rows have joined, given as by [momentsOf]:
// O(rows·p²). What it is called on stays as it is.
func (m moments) with(target []float64, columns [][]float64) moments {
	m.products, m.sums = slices.Clone(m.products), slices.Clone(m.sums)
	q := len(m.sums)
	row := make([]float64, q)
	for t, v := range target {
		row[0] = v
		for j, column := range columns {
			row[j+1] = column[t]
		}
		m.rows++
		for i, a := range row {
			m.sums[i] += a
			for j, b := range row[:i+1] {
				m.products[i*q+j] += a * b
				m.products[j*q+i] = m.products[i*q+j]
			}
		}
	}
	return m
}

// describe reports whether stored moments can be those of a regression on so
// many lags: finite, and no product further from zero than the squares allow.
func (m moments) describe(lags int) bool {
	q := lags + 1
	ok := len(m.sums) == q && m.rows >= 1 && finite(m.rows)
	for i := 0; i < q && ok; i++ {
		ok = finite(m.sums[i])
		for j := 0; j <= i && ok; j++ {
			v, most := m.products[i*q+j], m.products[i*q+i]/2+m.products[j*q+j]/2
			ok = finite(v) && max(v, -v) <= most*(1+1e-9)
		}
	}
	return ok
}

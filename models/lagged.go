package models

import "math"

// changes is x minus what it was so many steps before; the first of them have
// no past and are gaps. Zero steps give x itself.
func changes(x []float64, steps int) []float64 {
	if steps == 0 {
		return x
	}
	d := make([]float64, len(x))
	for i := range d {
		if i < steps {
			d[i] = math.NaN()
			continue
		}
		d[i] = x[i] - x[i-steps]
	}
	return d
}

// rows lays x out for a regression on its own lags, which ascend: the targets,
// and for each lag a column of as many values. A row that a gap touches is
// left out. Without gaps the columns share memory with x.
func rows(x []float64, lags []int) (target []float64, columns [][]float64) {
	for len(x) > 0 && math.IsNaN(x[0]) {
		x = x[1:]
	}
	reach := lags[len(lags)-1]
	if len(x) <= reach {
		return nil, nil
	}
	columns = make([][]float64, len(lags))
	for j, lag := range lags {
		columns[j] = x[reach-lag : len(x)-lag]
	}
	target = x[reach:]

	var whole []int
	for i := range target {
		touched := math.IsNaN(target[i])
		for j := 0; j < len(columns) && !touched; j++ {
			touched = math.IsNaN(columns[j][i])
		}
		if !touched {
			whole = append(whole, i)
		}
	}
	if len(whole) == len(target) {
		return target, columns
	}
	pick := func(from []float64) []float64 {
		to := make([]float64, len(whole))
		for k, i := range whole {
			to[k] = from[i]
		}
		return to
	}
	for j := range columns {
		columns[j] = pick(columns[j])
	}
	return pick(target), columns
}

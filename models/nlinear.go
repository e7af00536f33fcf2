package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"headroom/capacity"
)

// nlinear is the one-layer network NLinear (Zeng, Chen, Zhang and Xu,
// Proceedings of AAAI 37, 2023, 11121-11128): the changes of the next steps
// against the last value are one linear layer of the changes of the recent past
// against it, so a shift of the level passes through. Such a layer needs no
// descent: its weights are the ridge regression of all windows of the history,
// with the one penalty that generalised cross-validation likes best.
type nlinear struct {
	day int // steps, or 0
}

// The window and the layer end at this many steps, which bounds the cost.
const mostWindow = 96

// Name implements [capacity.Model].
func (nlinear) Name() string { return "nlinear" }

// Fit implements [capacity.Model]. It needs about eight windows of history.
func (m nlinear) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	day := m.day
	if day == 0 {
		day = 12
	}
	window, ahead := min(2*day, mostWindow), min(day, mostWindow)
	if err := ready(ctx, m.Name(), s, 4*window); err != nil {
		return nil, err
	}
	f := nlinearFitted{header: header{m.Name(), version, s.Step}, Scale: newScale(false, s.Values), Season: m.day, Window: window, Ahead: ahead}
	f.Least, f.Most = span(s.Values)
	x := make([]float64, s.Len())
	for i, v := range s.Values {
		x[i] = f.Scale.of(v)
	}
	inputs, outputs := windows(x, window, ahead)
	if len(inputs) < 2*window {
		return nil, fmt.Errorf("model %q: %d whole windows of %d steps, it needs %d, wait for more history or use a simpler model: %w",
			m.Name(), len(inputs), window+ahead, 2*window, capacity.ErrTooShort)
	}
	if f.Weights = layer(inputs, outputs); f.Weights == nil {
		return nil, fmt.Errorf("model %q: its weights are not finite, use another: %w", m.Name(), capacity.ErrNotForecastable)
	}
	return f, nil
}

// windows lays out every stretch of x without a gap: what is seen, and what
// comes, both against the last value that is seen.
func windows(x []float64, window, ahead int) (inputs, outputs [][]float64) {
	gapless := 0
	for i, v := range x {
		if gapless++; math.IsNaN(v) {
			gapless = 0
		}
		if gapless < window+ahead {
			continue
		}
		now := i - ahead
		in, out := make([]float64, window-1), make([]float64, ahead)
		for j := range in {
			in[j] = x[now-window+1+j] - x[now]
		}
		for j := range out {
			out[j] = x[now+1+j] - x[now]
		}
		inputs, outputs = append(inputs, in), append(outputs, out)
	}
	return inputs, outputs
}

// layer is the weights, one row for each output, nil if there are no finite
// ones.
func layer(inputs, outputs [][]float64) [][]float64 {
	n, p, q := len(inputs), len(inputs[0]), len(outputs[0])
	in, out := mat.NewDense(n, p, nil), mat.NewDense(n, q, nil)
	for i := range inputs {
		in.SetRow(i, inputs[i])
		out.SetRow(i, outputs[i])
	}
	var gram mat.SymDense
	gram.SymOuterK(1/float64(n), in.T())
	var with, vectors, along mat.Dense
	with.Mul(in.T(), out)
	with.Scale(1/float64(n), &with)
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, true) {
		return nil
	}
	values := eigen.Values(nil)
	eigen.VectorsTo(&vectors)
	along.Mul(vectors.T(), &with)
	penalty := bestPenalty(values, &along, mat.Norm(out, 2)*mat.Norm(out, 2)/float64(n), mat.Trace(&gram)/float64(p), float64(n))
	for k, v := range values {
		for j := range q {
			along.Set(k, j, along.At(k, j)/(max(0, v)+penalty))
		}
	}
	var weights mat.Dense
	weights.Mul(&vectors, &along)
	rows := make([][]float64, q)
	for j := range rows {
		rows[j] = mat.Col(nil, j, &weights)
		if slices.ContainsFunc(rows[j], func(w float64) bool { return !finite(w) }) {
			return nil
		}
	}
	return rows
}

// bestPenalty is the penalty with the least generalised cross-validation over
// all outputs together; total is their variance, unit the mean eigenvalue.
func bestPenalty(values []float64, along *mat.Dense, total, unit, n float64) float64 {
	best, least := unit+1e-12, math.Inf(1)
	for _, relative := range penalties {
		penalty := relative*unit + 1e-12
		left, free := total, 0.0
		for k, v := range values {
			d := max(0, v) + penalty
			free += max(0, v) / d
			row := mat.Row(nil, k, along)
			for _, b := range row {
				left -= b * b * (max(0, v) + 2*penalty) / (d * d)
			}
		}
		rest := max(1e-6, 1-free/n)
		if score := max(0, left) / (rest * rest); score < least {
			best, least = penalty, score
		}
	}
	return best
}

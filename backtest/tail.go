package backtest

import "math"

// A Tail is a generalised Pareto distribution of how far errors exceed the edge
// of the ordinary ones. The zero Tail ends at the edge.
type Tail struct {
	Size  float64 // in the unit of the errors
	Shape float64 // 0 is an exponential tail; more is heavier, and less has an end
}

// tail fits a Tail to excesses, ascending, by probability-weighted moments
// (Hosking and Wallis, Technometrics 29, 1987). The shape of a tail takes
// hundreds of excesses to be known; it is drawn to 0.2, with the weight of
// twenty, and the size follows from the mean.
func tail(excesses []float64) Tail {
	const usual, weight, most = 0.2, 20, 0.9
	n := float64(len(excesses))
	if n == 0 {
		return Tail{}
	}
	first, second := 0.0, 0.0
	for i, e := range excesses {
		first += e / n
		second += e / n * (1 - (float64(i)+0.65)/n)
	}
	shape := -0.5
	if d := first - 2*second; d > 0 {
		shape = max(shape, min(2-first/d, most))
	}
	shape = (n*shape + weight*usual) / (n + weight)
	return Tail{Size: first * (1 - shape), Shape: shape}
}

// quantile is what a share p of the excesses lies beyond.
func (t Tail) quantile(p float64) float64 {
	if math.Abs(t.Shape) < 1e-9 {
		return -t.Size * math.Log(p)
	}
	return t.Size / t.Shape * (math.Pow(p, -t.Shape) - 1)
}

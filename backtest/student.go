package backtest

import "math"

// student is the quantile q of Student's t with three degrees of freedom. With
// four there is a closed form (Shaw, Journal of Computational Finance 9, 2006).
// It lies nearer to the median, from where Newton's steps, on a distribution
// function that is concave there, only rise towards the quantile.
func student(q float64) float64 {
	if q < 0.5 {
		return -student(1 - q)
	}
	root := math.Sqrt(4 * q * (1 - q))
	x := 2 * math.Sqrt(max(0, math.Cos(math.Acos(min(root, 1))/3)/root-1))
	for range 50 {
		y := x / math.Sqrt(3)
		beyond := 0.5 - (y/(1+y*y)+math.Atan(y))/math.Pi
		density := 2 / (math.Pi * math.Sqrt(3) * (1 + y*y) * (1 + y*y))
		step := (beyond - (1 - q)) / density
		if !(step > 1e-12*x) {
			break
		}
		x += step
	}
	return x
}

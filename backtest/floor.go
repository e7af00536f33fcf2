package backtest

import "math"

// floor is the Floor of a [Calibration] from n origins: where the spread,
// forecast plus floor, is in the same proportion at high and at low load as the
// errors are. It is between a twentieth of the mean load, where errors are all
// but proportional to the forecast, and ten times that load, where they are all
// but the same day and night. Few origins are too little to know: what they say
// is drawn to what is usual, three tenths.
func floor(origins []Origin, n int) float64 {
	const least, usual, most = 0.05, 0.3, 10
	steps := 0.0
	for _, o := range origins {
		steps += float64(len(o.Steps))
	}
	load, middle := 0.0, 0.0
	for _, o := range origins {
		for i, y := range o.Actual {
			load += y / steps
			middle += o.Point[i] / steps
		}
	}
	if !(load > 0) {
		return 0
	}
	var low, high, lowError, highError, lows, highs float64
	for _, o := range origins {
		for i, p := range o.Point {
			e, relative := over(math.Abs(o.Actual[i]-p), load), over(p, load)
			if p < middle {
				low, lowError, lows = low+relative, lowError+e, lows+1
			} else {
				high, highError, highs = high+relative, highError+e, highs+1
			}
		}
	}
	low, lowError, high, highError = over(low, lows), over(lowError, lows), over(high, highs), over(highError, highs)
	share := usual
	if lowError > 0 && highError > 0 {
		known := float64(n) / (float64(n) + 2)
		expected := (high + usual) / (low + usual)
		ratio := math.Pow(highError/lowError, known) * math.Pow(expected, 1-known)
		share = most
		if ratio > 1 {
			// The share at which (high + share) / (low + share) is the ratio.
			share = max(least, min((high-ratio*low)/(ratio-1), most))
		}
	}
	return min(share*load, math.MaxFloat64)
}

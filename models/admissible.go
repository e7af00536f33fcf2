package models

import "math"

// admissible reports whether an old error loses its influence on the state of
// p, without which a forecast means nothing (Hyndman, Akram and Archibald,
// Annals of the Institute of Statistical Mathematics 60, 2008, 407-426). That
// is so where the moving average polynomial of p, written below in powers of
// the lag, has all its roots outside the unit circle:
//
//	(1-φL)(1-L^m) + αL(1-φL)(1+…+L^(m-1)) + βφL(1+…+L^(m-1)) + γL^m(1-φL)
//
// Within the usual bounds, 0 < β < α < 1 and 0 < γ < 1-α, only a slope together
// with a season can break that. Scratch has room for Season+2 numbers.
func (p smoothing) admissible(scratch []float64) bool {
	m := p.Season
	if m == 0 || p.Phi == 0 {
		return true
	}
	c := scratch[:m+2]
	inner := p.Alpha + p.Phi*p.Beta - p.Alpha*p.Phi
	for j := range c {
		c[j] = inner
	}
	c[0] = 1
	c[1] = p.Alpha + p.Phi*p.Beta - p.Phi
	c[m] += p.Gamma - 1
	c[m+1] = p.Phi * (1 - p.Alpha - p.Gamma)
	return invertible(c)
}

// invertible reports whether the polynomial with these coefficients, of which
// the first is 1, has all its roots outside the unit circle: the recursion of
// Schur and Cohn, which takes one degree after the other off c.
func invertible(c []float64) bool {
	for k := len(c) - 1; k > 0; k-- {
		r := c[k]
		if math.Abs(r) >= 1 {
			return false
		}
		scale := 1 / (1 - r*r)
		for i, j := 1, k-1; i <= j; i, j = i+1, j-1 {
			c[i], c[j] = (c[i]-r*c[j])*scale, (c[j]-r*c[i])*scale
		}
	}
	return true
}

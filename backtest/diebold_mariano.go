package backtest

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// DieboldMariano is the probability that the mean of n differences of losses
// lies as far above zero as it does, or farther, by chance: the one-sided test
// of Diebold and Mariano (Journal of Business and Economic Statistics 13, 1995,
// 253-263). Differences fewer than ahead places apart may depend on each other;
// the variance of the mean counts their covariances, in equal measure. The
// statistic has the correction of Harvey, Leybourne and Newbold (International
// Journal of Forecasting 13, 1997, 281-291), and Student's t with n-1 degrees
// of freedom.
//
// A variance that is not positive with the covariances, as it may be, is taken
// without them. It is 1 for fewer than 2 differences or where all are zero, and
// 0 or 1 where all are some other number.
func DieboldMariano(differences []float64, ahead int) float64 {
	n := float64(len(differences))
	if n < 2 {
		return 1
	}
	var average mean
	for _, d := range differences {
		average.add(d)
	}
	covariance := func(lag int) float64 {
		sum := 0.0
		for t := lag; t < len(differences); t++ {
			sum += (differences[t] - average.value) * (differences[t-lag] - average.value)
		}
		return sum / n
	}
	ahead = max(1, min(ahead, len(differences)-1))
	own := covariance(0)
	variance := own
	for lag := 1; lag < ahead; lag++ {
		variance += 2 * covariance(lag)
	}
	if !(variance > 0) {
		variance, ahead = own, 1
	}
	if !(variance > 0) {
		if average.value > 0 {
			return 0
		}
		return 1
	}
	h := float64(ahead)
	statistic := average.value / math.Sqrt(variance/n) * math.Sqrt((n+1-2*h+h*(h-1)/n)/n)
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Survival(statistic)
}

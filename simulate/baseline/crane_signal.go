package baseline

import (
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/dsp/fourier"
)

// predict is the period after the minutes, or nil if none is found.
func predict(minutes []float64, perDay int) []float64 {
	signal := clipped(filled(minutes))
	if len(signal) < 2*perDay {
		return nil
	}
	for _, period := range []int{perDay, 7 * perDay} {
		whole := signal[len(signal)%period:]
		cycles := len(whole) / period
		if cycles < 2 || !periodic(whole, period, perDay/6) {
			continue
		}
		last := len(whole) - period
		var best []float64
		least := math.Inf(1)
		for _, estimate := range []func(signal []float64, period, perDay int) []float64{highest, strongest} {
			before, after := estimate(whole[:last], period, perDay), []float64(nil)
			for _, margin := range []float64{0.01, 0.1, 0.15, 0.2} {
				if e := asymmetric(whole[last:], before, 1+margin); e < least {
					if least = e; after == nil {
						after = estimate(whole, period, perDay)
					}
					best = slices.Clone(after)
					for i := range best {
						best[i] *= 1 + margin
					}
				}
			}
		}
		return best
	}
	return nil
}

// filled draws lines over gaps, and leaves out those at the ends.
func filled(values []float64) []float64 {
	var out []float64
	gap := 0
	for _, x := range values {
		switch {
		case x != x && len(out) > 0:
			gap++
			continue
		case x != x:
			continue
		}
		for i := range gap {
			last := out[len(out)-1]
			out = append(out, last+(x-last)/float64(gap-i+1))
		}
		gap = 0
		out = append(out, x)
	}
	return out
}

// clipped cuts what is below the quantile 0.001 and above 0.999.
func clipped(values []float64) []float64 {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	low, high := sorted[len(sorted)/1000], sorted[len(sorted)-1-len(sorted)/1000]
	for i, x := range values {
		values[i] = min(max(x, low), high)
	}
	return values
}

// periodic reports whether the frequency of the period is stronger than noise,
// and the autocorrelation has a peak there within four hours.
func periodic(signal []float64, period, fourHours int) bool {
	n := len(signal)
	fft := fourier.NewFFT(n)
	spectrum := fft.Coefficients(nil, signal)
	spectrum[0] = 0
	total := 0.0 // of the power, both halves
	for k, c := range spectrum {
		power := real(c)*real(c) + imag(c)*imag(c)
		total += 2 * power
		spectrum[k] = complex(power, 0)
	}
	// Of shuffled values each power is exponential about total/n, and the 99th
	// percentile of the largest of n/2 is this.
	threshold := total / float64(n) * (math.Log(float64(n)/2) - math.Log(-math.Log(0.99)))
	if !(real(spectrum[n/period]) > threshold) {
		return false
	}
	// The transform of the power is the autocorrelation.
	correlation := fft.Sequence(nil, spectrum)
	reach := min(fourHours, n-period-1)
	return rising(correlation[period-reach:period+1]) && rising(reversed(correlation[period:period+reach+1]))
}

// rising reports whether the line through the values rises.
func rising(values []float64) bool {
	slope, middle := 0.0, float64(len(values)-1)/2
	for i, x := range values {
		slope += (float64(i) - middle) * x
	}
	return slope > 0
}

func reversed(values []float64) []float64 {
	out := slices.Clone(values)
	slices.Reverse(out)
	return out
}

// highest is the highest value of each place in the period.
func highest(signal []float64, period, _ int) []float64 {
	out := slices.Clone(signal[len(signal)-period:])
	for i, x := range signal {
		out[i%period] = max(out[i%period], x)
	}
	return out
}

// strongest is the last period without what is both quicker than an hour and
// weak: below the 100 strongest frequencies or an amplitude of 1.
func strongest(signal []float64, period, perDay int) []float64 {
	const most, weak, tiny = 100, 1.0, 0.01
	n := len(signal)
	fft := fourier.NewFFT(n)
	spectrum := fft.Coefficients(nil, signal)
	amplitudes := make([]float64, 0, len(spectrum))
	for _, c := range spectrum[1:] {
		amplitudes = append(amplitudes, cmplx.Abs(c)/float64(n))
	}
	slices.Sort(amplitudes)
	slices.Reverse(amplitudes)
	least := max(weak, amplitudes[min(most, len(amplitudes))-1])
	least = min(least, amplitudes[min(3, len(amplitudes))-1])
	hourly := 24 * n / perDay
	for k := range spectrum {
		if k > hourly && cmplx.Abs(spectrum[k])/float64(n) < least {
			spectrum[k] = 0
		}
	}
	smooth := fft.Sequence(nil, spectrum)[n-period:]
	for i, x := range smooth {
		if smooth[i] = x / float64(n); smooth[i] <= 0 {
			smooth[i] = tiny
		}
	}
	return smooth
}

// asymmetric is the mean relative error of an estimate times a margin. A share x
// that is missing costs -ln(1-x)/ln(1.25), one that is too much costs x.
func asymmetric(actual, estimate []float64, margin float64) float64 {
	sum, n := 0.0, 0
	for i, a := range actual {
		if a <= 0 {
			continue
		}
		n++
		if x := 1 - estimate[i]*margin/a; x > 0 {
			sum -= math.Log(1-min(x, 1-1e-9)) / math.Log(1.25)
		} else {
			sum -= x
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}

package history

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// parseEpoch reads a number since 1970 and returns nanoseconds. A fraction is
// read digit by digit, because a 64-bit float holds no nanoseconds.
func parseEpoch(text string) (int64, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0123456789") != "" {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || strings.ContainsAny(text, "xX_") {
			return 0, fmt.Errorf("%.40q is not a time; write it like 2026-03-01T09:00:00Z", text)
		}
		if mantissa, _, _ := strings.Cut(strings.ToLower(text), "e"); len(strings.NewReplacer("+", "", "-", "", ".", "").Replace(mantissa)) <= 6 && math.Abs(f) >= maxCount && strings.ContainsAny(text, "eE") {
			return 0, fmt.Errorf("%.40q has lost the digits of its seconds; export the times again, with all digits or like 2026-03-01T09:00:00Z", text)
		}
		return floatEpoch(f)
	}
	if fraction != "" && 20_000 < n && n < 80_000 {
		return 0, fmt.Errorf("%.40q looks like a day number of a spreadsheet; format the column as a date and time, such as 2026-03-01 09:00, and export it again", text)
	}
	ns, err := intEpoch(n)
	if err != nil || fraction == "" {
		return ns, err
	}
	digits := len(strconv.Itoa(int(unitOf(float64(n))))) - 1
	part, _ := strconv.ParseInt((fraction + "000000000")[:digits]+"0", 10, 64) // digits only
	if strings.HasPrefix(whole, "-") {
		part = -part
	}
	return ns + part/10, nil
}

// unitOf is how many nanoseconds one of n is, told by its magnitude: up to 1e11
// are seconds, to 1e14 milliseconds, to 1e17 microseconds.
func unitOf(n float64) time.Duration {
	switch n = math.Abs(n); {
	case n < 1e11:
		return time.Second
	case n < 1e14:
		return time.Millisecond
	case n < 1e17:
		return time.Microsecond
	default:
		return time.Nanosecond
	}
}

// intEpoch turns a number since 1970 into nanoseconds.
func intEpoch(n int64) (int64, error) {
	if looksLikeDate(n) || (n > 1e11 && looksLikeDate(n/1e4)) {
		return 0, fmt.Errorf("%d looks like a date without separators; write it like 2026-03-01T09:00:00Z", n)
	}
	return fit(n, unitOf(float64(n)))
}

// fit multiplies n by a unit, if 64 bits can hold it.
func fit(n int64, unit time.Duration) (int64, error) {
	if n > math.MaxInt64/int64(unit) || n < math.MinInt64/int64(unit) {
		return 0, fmt.Errorf("the time %d is out of range", n)
	}
	return n * int64(unit), nil
}

// floatEpoch does the same for a number with a fraction.
func floatEpoch(f float64) (int64, error) {
	ns := math.Round(f * float64(unitOf(f)))
	if math.IsNaN(ns) || math.Abs(ns) >= 1<<63 {
		return 0, fmt.Errorf("the time %v is out of range", f)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return intEpoch(int64(f))
	}
	return int64(ns), nil
}

// looksLikeDate tells 20260301 from a number of seconds: as such it would be
// 1970, when nobody measured load.
func looksLikeDate(n int64) bool {
	year, month, day := n/10000, n/100%100, n%100
	return 1900 <= year && year < 2200 && 1 <= month && month <= 12 && 1 <= day && day <= 31
}

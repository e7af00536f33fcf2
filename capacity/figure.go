package capacity

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Figure writes a number for people: three significant digits, thousands and
// millions as 12.3k and 4.56M.
func Figure(v float64) string {
	suffix := ""
	switch size := math.Abs(v); {
	case size >= 999_500:
		v, suffix = v/1e6, "M"
	case size >= 9_995:
		v, suffix = v/1e3, "k"
	}
	decimals := 2
	switch size := math.Abs(v); {
	case size >= 99.95:
		decimals = 0
	case size >= 9.995:
		decimals = 1
	}
	return Trim(v, decimals) + suffix
}

// Trim writes v with up to so many decimals.
func Trim(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// Percentile writes a quantile as P97.5, the finer the closer to 100.
func Percentile(q float64) string {
	decimals := 1
	for rest := 1 - q; rest < 0.01 && decimals < 4; rest *= 10 {
		decimals++
	}
	return "P" + Trim(100*q, decimals)
}

// Brief writes 24h for 24h0m0s.
func Brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

package capacity

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// Figure writes a number for people: three significant digits, thousands and
// millions as 12.3k and 4.56M.
func Figure(v float64) string { return string(AppendFigure(nil, v)) }

// AppendFigure appends v to text as [Figure] writes it.
func AppendFigure(text []byte, v float64) []byte {
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
	return append(appendTrim(text, v, decimals), suffix...)
}

// Digits writes a number as [Figure] does, but with three significant digits however
// small it is: a load of 0.0043 a second is not 0.
func Digits(v float64) string { return string(AppendDigits(nil, v)) }

// AppendDigits appends v to text as [Digits] writes it.
func AppendDigits(text []byte, v float64) []byte {
	size := math.Abs(v)
	if size >= 0.0995 || size < leastDigits {
		return AppendFigure(text, v)
	}
	return appendTrim(text, v, 2-int(math.Floor(math.Log10(size))))
}

// leastDigits is the size below which a number is what arithmetic leaves of 0.
const leastDigits = 1e-9

// Count writes a number with what is counted: 1 change, 2 changes, 3 entries.
func Count[N ~int | ~int64](n N, one string) string {
	return strconv.FormatInt(int64(n), 10) + " " + Plural(n, one)
}

// Plural is the word for a number of things, by the word for one.
func Plural[N ~int | ~int64](n N, one string) string {
	switch stem, y := strings.CutSuffix(one, "y"); {
	case n == 1 || n == -1:
		return one
	case y && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e"):
		return stem + "ies"
	case strings.HasSuffix(one, "series"):
		return one
	case strings.HasSuffix(one, "s"):
		return one + "es"
	}
	return one + "s"
}

// Trim writes v with up to so many decimals.
func Trim(v float64, decimals int) string { return string(appendTrim(nil, v, decimals)) }

// appendTrim appends v to text as [Trim] writes it.
func appendTrim(text []byte, v float64, decimals int) []byte {
	from := len(text)
	text = strconv.AppendFloat(text, v, 'f', decimals, 64)
	if bytes.IndexByte(text[from:], '.') >= 0 {
		text = text[:from+len(bytes.TrimRight(bytes.TrimRight(text[from:], "0"), "."))]
	}
	if string(text[from:]) == "-0" {
		return append(text[:from], '0')
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

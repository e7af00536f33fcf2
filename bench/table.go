package main

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A table is written as Markdown that is also readable as it is.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// String lines the columns up; all but the first are numbers, to the right.
func (t *table) String() string {
	width := make([]int, len(t.head))
	for _, cells := range append([][]string{t.head}, t.rows...) {
		for i, c := range cells {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i == 0 {
				b.WriteString("| " + c + space + " |")
			} else {
				b.WriteString(" " + space + c + " |")
			}
		}
		b.WriteString("\n")
	}
	line(t.head)
	for i, w := range width {
		if i == 0 {
			b.WriteString("|" + strings.Repeat("-", w+2) + "|")
		} else {
			b.WriteString(strings.Repeat("-", w+1) + ":|")
		}
	}
	b.WriteString("\n")
	for _, cells := range t.rows {
		line(cells)
	}
	return b.String()
}

// decimal writes a number with so many decimals, and a dash for none.
func decimal(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.*f", places, v)
}

// percent writes a share, and a dash for none.
func percent(share float64) string { return decimal(100*share, 1) }

// rate writes a number per second with two significant digits or all before
// the point.
func rate(v float64) string {
	switch {
	case v >= 10:
		return decimal(v, 0)
	case v >= 1:
		return decimal(v, 1)
	}
	return fmt.Sprintf("%.2g", v)
}

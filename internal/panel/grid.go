package panel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// A series of more than sparse steps of which not one in twenty has a row is
// no series of that step: its times are uneven.
const (
	sparse = 100_000
	filled = 20
)

// grid puts the rows at hand on equal steps.
func (r *Reader) grid(id string, f form) (Series, error) {
	order := func(a, b row) int { return cmp.Compare(a.tick, b.tick) }
	if !slices.IsSortedFunc(r.rows, order) {
		slices.SortStableFunc(r.rows, order)
	}
	first, last := r.rows[0], r.rows[len(r.rows)-1]
	s := Series{ID: id, first: first.tick, each: r.each(), form: f}
	s.Start = s.form.time(s.first)
	if s.each == 0 {
		s.Values = []float64{last.y}
		s.Replaced = len(r.rows) - 1
		return s, nil
	}
	s.Step = time.Duration(s.each)
	if s.form.parse == "" {
		s.Step = s.form.counts
	}
	if s.form.parse == time.DateOnly && s.Step%(24*time.Hour) != 0 {
		s.form.print = time.DateTime
	}
	steps := (last.tick-first.tick)/s.each + 2
	if steps > sparse && steps > filled*int64(len(r.rows)) {
		remedy := "tell the true step by --step"
		if s.form.parse == "" {
			remedy = "number the steps one by one, or write times as 2006-01-02T15:04:05Z"
		}
		return s, r.faultAt(first.line, fmt.Errorf("the %d rows of series %.80q spread over %d steps of %v, %s", len(r.rows), id, steps-1, s.Step, remedy))
	}
	s.Values = slices.Repeat([]float64{math.NaN()}, int(steps))
	n, before := 0, -1
	for _, at := range r.rows {
		i := int((at.tick - first.tick + s.each/2) / s.each)
		if off := (at.tick - first.tick) % s.each; off != 0 && r.settings.Step == 0 {
			return s, r.faultAt(at.line, fmt.Errorf("series %.80q has steps of %v, and this row is %v past one, correct it or tell the step by --step",
				id, s.Step, time.Duration(off)))
		}
		if i == before {
			s.Replaced++
		}
		s.Values[i], before = at.y, i
		n = i + 1
	}
	s.Values = s.Values[:n:n]
	return s, nil
}

// each is the number of ticks in a step of the sorted rows at hand, or 0 if
// there is nothing to tell it by.
func (r *Reader) each() int64 {
	switch {
	case r.form.parse == "":
		return 1
	case r.settings.Step > 0:
		return int64(r.settings.Step)
	}
	least := int64(0)
	for i := 1; i < len(r.rows); i++ {
		if d := r.rows[i].tick - r.rows[i-1].tick; d > 0 && (least == 0 || d < least) {
			least = d
		}
	}
	return least
}

// Unusable says why nothing can be forecast from s, and what to do: nothing
// was measured, or its step is not known. It is empty for any other series.
func (s Series) Unusable() string {
	switch {
	case s.Gaps() == s.Len():
		return "no row has a number in y, check the source"
	case s.Step <= 0:
		return fmt.Sprintf("its only time is %s, tell the step by --step", s.AppendTime(nil, 0))
	}
	return ""
}

package main

import (
	"testing"

	"headroom/capacity"
)

func TestOrigins(t *testing.T) {
	for _, c := range []struct {
		name            string
		n, horizon, day int
		test            bool
		low, high       int // where horizons may lie
		count           int
	}{
		{"28 days of hours, test", 672, 24, 24, true, 403, 672, 8},
		{"28 days of hours, dev", 672, 24, 24, false, 134, 403, 8},
		{"two weeks of 5 minutes, test", 4032, 288, 288, true, 2419, 4032, 8},
		{"two weeks of 5 minutes, dev", 4032, 288, 288, false, 806, 2419, 8},
		{"six days of hours, dev starts after two days", 144, 24, 24, false, 48, 86, 8},
		{"no room for eight", 100, 24, 24, true, 60, 100, 8},
		{"room for one", 78, 24, 24, true, 48, 78, 1},
		{"no room", 60, 24, 24, true, 0, 0, 0},
	} {
		at := origins(c.n, c.horizon, c.day, c.test)
		if len(at) != c.count {
			t.Errorf("%s: got %d origins %v, want %d", c.name, len(at), at, c.count)
		}
		for i, o := range at {
			if o < c.low || o+c.horizon > c.high {
				t.Errorf("%s: origin %d with horizon %d leaves [%d, %d)", c.name, o, c.horizon, c.low, c.high)
			}
			if i > 0 && (o <= at[i-1] || capacity.CommonDivisor(o-at[i-1], c.day) != 1) {
				t.Errorf("%s: origins %d and %d fall on like phases of a day of %d", c.name, at[i-1], o, c.day)
			}
		}
	}
}

func TestOrigins_Apart(t *testing.T) {
	dev, test := origins(672, 24, 24, false), origins(672, 24, 24, true)
	if last := dev[len(dev)-1] + 24; last > test[0] {
		t.Errorf("got tuning horizons up to %d, want none after the first test origin %d", last, test[0])
	}
}

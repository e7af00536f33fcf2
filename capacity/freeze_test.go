package capacity_test

import (
	"testing"
	"time"

	"headroom/capacity"
)

func TestFreeze_At(t *testing.T) {
	noon := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	window := func(from, to int) capacity.Window { return capacity.Window{From: at(from), To: at(to)} }
	tests := map[string]struct {
		freeze       capacity.Freeze
		want         capacity.Window
		deny         capacity.Deny
		raise, lower bool
	}{
		"no window":         {capacity.Freeze{Deny: capacity.DenyAll}, capacity.Window{}, "", false, false},
		"inside":            {capacity.Freeze{Windows: []capacity.Window{window(-5, 5)}}, window(-5, 5), capacity.DenyLower, false, true},
		"deny all":          {capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{window(-5, 5)}}, window(-5, 5), capacity.DenyAll, true, true},
		"at its beginning":  {capacity.Freeze{Windows: []capacity.Window{window(0, 5)}}, window(0, 5), capacity.DenyLower, false, true},
		"at its end":        {capacity.Freeze{Windows: []capacity.Window{window(-5, 0)}}, capacity.Window{}, "", false, false},
		"another follows":   {capacity.Freeze{Windows: []capacity.Window{window(-5, 5), window(5, 9)}}, window(-5, 9), capacity.DenyLower, false, true},
		"several overlap":   {capacity.Freeze{Windows: []capacity.Window{window(8, 12), window(-9, 3), window(2, 9)}}, window(-9, 12), capacity.DenyLower, false, true},
		"another is apart":  {capacity.Freeze{Windows: []capacity.Window{window(-5, 5), window(6, 9)}}, window(-5, 5), capacity.DenyLower, false, true},
		"one inside of one": {capacity.Freeze{Windows: []capacity.Window{window(-1, 1), window(-5, 5)}}, window(-5, 5), capacity.DenyLower, false, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			w, deny, frozen := tc.freeze.At(noon)
			if w != tc.want || deny != tc.deny || frozen != tc.lower {
				t.Errorf("got %v, %q, %v, want %v, %q, %v", w, deny, frozen, tc.want, tc.deny, tc.lower)
			}
			if raise, lower := tc.freeze.DeniesRaise(noon), tc.freeze.DeniesLower(noon); raise != tc.raise || lower != tc.lower {
				t.Errorf("raise is denied %v and lower %v, want %v and %v", raise, lower, tc.raise, tc.lower)
			}
		})
	}
}

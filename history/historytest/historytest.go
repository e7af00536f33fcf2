// Package historytest holds what every [history.Source] must do, as tests to
// call.
package historytest

import (
	"testing"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// A Place creates a place of its own that holds exactly these objects, and
// returns a source for it and the address that a policy would name. The keys
// are slash-separated and relative to the place; without objects the place
// exists and is empty.
type Place func(t testing.TB, objects map[string][]byte) (source history.Source, address string)

// Source checks that a source does what [history.Source] says.
func Source(t *testing.T, place Place) {
	for name, check := range map[string]func(*testing.T, Place){
		"order":      order,
		"duplicates": duplicates,
		"formats":    formats,
		"ranges":     ranges,
		"gaps":       gaps,
		"ignored":    ignored,
		"odd keys":   oddKeys,
		"many":       many,
		"empty":      empty,
		"broken":     broken,
		"several":    several,
	} {
		t.Run(name, func(t *testing.T) { check(t, place) })
	}
}

// day is the first of the days that all objects of the suite are about.
var day = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// demand reads the columns of the suite's objects.
func demand(address string) capacity.Demand {
	return capacity.Demand{Source: address, Time: "time", Value: "value", Aggregate: capacity.Sum, Step: time.Hour}
}

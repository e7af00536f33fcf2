package historytest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

// A Meter creates a place of its own in which this was measured and nothing
// else, each point for the hour that starts then; it returns a source for it and
// the demand, in steps of an hour, that reads it.
type Meter func(t testing.TB, measured []history.Point) (history.Source, capacity.Demand)

// Metered checks that a source that holds measurements, and no objects, does
// what [history.Source] says.
func Metered(t *testing.T, meter Meter) {
	source, d := meter(t, []history.Point{{At: hour(0), Value: 0}, {At: hour(1), Value: 10}, {At: hour(2), Value: 2.5}, {At: hour(5), Value: 50}})
	for name, c := range map[string]struct {
		from, to time.Time
		want     []point
	}{
		"all":       {hour(0), hour(24), []point{{hour(0), 0}, {hour(1), 10}, {hour(2), 2.5}, {hour(5), 50}}},
		"both ends": {hour(1), hour(2), points(1, 10)},
		"a gap":     {hour(1).Add(1), hour(6), []point{{hour(2), 2.5}, {hour(5), 50}}},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := source.Fetch(t.Context(), d, c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Release()
			if diff := cmp.Diff(c.want, read(table)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if summary := table.Summary(); summary.Rows != len(c.want) || summary.Replaced > 0 {
				t.Errorf("got %+v, want %d rows and no duplicates", summary, len(c.want))
			}
		})
	}
	for name, c := range map[string]struct{ from, to time.Time }{
		"nothing measured": {hour(3), hour(5)},
		"before all":       {hour(-9), hour(-3)},
		"half a step":      {hour(1), hour(1).Add(30 * time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := source.Fetch(t.Context(), d, c.from, c.to); !errors.Is(err, capacity.ErrNoData) {
				t.Errorf("got %v, want %v", err, capacity.ErrNoData)
			}
		})
	}
}

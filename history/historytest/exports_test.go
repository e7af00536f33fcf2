package historytest_test

import (
	"bytes"
	"reflect"
	"testing"

	"headroom/history/historytest"
)

// Exports are the same for the same seed, and differ between seeds. Their load is
// in the order of time, one row per time, on their step.
func TestExports(t *testing.T) {
	first, again, other := historytest.Exports(3), historytest.Exports(3), historytest.Exports(4)
	if !reflect.DeepEqual(first, again) {
		t.Error("two calls with one seed differ")
	}
	names := map[string]bool{}
	for i, e := range first {
		if bytes.Equal(e.Data, other[i].Data) {
			t.Errorf("%v: the same bytes for another seed", e)
		}
		if names[e.Name] {
			t.Errorf("%v: two exports have this name", e)
		}
		names[e.Name] = true
		if days := e.Times[len(e.Times)-1].Sub(e.Times[0]).Hours() / 24; days < 8 || days > 15 {
			t.Errorf("%v: covers %.1f days", e, days)
		}
		for k := 1; k < len(e.Times); k++ {
			if gap := e.Times[k].Sub(e.Times[k-1]); gap <= 0 || gap%e.Step != 0 {
				t.Fatalf("%v: %v comes after %v", e, e.Times[k], e.Times[k-1])
			}
		}
		if len(e.Values) != len(e.Times) {
			t.Errorf("%v: %d values", e, len(e.Values))
		}
	}
}

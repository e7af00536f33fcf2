package capacitytest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"headroom/capacity"
)

// storeList: every key is listed once, in the order of its bytes, with the size of
// what was written last; also from the middle on, and below a folder alone.
func storeList(t *testing.T, s capacity.Store) {
	keys := []string{
		"a", "b.c/x", "b/c", "b/c.d/e", "b/c0", "b/d/e/f", "b/d/g", "b0", "plus+percent%25/x", "space in it", "UPPER/x", "ünïcode/键", "z/1", "z/10", "z/2",
	}
	for i, key := range keys {
		mustPut(t, s, key, make([]byte, i))
	}
	mustPut(t, s, "b/gone", nil)
	if err := s.Delete(t.Context(), "b/gone"); err != nil {
		t.Fatal(err)
	}
	if err := s.Swap(t.Context(), "z/1", make([]byte, 99), wantGet(t, s, "z/1", make([]byte, slices.Index(keys, "z/1")))); err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	for _, prefix := range []string{"", "b/", "b", "b/c", "b/d/", "z/1", "ünï", "none/", "b/d/e/f/", "a/"} {
		for _, after := range append([]string{"", "b/", "b0", "b/d/e/f", "c", "zz", "é"}, keys...) {
			var got, want []string
			for _, key := range keys {
				if strings.HasPrefix(key, prefix) && key > after {
					want = append(want, key)
				}
			}
			for e, err := range s.List(t.Context(), prefix, after) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, e.Key)
				if e.Modified.IsZero() {
					t.Errorf("%q: it does not say when it was written", e.Key)
				}
				if e.Key == "z/1" && e.Size != 99 {
					t.Errorf("%q: got %d bytes, want the 99 that it was swapped to", e.Key, e.Size)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("list %q after %q: got %q, want %q", prefix, after, got, want)
			}
		}
	}
	for e, err := range s.List(t.Context(), "z/", "") { // a loop may end early
		if err != nil || e.Key != "z/1" {
			t.Errorf("got %+v, %v, want z/1", e, err)
		}
		break
	}
}

// storeListNothing: where nothing was written yet there is nothing to list, and a
// caller who has gone gets an error, not the end.
func storeListNothing(t *testing.T, s capacity.Store) {
	for e, err := range s.List(t.Context(), "", "") {
		t.Errorf("got %+v, %v, want nothing", e, err)
	}
	mustPut(t, s, "k", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range s.List(ctx, "", "") {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("got error %v, want %v", last, context.Canceled)
	}
}

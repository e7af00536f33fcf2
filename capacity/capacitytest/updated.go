package capacitytest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"headroom/capacity"
)

// modelUpdated checks what a fitted model promises that is a
// [capacity.Updater]; others have nothing to keep.
func modelUpdated(t *testing.T, m capacity.Model) {
	for name, gap := range map[string]func(i int) bool{
		"whole": func(int) bool { return false },
		"gaps":  func(i int) bool { return i%97 == 50 || i >= 27*24+3 && i < 27*24+5 },
	} {
		t.Run(name, func(t *testing.T) {
			s := Load(28)
			for i := range s.Values {
				if gap(i) {
					s.Values[i] = math.NaN()
				}
			}
			updates(t, m, s)
		})
	}
	t.Run("not updated", func(t *testing.T) { refusesUpdate(t, m) })
}

// updates updates a model by the last day of s.
func updates(t *testing.T, m capacity.Model, s capacity.Series) {
	seen := s.Len() - 24
	start, ok := updater(t, m, s.Slice(0, seen))
	if !ok {
		return
	}
	before := marshal(t, start)
	fitted, err := start.Update(t.Context(), s, seen)
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	if after := marshal(t, start); after != before {
		t.Errorf("the model that was updated has changed from %s to %s", before, after)
	}
	// Stored and read, it learns the same.
	read, err := m.Load([]byte(before))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	again, err := read.(capacity.Updater).Update(t.Context(), s, seen)
	if err != nil {
		t.Fatalf("update the loaded: %v", err)
	}
	if got, want := marshal(t, again), marshal(t, fitted); got != want {
		t.Errorf("update of the loaded: got %s, want %s", got, want)
	}
	// Nor does it matter how much of the past is shown again.
	late, err := start.Update(t.Context(), s.Slice(seen-21*24, s.Len()), 21*24)
	if err != nil || marshal(t, late) != marshal(t, fitted) {
		t.Errorf("update from three weeks and a day: got %s, %v, want %s", marshal(t, late), err, marshal(t, fitted))
	}
	got, err := fitted.Predict(t.Context(), s, 48)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	checkPoint(t, got, 48)

	// A model that can be fitted to several beginnings of a series, on the
	// scale of the first, says what a fit to all of it would be.
	each, ok := m.(interface {
		FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error)
	})
	if !ok {
		return
	}
	anew, err := each.FitEach(t.Context(), s, []int{seen, s.Len()})
	if err != nil {
		t.Fatalf("fit anew: %v", err)
	}
	want, err := anew[1].Predict(t.Context(), s, 48)
	if err != nil {
		t.Fatalf("predict anew: %v", err)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9*math.Abs(want[i]) {
			t.Errorf("step %d: got %v, want %v as fitted anew", i, got[i], want[i])
		}
	}
}

func refusesUpdate(t *testing.T, m capacity.Model) {
	s := Load(28)
	start, ok := updater(t, m, s)
	if !ok {
		return
	}
	same, err := start.Update(t.Context(), s, s.Len())
	if err != nil || marshal(t, same) != marshal(t, start) {
		t.Errorf("update by nothing: got %s, %v, want %s", marshal(t, same), err, marshal(t, start))
	}
	other, negative := s, s
	other.Step = time.Minute
	negative.Values = append(slices.Clone(s.Values), -1)
	for name, bad := range map[string]capacity.Series{
		"no values": {Start: s.Start, Step: s.Step}, "another step": other, "negative": negative, "less than was seen": s.Slice(0, 100),
	} {
		if _, err := start.Update(t.Context(), bad, 200); !errors.Is(err, capacity.ErrBadSeries) {
			t.Errorf("update from %s: got %v, want ErrBadSeries", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := start.Update(ctx, s, 200); !errors.Is(err, context.Canceled) {
		t.Errorf("update: got %v, want %v", err, context.Canceled)
	}
}

// updater fits m to s, and reports whether it can be updated.
func updater(t testing.TB, m capacity.Model, s capacity.Series) (capacity.Updater, bool) {
	t.Helper()
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	u, ok := fitted.(capacity.Updater)
	return u, ok
}

// marshal is the stored form of f, or nothing if there is no f.
func marshal(t testing.TB, f capacity.Fitted) string {
	t.Helper()
	if f == nil {
		return ""
	}
	data, err := f.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	return string(data)
}

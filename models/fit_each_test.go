package models_test

import (
	"bytes"
	"context"
	"math"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// fittedEach is what the model of that name fits to the first so many steps of
// s, in their stored forms and with what they forecast.
func fittedEach(t testing.TB, name string, s capacity.Series, ends []int) (stored [][]byte, points [][]float64) {
	t.Helper()
	each, ok := model(t, name).(interface {
		FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error)
	})
	if !ok {
		t.Fatalf("%s cannot be fitted to several beginnings at once", name)
	}
	fitted, err := each.FitEach(t.Context(), s, ends)
	if err != nil {
		t.Fatalf("%s: fit: %v", name, err)
	}
	for i, f := range fitted {
		data, err := f.MarshalBinary()
		if err != nil {
			t.Fatalf("%s: marshal: %v", name, err)
		}
		point, err := f.Predict(t.Context(), s.Slice(0, ends[i]), 30)
		if err != nil {
			t.Fatalf("%s: predict: %v", name, err)
		}
		stored, points = append(stored, data), append(points, point)
	}
	return stored, points
}

// gapped is four weeks of load with a few gaps.
func gapped() capacity.Series {
	s := capacitytest.Load(28)
	for i := 50; i < s.Len(); i += 97 {
		s.Values[i] = math.NaN()
	}
	return s
}

// What is fitted at one end sees nothing beyond it, and at the first end it is
// what Fit would have fitted.
func TestFitEach(t *testing.T) {
	ends := []int{300, 330, 360, 500, 640}
	for _, name := range []string{"harmonic", "ets", "mstl"} {
		t.Run(name, func(t *testing.T) {
			s := gapped()
			want, _ := fittedEach(t, name, s, ends)
			for k, end := range ends {
				changed := gapped()
				for i := end; i < s.Len(); i++ {
					changed.Values[i] = 1.3*changed.Values[i] + 7
				}
				if got, _ := fittedEach(t, name, changed, ends); !bytes.Equal(got[k], want[k]) {
					t.Errorf("at step %d: got %s after the future was changed, want %s", end, got[k], want[k])
				}
			}
			fitted, err := model(t, name).Fit(t.Context(), s.Slice(0, ends[0]))
			if err != nil {
				t.Fatalf("fit: %v", err)
			}
			if got, err := fitted.MarshalBinary(); err != nil || !bytes.Equal(got, want[0]) {
				t.Errorf("got %s, %v from Fit, want %s", got, err, want[0])
			}
		})
	}
}

// What was found at an earlier end hardly changes what is found at a later one:
// both forecast load that repeats itself, within a tenth of its range.
func TestFitEach_Later(t *testing.T) {
	for _, name := range []string{"harmonic", "ets", "mstl"} {
		_, points := fittedEach(t, name, gapped(), []int{300, 340, 380, 420, 460, 500, 540, 580, 620})
		_, alone := fittedEach(t, name, gapped(), []int{620})
		for i, want := range alone[0] {
			if got := points[8][i]; math.Abs(got-want) > 0.1*want {
				t.Errorf("%s, step %d: got %v after earlier ends, want about %v", name, i, got, want)
			}
		}
	}
}

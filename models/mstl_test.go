package models_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// A day within a week is continued, also after gaps.
func TestMstl_DayAndWeek(t *testing.T) {
	load := func(i int) float64 {
		return 100 + 30*math.Sin(2*math.Pi*float64(i)/24) - 20*float64(i/24%7/5)
	}
	s := series()
	for i := range 6 * 168 {
		if s.Values = append(s.Values, load(i)); i%40 == 5 || i > 700 && i < 720 {
			s.Values[i] = math.NaN()
		}
	}
	got := mustPredict(t, model(t, "mstl"), s, 168)
	checkClose(t, got, func(step int) float64 { return load(s.Len() + step) }, 3)
}

// The week comes in once there are more than two of it.
func TestMstl_Seasons(t *testing.T) {
	for _, test := range []struct {
		days int
		want []int
	}{
		{3, []int{24}},
		{14, []int{24}},
		{15, []int{24, 168}},
	} {
		fitted, err := model(t, "mstl").Fit(t.Context(), capacitytest.Load(test.days))
		if err != nil {
			t.Fatalf("%d days: fit: %v", test.days, err)
		}
		data, err := fitted.MarshalBinary()
		if err != nil {
			t.Fatalf("%d days: marshal: %v", test.days, err)
		}
		var form struct{ Seasons []int }
		if err := json.Unmarshal(data, &form); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, form.Seasons); diff != "" {
			t.Errorf("%d days (-want +got):\n%s", test.days, diff)
		}
	}
	if _, err := model(t, "mstl").Fit(t.Context(), capacitytest.Load(2)); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("2 days: got %v, want ErrTooShort", err)
	}
}

func TestMstl_LoadRefuses(t *testing.T) {
	m := model(t, "mstl")
	fitted, err := m.Fit(t.Context(), capacitytest.Load(28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	for name, change := range map[string]func(form map[string]any){
		"no seasons":           func(form map[string]any) { form["Seasons"] = nil },
		"seasons out of order": func(form map[string]any) { form["Seasons"] = []int{168, 24} },
		"a season of 1":        func(form map[string]any) { form["Seasons"] = []int{1, 168} },
		"an endless season":    func(form map[string]any) { form["Seasons"] = []int{24, 1 << 40} },
		"a seasonal rest":      func(form map[string]any) { form["Smoothing"].(map[string]any)["Season"] = 24 },
		"bounds reversed":      func(form map[string]any) { form["Least"] = 1e9 },
	} {
		t.Run(name, func(t *testing.T) {
			var form map[string]any
			if err := json.Unmarshal(data, &form); err != nil {
				t.Fatal(err)
			}
			change(form)
			changed, err := json.Marshal(form)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.Load(changed); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %v, want ErrBadData", err)
			}
		})
	}
}

// A forecast of what a model was fitted to is that of the model read back, and
// one of another series is not the same.
func TestMstl_Seen(t *testing.T) {
	s := gapped()
	fitted, err := model(t, "mstl").Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	first, err := fitted.Predict(t.Context(), s, 24)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	s.Values[s.Len()-1] *= 1.5
	changed, err := fitted.Predict(t.Context(), s, 24)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	if changed[0] == first[0] {
		t.Errorf("got %v for a series that has changed in place, too", first[0])
	}
}

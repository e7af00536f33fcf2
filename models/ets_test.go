package models_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"headroom/capacity"
)

// shapes are loads that a form of exponential smoothing fits without error.
var shapes = map[string]struct {
	load func(i int) float64
	log  bool
}{
	"line and day":   {load: func(i int) float64 { return 100 + 0.5*float64(i) + 20*math.Sin(float64(i%24)) }},
	"growth and day": {load: func(i int) float64 { return math.Exp(3+0.003*float64(i)) * (2 + math.Sin(float64(i%24))) }, log: true},
	"day":            {load: func(i int) float64 { return float64(i % 24) }},
}

// With and without gaps, what fits without error is continued without error,
// and on the scale on which it does.
func TestEts_Exact(t *testing.T) {
	for name, shape := range shapes {
		for gaps, gap := range map[string]func(i int) bool{
			"whole":    func(int) bool { return false },
			"gaps":     func(i int) bool { return i%31 == 3 || i > 200 && i < 230 },
			"late gap": func(i int) bool { return i >= 400 },
		} {
			t.Run(name+", "+gaps, func(t *testing.T) {
				s := series()
				for i := range 24 * 18 {
					if s.Values = append(s.Values, shape.load(i)); gap(i) {
						s.Values[i] = math.NaN()
					}
				}
				fitted, err := model(t, "ets").Fit(t.Context(), s)
				if err != nil {
					t.Fatalf("fit: %v", err)
				}
				got, err := fitted.Predict(t.Context(), s, 30)
				if err != nil {
					t.Fatalf("predict: %v", err)
				}
				checkClose(t, got, func(step int) float64 { return shape.load(s.Len() + step) }, 0.5)
				form := struct{ Scale struct{ Log bool } }{}
				data, err := fitted.MarshalBinary()
				if err == nil {
					err = json.Unmarshal(data, &form)
				}
				if err != nil || form.Scale.Log != shape.log {
					t.Errorf("on the logarithm: got %v, %v, want %v", form.Scale.Log, err, shape.log)
				}
			})
		}
	}
}

func TestEts_LoadRefuses(t *testing.T) {
	good := map[string]string{
		"ets":             `{"Season":24,"Alpha":0.5,"Beta":0,"Gamma":0.2,"Phi":0}`,
		"double-seasonal": `{"Day":24,"Week":168,"Alpha":0.2,"Delta":0.2,"Omega":0.3,"Phi":0.8}`,
	}
	for _, test := range []struct {
		name, model, field string
		value              any
	}{
		{"a season of 1", "ets", "Season", 1},
		{"an endless season", "ets", "Season", 1e6},
		{"a share above 1", "ets", "Alpha", 1.1},
		{"a negative share", "ets", "Gamma", -0.1},
		{"a slope that grows", "ets", "Phi", 1.1},
		{"a day of 1", "double-seasonal", "Day", 1},
		{"a week within a day", "double-seasonal", "Week", 24},
		{"shares above 1", "double-seasonal", "Omega", 0.7},
		{"errors that grow", "double-seasonal", "Phi", 1},
	} {
		t.Run(test.model+", "+test.name, func(t *testing.T) {
			data, err := learnt(t, test.model, good[test.model]).MarshalBinary()
			if err != nil {
				t.Fatalf("marshal: %v", err)
			}
			var form map[string]any
			if err := json.Unmarshal(data, &form); err != nil {
				t.Fatal(err)
			}
			form["Smoothing"].(map[string]any)[test.field] = test.value
			if data, err = json.Marshal(form); err != nil {
				t.Fatal(err)
			}
			if _, err := model(t, test.model).Load(data); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %v, want ErrBadData", err)
			}
		})
	}
}

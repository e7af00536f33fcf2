package models_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// A wave that obeys one recurrence and then another one is forecast by the
// first until the model has learnt from enough of the second.
func TestRidge_Update(t *testing.T) {
	s := series()
	for i := range 400 {
		s.Values = append(s.Values, 50+20*math.Sin(float64(i)/3.7))
	}
	fitted, err := model(t, "ridge-linear").Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	for i := range 4000 {
		s.Values = append(s.Values, 50+20*math.Sin(float64(i)/9.1))
	}
	updated, err := fitted.(capacity.Updater).Update(t.Context(), s, 400)
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	errs := [2]float64{}
	for k, f := range []capacity.Fitted{fitted, updated} {
		point, err := f.Predict(t.Context(), s, 12)
		if err != nil {
			t.Fatalf("predict: %v", err)
		}
		for i, v := range point {
			errs[k] += math.Abs(v - (50 + 20*math.Sin(float64(4000+i)/9.1)))
		}
	}
	if errs[1] > errs[0]/10 {
		t.Errorf("12 steps are off by %v in all before the update and by %v after it, want a tenth", errs[0], errs[1])
	}
}

// What is stored of a ridge to update it has the size that MarshalText states.
func TestRidge_MomentsSize(t *testing.T) {
	stored := storedRidge(t)
	p := len(stored["Lags"].([]any))
	raw := 8 * (1 + (p + 1) + (p+1)*(p+2)/2)
	if got, want := len(stored["Moments"].(string)), base64.StdEncoding.EncodedLen(raw); got != want {
		t.Errorf("moments of %d lags: got %d bytes, want %d", p, got, want)
	}
}

func TestRidge_LoadRefusesMoments(t *testing.T) {
	moments := storedRidge(t)["Moments"].(string)
	for name, damaged := range map[string]any{
		"none":            "",
		"of other lags":   moments[:len(moments)/2/32*32],
		"no text":         7,
		"no base64":       strings.Replace(moments, moments[:1], "!", 1),
		"no numbers":      strings.Repeat("/", len(moments)/4*4-4) + moments[len(moments)-4:],
		"nothing but 0 s": strings.Repeat("A", len(moments)/4*4-4) + moments[len(moments)-4:],
	} {
		t.Run(name, func(t *testing.T) {
			stored := storedRidge(t)
			stored["Moments"] = damaged
			data, err := json.Marshal(stored)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := model(t, "ridge").Load(data); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %v, want ErrBadData", err)
			}
		})
	}
}

// storedRidge is what a ridge wrote, field by field.
func storedRidge(t testing.TB) map[string]any {
	t.Helper()
	fitted, err := model(t, "ridge").Fit(t.Context(), capacitytest.Load(28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	var stored map[string]any
	if err := json.Unmarshal(data, &stored); err != nil {
		t.Fatalf("the stored form is no JSON: %v", err)
	}
	return stored
}

// BenchmarkUpdate takes in one new hour after four weeks of them.
func BenchmarkUpdate(b *testing.B) {
	s := capacitytest.Load(28)
	for _, name := range []string{"ridge", "ridge-dense", "blend"} {
		b.Run(name, func(b *testing.B) {
			fitted, err := model(b, name).Fit(b.Context(), s.Slice(0, s.Len()-1))
			if err != nil {
				b.Fatal(err)
			}
			data, err := fitted.MarshalBinary()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := fitted.(capacity.Updater).Update(b.Context(), s, s.Len()-1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(data)), "stored-bytes")
		})
	}
}

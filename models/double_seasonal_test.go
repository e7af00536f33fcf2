package models_test

import (
	"math"
	"testing"

	"headroom/capacity/capacitytest"
)

// The independent computation is equations (1) to (4) of Taylor's double
// seasonal form (European Journal of Operational Research 204, 2010, 139-152)
// in its component form, begun arbitrarily: the beginning is forgotten.
func TestDoubleSeasonal_Components(t *testing.T) {
	const alpha, delta, omega, phi, day, week = 0.2, 0.15, 0.3, 0.7, 3, 12
	s := capacitytest.Load(60)
	level, d, w, e := 90.0, make([]float64, day), make([]float64, week), 0.0
	for i, v := range s.Values {
		was, wasDay, wasWeek := level, d[i%day], w[i%week]
		level = alpha*(v-wasDay-wasWeek) + (1-alpha)*was
		d[i%day] = delta*(v-was-wasWeek) + (1-delta)*wasDay
		w[i%week] = omega*(v-was-wasDay) + (1-omega)*wasWeek
		e = v - was - wasDay - wasWeek
	}
	got, err := learnt(t, "double-seasonal", `{"Day":3,"Week":12,"Alpha":0.2,"Delta":0.15,"Omega":0.3,"Phi":0.7}`).Predict(t.Context(), s, 30)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	n := s.Len()
	checkClose(t, got, func(step int) float64 {
		return max(0, level+d[(n+step)%day]+w[(n+step)%week]+math.Pow(phi, float64(step+1))*e)
	}, 1e-6)
}

// A day within a week is continued exactly, also after gaps.
func TestDoubleSeasonal_Exact(t *testing.T) {
	load := func(i int) float64 {
		return 100 + 30*math.Sin(2*math.Pi*float64(i)/24) - 20*float64(i/24%7/5)
	}
	s := series()
	for i := range 5 * 168 {
		if s.Values = append(s.Values, load(i)); i%40 == 5 || i > 700 && i < 720 {
			s.Values[i] = math.NaN()
		}
	}
	got := mustPredict(t, model(t, "double-seasonal"), s, 200)
	checkClose(t, got, func(step int) float64 { return load(s.Len() + step) }, 0.5)
}

package models_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// learnt is the model of that name as if it had learnt the parameters of the
// given field of its stored form, on load up to 1000.
func learnt(t testing.TB, name, parameters string) capacity.Fitted {
	t.Helper()
	text := fmt.Sprintf(`{"Model":%q,"Version":1,"Step":3600000000000,"Scale":{"Log":false,"Unit":1,"Shift":0},"Smoothing":%s,"Least":0,"Most":1000}`, name, parameters)
	fitted, err := model(t, name).Load([]byte(text))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return fitted
}

// mustPredict is the forecast of h steps after s by m, fitted to s.
func mustPredict(t testing.TB, m capacity.Model, s capacity.Series, h int) []float64 {
	t.Helper()
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	point, err := fitted.Predict(t.Context(), s, h)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	return point
}

// checkClose reports steps of a forecast that are off by more than tolerance.
func checkClose(t testing.TB, got []float64, want func(step int) float64, tolerance float64) {
	t.Helper()
	for i, v := range got {
		if math.Abs(v-want(i)) > tolerance {
			t.Errorf("step %d: got %v, want %v", i, v, want(i))
		}
	}
}

// The independent computation is Holt and Winters' in its component form with
// a damped trend (Gardner, Journal of Forecasting 4, 1985, 1-28), begun
// arbitrarily: the beginning is forgotten. In that form the shares are α, β/α
// and γ/(1-α).
func TestSmoothing_HoltWinters(t *testing.T) {
	const alpha, beta, gamma, phi, m = 0.4, 0.08, 0.3, 0.9, 4
	s := capacitytest.Load(40)
	level, slope, season := 50.0, 0.0, make([]float64, m)
	for i, v := range s.Values {
		was := level
		level = alpha*(v-season[i%m]) + (1-alpha)*(was+phi*slope)
		// The season is updated with the forecast of the level, as the
		// innovations form does with γ/(1-α) in place of γ.
		season[i%m] = gamma/(1-alpha)*(v-level) + (1-gamma/(1-alpha))*season[i%m]
		slope = beta/alpha*(level-was) + (1-beta/alpha)*phi*slope
	}
	fitted := learnt(t, "damped", fmt.Sprintf(`{"Season":%d,"Alpha":%g,"Beta":%g,"Gamma":%g,"Phi":%g}`, m, alpha, beta, gamma, phi))
	got, err := fitted.Predict(t.Context(), s, 12)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	checkClose(t, got, func(step int) float64 {
		damping, sum := 1.0, 0.0
		for range step + 1 {
			damping *= phi
			sum += damping
		}
		return max(0, level+sum*slope+season[(len(s.Values)+step)%m])
	}, 1e-6)
}

// The mean of all earlier values, with weights that fall by 1-α each step, is
// simple exponential smoothing (Brown 1959).
func TestSmoothing_Simple(t *testing.T) {
	s := capacitytest.Load(20)
	want, weight, total := 0.0, 1.0, 0.0
	for _, v := range slices.Backward(s.Values) {
		want += weight * v
		total += weight
		weight *= 1 - 0.3
	}
	got, err := learnt(t, "ets", `{"Season":0,"Alpha":0.3,"Beta":0,"Gamma":0,"Phi":0}`).Predict(t.Context(), s, 3)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	checkClose(t, got, func(int) float64 { return want / total }, 1e-6)
}

// After a gap the forecast is what it was before, as much further on: nothing
// was learnt. The history is long enough for its beginning to be forgotten.
func TestSmoothing_GapAtEnd(t *testing.T) {
	for name, parameters := range map[string]string{
		"ets":             `{"Season":24,"Alpha":0.5,"Beta":0,"Gamma":0.2,"Phi":0}`,
		"double-seasonal": `{"Day":24,"Week":168,"Alpha":0.02,"Delta":0.2,"Omega":0.5,"Phi":0.8}`,
	} {
		fitted, s := learnt(t, name, parameters), capacitytest.Load(240)
		before, err := fitted.Predict(t.Context(), s, 60)
		if err != nil {
			t.Fatalf("%s: predict: %v", name, err)
		}
		s.Values = append(s.Values, slices.Repeat([]float64{math.NaN()}, 10)...)
		after, err := fitted.Predict(t.Context(), s, 50)
		if err != nil {
			t.Fatalf("%s: predict after the gap: %v", name, err)
		}
		checkClose(t, after, func(step int) float64 { return before[step+10] }, 1e-6)
	}
}

// A slope that would leave the range of the load is dropped: the load climbs
// by 1 a step, and 500 steps on it would be thrice what it ever was.
func TestSmoothing_RunAway(t *testing.T) {
	s := series()
	for i := range 300 {
		s.Values = append(s.Values, float64(i))
	}
	point, err := learnt(t, "ets", `{"Season":0,"Alpha":0.5,"Beta":0.1,"Gamma":0,"Phi":1}`).Predict(t.Context(), s, 2000)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	checkClose(t, point, func(int) float64 { return 299 }, 1e-6)
}

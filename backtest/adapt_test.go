package backtest_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity/capacitytest"
)

// stream is what follows a calibration: one forecast of 100 from each step, of
// as many steps, and what is then measured, which is noise around a level that
// may depend on the time.
func stream(steps, horizon int, level func(at int) float64) []backtest.Origin {
	random := rand.New(rand.NewPCG(6, 7))
	measured := make([]float64, steps+horizon)
	for i := range measured {
		measured[i] = level(i) + 5*random.NormFloat64()
	}
	var all []backtest.Origin
	for at := range steps {
		o := backtest.Origin{Train: at}
		for t := range horizon {
			o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, 100), append(o.Actual, measured[at+t])
		}
		all = append(all, o)
	}
	return all
}

// knownAt cuts the origins before a step down to what was measured before it.
func knownAt(all []backtest.Origin, now int) []backtest.Origin {
	var out []backtest.Origin
	for _, o := range all[:now] {
		n := min(len(o.Steps), now-o.Train)
		out = append(out, backtest.Origin{Train: o.Train, Steps: o.Steps[:n], Point: o.Point[:n], Actual: o.Actual[:n]})
	}
	return out
}

func trained(t testing.TB, horizon int) backtest.Calibration {
	random := rand.New(rand.NewPCG(8, 9))
	return calibration(t, noisy(8, horizon, func(int) float64 { return 5 * random.NormFloat64() }))
}

// The load jumps for good, and the model never notices: it goes on forecasting
// 100, up to 20 standard deviations too low. Twelve steps later the share below
// P90 is within 3 points of 0.9 again, and the median is in the middle.
func TestCalibration_AdaptLevelShift(t *testing.T) {
	const shift, settled, steps = 100, 112, 700
	for name, factor := range map[string]float64{"30 % more": 1.3, "60 % more": 1.6, "twice": 2, "30 % less": 0.7} {
		t.Run(name, func(t *testing.T) {
			all := stream(steps, 1, func(at int) float64 {
				if at < shift {
					return 100
				}
				return 100 * factor
			})
			c, missed := trained(t, 1), 0
			before, after, middle := 0.0, 0.0, 0.0
			for at, o := range all {
				f := quantiles(c, o.Point, []float64{0.5, 0.9})
				below := 0.0
				if o.Actual[0] <= f[1][0] {
					below = 1
				}
				switch {
				case at < shift:
					before += below / shift
				case at < settled:
					missed += 1 - int(below)
				default:
					after += below / (steps - settled)
					if o.Actual[0] <= f[0][0] {
						middle += 1.0 / (steps - settled)
					}
				}
				c = c.Adapt([]backtest.Origin{o})
			}
			if math.Abs(after-0.9) > 0.03 {
				t.Errorf("share below P90 from 12 steps after the shift on: got %.3f, want 0.9 within 0.03", after)
			}
			if math.Abs(before-0.9) > 0.06 {
				t.Errorf("share below P90 before the shift: got %.3f, want 0.9 within 0.06", before)
			}
			if factor > 1 && (missed < 1 || missed > 8) {
				t.Errorf("in the 12 steps after the shift %d lay above P90, want 1 to 8", missed)
			}
			if math.Abs(middle-0.5) > 0.15 {
				t.Errorf("share below the median after the shift: got %.3f, want 0.5 within 0.15", middle)
			}
		})
	}
}

// Farther ahead the news takes longer: a forecast of the 24th step is only
// judged a day later. Within three days of the shift P90 is right everywhere.
func TestCalibration_AdaptHorizon(t *testing.T) {
	const shift, settled, steps, horizon = 100, 172, 500, 24
	all := stream(steps, horizon, func(at int) float64 {
		if at < shift {
			return 100
		}
		return 160
	})
	c := trained(t, horizon)
	below, n := make([]float64, horizon), 0.0
	for at := settled; at < steps; at++ {
		f := quantiles(c.Adapt(knownAt(all, at)), all[at].Point, []float64{0.9})
		n++
		for t := range horizon {
			if all[at].Actual[t] <= f[0][t] {
				below[t]++
			}
		}
	}
	for _, block := range [][2]int{{0, 1}, {1, 6}, {6, 24}} {
		share := 0.0
		for t := block[0]; t < block[1]; t++ {
			share += below[t] / n / float64(block[1]-block[0])
		}
		if math.Abs(share-0.9) > 0.05 {
			t.Errorf("steps %d to %d: share below P90 got %.3f, want 0.9 within 0.05", block[0], block[1], share)
		}
	}
}

// A single spike moves the median by less than one usual error.
func TestCalibration_AdaptSpike(t *testing.T) {
	c := trained(t, 1)
	spike := backtest.Origin{Steps: []int{0}, Point: []float64{100}, Actual: []float64{5000}}
	got := quantiles(c.Adapt([]backtest.Origin{spike}), []float64{100}, []float64{0.5, 0.9})
	if got[0][0] > 104 {
		t.Errorf("median after a spike: got %v, want at most 104", got[0][0])
	}
	if before := quantiles(c, []float64{100}, []float64{0.9}); got[1][0] <= before[0][0] {
		t.Errorf("P90 after a spike: got %v, want more than %v", got[1][0], before[0][0])
	}
}

// It changes nothing but its result, and may be continued where it stopped.
func TestCalibration_AdaptAgain(t *testing.T) {
	all := stream(40, 12, func(int) float64 { return 120 })
	c, untouched := trained(t, 12), trained(t, 12)
	want := c.Adapt(all)
	if diff := cmp.Diff(untouched, c); diff != "" {
		t.Errorf("the calibration that was adapted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, c.Adapt(all[:17]).Adapt(all[17:])); diff != "" {
		t.Errorf("in two parts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c, c.Adapt(nil)); diff != "" {
		t.Errorf("adapted to nothing (-want +got):\n%s", diff)
	}
}

func TestRecent(t *testing.T) {
	s := capacitytest.Load(28)
	learnt := s.Len() - 30
	s.Values[s.Len()-5] = math.NaN()
	fitted, err := model(t, "seasonal-naive-day").Fit(t.Context(), s.Slice(0, learnt))
	if err != nil {
		t.Fatal(err)
	}
	got, err := backtest.Recent(t.Context(), fitted, s, learnt, 12)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 30 || got[0].Train != learnt || got[29].Train != s.Len()-1 {
		t.Fatalf("got %d origins, want one at each of the 30 steps since", len(got))
	}
	for _, o := range got {
		for i, step := range o.Steps {
			at := o.Train + step
			if at >= s.Len() || step >= 12 || o.Actual[i] != s.Values[at] || o.Point[i] != s.Values[at-24] {
				t.Fatalf("origin %d, step %d: got forecast %v and measurement %v, want %v and %v", o.Train, step, o.Point[i], o.Actual[i], s.Values[at-24], s.Values[at])
			}
		}
	}
	if got, want := len(got[29].Steps), 1; got != want {
		t.Errorf("last origin: got %d steps, want %d", got, want)
	}
	none, err := backtest.Recent(t.Context(), fitted, s, s.Len(), 12)
	if err != nil || len(none) != 0 {
		t.Errorf("nothing measured since: got %d origins and %v, want none", len(none), err)
	}
	far, err := backtest.Recent(t.Context(), fitted, s, 0, 100)
	if err != nil || len(far) > 150 || far[0].Train > s.Len()-280 {
		t.Errorf("over 300 steps: got %d origins and %v, want at most 150 that go back about as far", len(far), err)
	}
}

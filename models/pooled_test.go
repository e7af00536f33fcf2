package models_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models"
)

// persistent is so many series of 80 steps at different levels; of what one
// leaves beside its level, a share returns in the next step.
func persistent(n int, share float64) []capacity.Series {
	random := rand.New(rand.NewPCG(5, 7))
	var panel []capacity.Series
	for i := range n {
		var values []float64
		rest, level := 0.0, 100*float64(i+1)
		for range 80 {
			rest = share*rest + random.NormFloat64()
			values = append(values, level*(1+rest/30))
		}
		panel = append(panel, series(values...))
	}
	return panel
}

func ExamplePooled() {
	ctx, panel := context.Background(), persistent(40, 0.8)
	fitted, err := models.Pooled(panel, nil).Fit(ctx, panel[8])
	if err != nil {
		fmt.Println(err)
		return
	}
	// The ninth series is above its mean, to which it returns.
	point, err := fitted.Predict(ctx, panel[8], 20)
	fmt.Printf("%.0f %.0f %.0f %v\n", point[0], point[1], point[19], err)
	// Output: 941 927 885 <nil>
}

// The weights of a panel come closer to the truth than those of any series
// alone: the share that returns is found from what a forecast does with it.
func TestPooled_Share(t *testing.T) {
	const want = 0.8
	panel := persistent(40, want)
	share := func(of []capacity.Series) float64 {
		s := panel[3]
		fitted, err := models.Pooled(of, nil).Fit(t.Context(), s)
		if err != nil {
			t.Fatalf("fit: %v", err)
		}
		high := s
		high.Values = slices.Clone(s.Values)
		high.Values[s.Len()-1] += 10
		low, err := fitted.Predict(t.Context(), s, 1)
		if err != nil {
			t.Fatalf("predict: %v", err)
		}
		up, err := fitted.Predict(t.Context(), high, 1)
		if err != nil {
			t.Fatalf("predict: %v", err)
		}
		return (up[0] - low[0]) / 10
	}
	// 3200 rows: the standard error is √((1-0.8²)/3200) = 0.01, and centring by
	// means of 80 steps takes (1+4·0.8)/80 = 0.05 off.
	if got := share(panel); math.Abs(got-want) > 0.08 {
		t.Errorf("share that returns, from the panel: got %.3f, want %v", got, want)
	}
}

func TestPooled_Contract(t *testing.T) {
	panel := []capacity.Series{capacitytest.Load(28), capacitytest.Load(21), {}}
	capacitytest.Model(t, models.Pooled(panel, []int{24, 168}))
}

func TestPooled_TooShort(t *testing.T) {
	for name, panel := range map[string][]capacity.Series{
		"no panel":    nil,
		"short panel": {capacitytest.Load(1)},
		"constant":    {series(slices.Repeat([]float64{5}, 1000)...)},
	} {
		_, err := models.Pooled(panel, []int{24, 168}).Fit(t.Context(), capacitytest.Load(28))
		if !errors.Is(err, capacity.ErrTooShort) {
			t.Errorf("%s: got %v, want %v", name, err, capacity.ErrTooShort)
		}
	}
}

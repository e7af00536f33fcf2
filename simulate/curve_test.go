package simulate_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/simulate"
)

func scores(points ...[2]float64) []simulate.Score {
	var list []simulate.Score
	for i, p := range points {
		list = append(list, simulate.Score{Setting: float64(i), Share: p[0], Cost: p[1]})
	}
	return list
}

// TestHull: (0.02, 90) is above the line from (0.01, 80) on, (0.05, 60) lies
// above the line from (0.01, 80) to (0.1, 20), (0.3, 20) costs as much as a
// safer one.
func TestHull(t *testing.T) {
	got := simulate.Hull(scores([2]float64{0.1, 20}, [2]float64{0, 200}, [2]float64{0.02, 90}, [2]float64{0.05, 60}, [2]float64{0.01, 80}, [2]float64{0.3, 20}))
	want := simulate.Curve{{Setting: 1, Share: 0, Cost: 200}, {Setting: 4, Share: 0.01, Cost: 80}, {Setting: 0, Share: 0.1, Cost: 20}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hull (-want +got):\n%s", diff)
	}
}

func TestCurveCostAt(t *testing.T) {
	c := simulate.Hull(scores([2]float64{0.01, 80}, [2]float64{0.1, 20}))
	oracle := simulate.Hull(scores([2]float64{0, 40}, [2]float64{0.1, 10}))
	for name, test := range map[string]struct {
		share, cost, excess float64
		reach               simulate.Reach
	}{
		"on a point":     {0.01, 80, 80.0/37 - 1, simulate.Within},
		"between points": {0.055, 50, 50/23.5 - 1, simulate.Within},
		"too strict":     {0.005, 0, 0, simulate.Stricter},
		"loose":          {0.5, 20, 1, simulate.Looser},
	} {
		t.Run(name, func(t *testing.T) {
			cost, reach := c.CostAt(test.share)
			if math.Abs(cost-test.cost) > 1e-9 || reach != test.reach {
				t.Errorf("got %v %s, want %v %s", cost, reach, test.cost, test.reach)
			}
			excess, reach := c.ExcessAt(test.share, oracle)
			if math.Abs(excess-test.excess) > 1e-9 || reach != test.reach {
				t.Errorf("excess is %v %s, want %v %s", excess, reach, test.excess, test.reach)
			}
		})
	}
	if _, reach := (simulate.Curve{}).CostAt(1); reach != simulate.Stricter {
		t.Errorf("an empty curve is %s, want %s", reach, simulate.Stricter)
	}
}

func TestCompare(t *testing.T) {
	a, b := []float64{2, 8, 4, 4, 4, 4, 4, 4}, []float64{1, 2, 1.5, 2, 2.5, 2, 2, 2}
	got, err := simulate.Compare(a, b, 7)
	if err != nil {
		t.Fatal(err)
	}
	// The product of the ratios 2, 4, 8/3, 2, 1.6, 2, 2, 2 is 546.13.
	if want := math.Pow(546.1333333333333, 1.0/8); math.Abs(got.Ratio-want) > 1e-9 {
		t.Errorf("ratio is %v, want %v", got.Ratio, want)
	}
	if !(1.6 < got.Low && got.Low < got.Ratio && got.Ratio < got.High && got.High < 4) {
		t.Errorf("interval of %+v is not about the ratio", got)
	}
	if again, _ := simulate.Compare(a, b, 7); again != got {
		t.Errorf("the same seed gives %v and %v", got, again)
	}
	for name, bad := range map[string][2][]float64{
		"nothing": {nil, nil}, "lengths": {{1}, {1, 2}}, "zero": {{0}, {1}}, "negative": {{-1}, {-1}}, "NaN": {{math.NaN()}, {1}},
	} {
		if _, err := simulate.Compare(bad[0], bad[1], 1); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("%s: error is %v, want %v", name, err, capacity.ErrBadData)
		}
	}
}

func ExampleCurve_CostAt() {
	curve := simulate.Hull([]simulate.Score{{Share: 0, Cost: 120}, {Share: 0.01, Cost: 100}})
	fmt.Println(curve.CostAt(0.0025))
	fmt.Println(curve.CostAt(0.02))
	// Output:
	// 115 within
	// 100 looser than any setting tried
}

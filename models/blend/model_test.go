package blend_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models"
	"headroom/models/blend"
)

// members are the models without the blends.
func members() []capacity.Model {
	var singles []capacity.Model
	for _, m := range models.New([]int{24, 168}) {
		if _, blends := m.(blend.Model); !blends {
			singles = append(singles, m)
		}
	}
	return singles
}

func ExampleModel() {
	ctx, s := context.Background(), capacitytest.Load(28)
	m := blend.Model{As: "blend", Trim: 0.3, Members: members()}
	fitted, err := m.Fit(ctx, s)
	if err != nil {
		fmt.Println(err)
		return
	}
	point, err := fitted.Predict(ctx, s, 24)
	fmt.Println(len(point), err)
	// Output: 24 <nil>
}

func TestModel_PointAt(t *testing.T) {
	all := members()[:3]
	names := []string{all[0].Name(), all[1].Name(), all[2].Name()}
	points := map[string][]float64{names[0]: {1, 1, 1}, names[1]: {2, 2, 2}, names[2]: {9, 9, 9}}
	learnt := blend.Weights{Members: names, Ends: []int{1, 2}, Shares: [][]float64{{1, 0, 0}, {0, 0.5, 0.5}}}
	for name, test := range map[string]struct {
		trim    float64
		weights blend.Weights
		points  map[string][]float64
		want    []float64
	}{
		"mean":   {0, blend.Weights{}, points, []float64{4, 4, 4}},
		"median": {0.5, blend.Weights{}, points, []float64{2, 2, 2}},
		// Weight 3 in all; from 0.9 to 2.1 lies 0.1 of the first, all of the
		// second, 0.1 of the third: (0.1·1 + 1·2 + 0.1·9)/1.2 = 2.5.
		"trimmed":               {0.3, blend.Weights{}, points, []float64{2.5, 2.5, 2.5}},
		"by block":              {0, learnt, points, []float64{1, 5.5, 5.5}},
		"a member is missing":   {0, learnt, map[string][]float64{names[1]: {2, 2, 2}}, []float64{2, 2, 2}},
		"half of two, a median": {0.5, learnt, points, []float64{1, 5.5, 5.5}},
	} {
		t.Run(name, func(t *testing.T) {
			m := blend.Model{As: "b", Trim: test.trim, Members: all, Weights: test.weights}
			got := m.PointAt([]int{0, 1, 2}, test.points)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWeigh(t *testing.T) {
	w := blend.Weigh([]string{"a", "b", "c", "d"}, []int{1, 2}, [][]float64{{1, 1}, {math.Sqrt2, math.Sqrt2}, {1.6, 1.6}, {1, math.Inf(1)}})
	// The square root of twice the error has a quarter of the say, one and a half
	// times none, and one that has no error to show in some block has none in its
	// neighbour either.
	want := [][]float64{{0.8, 0.2, 0, 0}, {0.8, 0.2, 0, 0}}
	if diff := cmp.Diff(want, w.Shares, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
}

func TestWeigh_Perfect(t *testing.T) {
	w := blend.Weigh([]string{"a", "b"}, []int{1}, [][]float64{{0}, {1}})
	if diff := cmp.Diff([][]float64{{1, 0}}, w.Shares); diff != "" {
		t.Errorf("shares beside a member that never errs (-want +got):\n%s", diff)
	}
}

func TestBlocks(t *testing.T) {
	if diff := cmp.Diff([]int{1, 2, 4, 8, 16, 32, 48}, blend.Blocks(48)); diff != "" {
		t.Errorf("blocks of 48 steps (-want +got):\n%s", diff)
	}
}

func TestModel_Load(t *testing.T) {
	m := blend.Model{As: "b", Members: members()}
	for name, data := range map[string]string{
		"another model":    `{"Model":"c","Version":1,"Members":{}}`,
		"another version":  `{"Model":"b","Version":9,"Members":{}}`,
		"no members":       `{"Model":"b","Version":1,"Members":{}}`,
		"unknown member":   `{"Model":"b","Version":1,"Members":{"oracle":{}}}`,
		"broken weights":   `{"Model":"b","Version":1,"Weights":{"Ends":[1],"Shares":[]},"Members":{}}`,
		"weights beyond 1": `{"Model":"b","Version":1,"Weights":{"Members":["naive"],"Ends":[1],"Shares":[[2]]},"Members":{}}`,
	} {
		if _, err := m.Load([]byte(data)); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("%s: got error %v, want %v", name, err, capacity.ErrBadData)
		}
	}
}

// A blend forecasts, once updated, what its updated members blend to; those
// that cannot be updated stay as they are.
func TestModel_Update(t *testing.T) {
	s := capacitytest.Load(28)
	seen := s.Len() - 24
	m := blend.Model{As: "b", Members: members()}
	points := map[string][]float64{}
	updated := 0
	for _, member := range m.Members {
		fitted, err := member.Fit(t.Context(), s.Slice(0, seen))
		if err != nil {
			t.Fatalf("fit %s: %v", member.Name(), err)
		}
		if u, ok := fitted.(capacity.Updater); ok {
			updated++
			if fitted, err = u.Update(t.Context(), s, seen); err != nil {
				t.Fatalf("update %s: %v", member.Name(), err)
			}
		}
		if points[member.Name()], err = fitted.Predict(t.Context(), s, 3); err != nil {
			t.Fatalf("predict %s: %v", member.Name(), err)
		}
	}
	if updated == 0 || updated == len(m.Members) {
		t.Fatalf("%d of %d members can be updated, want some and not all", updated, len(m.Members))
	}
	fitted, err := m.Fit(t.Context(), s.Slice(0, seen))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	whole, err := fitted.(capacity.Updater).Update(t.Context(), s, seen)
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	got, err := whole.Predict(t.Context(), s, 3)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	if diff := cmp.Diff(m.PointAt([]int{0, 1, 2}, points), got); diff != "" {
		t.Errorf("points after an update (-want +got):\n%s", diff)
	}
}

package share_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/share"
)

// want is a service whose cost is read from a table that starts at its minimum.
func want(name string, priority, least int, costs ...float64) share.Want {
	return share.Want{
		Service: name, Priority: priority, Min: least, Max: least + len(costs) - 1,
		Cost: func(q int) float64 { return costs[q-least] },
	}
}

// sum is what shares cost and how many units they are.
func sum(wants []share.Want, shares []int) (cost float64, units int) {
	for i, w := range wants {
		cost += w.Cost(shares[i])
		units += shares[i]
	}
	return cost, units
}

// exhaust is the least cost of all shares within the quota, and the fewest units
// that have it.
func exhaust(wants []share.Want, quota int) (cost float64, units int) {
	cost = math.Inf(1)
	shares := make([]int, len(wants))
	var try func(i, left int)
	try = func(i, left int) {
		if i == len(wants) {
			if c, u := sum(wants, shares); c < cost || c == cost && u < units {
				cost, units = c, u
			}
			return
		}
		for q := wants[i].Min; q <= min(wants[i].Max, left); q++ {
			shares[i] = q
			try(i+1, left-q)
		}
	}
	try(0, quota)
	return cost, units
}

// TestAllot_Exhaustive compares with all shares there are. Costs are whole, so
// that sums are exact.
func TestAllot_Exhaustive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 5_000 {
		convex := round%2 == 0
		wants := make([]share.Want, 1+rng.IntN(4))
		quota := rng.IntN(8)
		for i := range wants {
			least := rng.IntN(3)
			quota += least
			costs := []float64{float64(rng.IntN(40))}
			slope := -float64(rng.IntN(12))
			for range rng.IntN(7) {
				costs = append(costs, costs[len(costs)-1]+slope)
				if convex {
					slope += float64(rng.IntN(4))
				} else {
					slope = float64(rng.IntN(12) - 9)
				}
			}
			wants[i] = want("s", rng.IntN(2), least, costs...)
		}
		shares, err := share.Allot(wants, quota)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		cost, units := sum(wants, shares)
		if best, fewest := exhaust(wants, quota); cost != best || units != fewest {
			t.Fatalf("round %d: shares %v cost %v with %d units, want %v with %d", round, shares, cost, units, best, fewest)
		}
	}
}

func TestAllot(t *testing.T) {
	for name, test := range map[string]struct {
		wants []share.Want
		quota int
		want  []int
	}{
		"no service":              {nil, 3, []int{}},
		"enough for all":          {[]share.Want{want("a", 0, 0, 9, 5, 2), want("b", 0, 1, 4, 3)}, 10, []int{2, 2}},
		"by marginal value":       {[]share.Want{want("a", 0, 0, 9, 5, 2), want("b", 0, 0, 9, 6, 5)}, 3, []int{2, 1}},
		"a tie by priority":       {[]share.Want{want("a", 0, 0, 2, 1, 0), want("b", 1, 0, 2, 1, 0)}, 3, []int{1, 2}},
		"a tie by place":          {[]share.Want{want("a", 0, 0, 2, 1, 0), want("b", 0, 0, 2, 1, 0)}, 3, []int{2, 1}},
		"a step-wise tie":         {[]share.Want{want("a", 0, 0, 2, 2, 0), want("b", 1, 0, 2, 2, 0)}, 3, []int{0, 2}},
		"only as a bundle of two": {[]share.Want{want("a", 0, 0, 9, 9, 0), want("b", 0, 0, 9, 6, 5)}, 2, []int{2, 0}},
		"nothing to save":         {[]share.Want{want("a", 0, 1, 3, 3, 3)}, 9, []int{1}},
		"dearer with more":        {[]share.Want{want("a", 0, 1, 3, 4, 5)}, 9, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := share.Allot(test.wants, test.quota)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("shares (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAllot_Short(t *testing.T) {
	wants := []share.Want{want("batch", 0, 4, 1), want("chat", 2, 5, 1, 0), want("search", 1, 3, 1)}
	got, err := share.Allot(wants, 7)
	if !errors.Is(err, capacity.ErrRefused) {
		t.Fatalf("error is %v, want %v", err, capacity.ErrRefused)
	}
	for _, part := range []string{`"search"`, "2 of its minimum of 3", "at least 12"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %s", err, part)
		}
	}
	if diff := cmp.Diff([]int{0, 5, 2}, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
}

func TestAllot_Refuses(t *testing.T) {
	good := want("a", 0, 0, 1, 0)
	for name, spoil := range map[string]func(*share.Want){
		"negative min": func(w *share.Want) { w.Min = -1 },
		"max below":    func(w *share.Want) { w.Min = 2 },
		"huge":         func(w *share.Want) { w.Max = 1 << 30 },
		"no cost":      func(w *share.Want) { w.Cost = nil },
		"NaN":          func(w *share.Want) { w.Cost = func(int) float64 { return math.NaN() } },
		"infinite":     func(w *share.Want) { w.Cost = func(int) float64 { return math.Inf(1) } },
	} {
		t.Run(name, func(t *testing.T) {
			w := good
			spoil(&w)
			if _, err := share.Allot([]share.Want{w}, 5); !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), `"a"`) {
				t.Errorf("error is %v, want %v that names the service", err, capacity.ErrBadPolicy)
			}
		})
	}
	if _, err := share.Allot([]share.Want{good}, -1); !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("error of a negative quota is %v, want %v", err, capacity.ErrBadPolicy)
	}
}

// TestAllot_Large shares more than is looked at exactly: costs fall by bundles of
// different sizes. The exact cost is worked out here.
func TestAllot_Large(t *testing.T) {
	const quota = 12_000
	var wants []share.Want
	for i, bundle := range []int{8, 5, 3} {
		tables := make([]float64, quota+1)
		for q := range tables {
			whole := float64(q / bundle * bundle)
			tables[q] = math.Round(1e7 / (300 + float64(100*i) + whole))
		}
		wants = append(wants, want("s", i, 0, tables...))
	}
	best := make([]float64, quota+1)
	for _, w := range wants {
		next := slices.Repeat([]float64{math.Inf(1)}, quota+1)
		// A cost can only fall to a multiple of its bundle.
		for n := 0; n <= quota; n++ {
			if n > 0 && w.Cost(n) == w.Cost(n-1) {
				continue
			}
			for q := n; q <= quota; q++ {
				next[q] = min(next[q], best[q-n]+w.Cost(n))
			}
		}
		best = next
	}
	shares, err := share.Allot(wants, quota)
	if err != nil {
		t.Fatal(err)
	}
	cost, units := sum(wants, shares)
	if units > quota || cost > best[quota]*1.001 {
		t.Errorf("shares %v cost %v with %d units, want at most 0.1 %% more than %v", shares, cost, units, best[quota])
	}
}

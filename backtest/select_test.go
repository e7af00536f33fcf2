package backtest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models"
)

// result is a backtest of load 100 that was wrong by so much at each of the
// origins.
func result(model string, wrong float64, origins ...int) backtest.Result {
	r := backtest.Result{Score: capacity.Score{Model: model}, Levels: []float64{0.5}}
	for i, train := range origins {
		// Alternating signs keep the median of the residuals from curing them.
		actual := 100 + wrong*float64(1-2*(i%2))
		r.Origins = append(r.Origins, backtest.Origin{Train: train, Scale: 1, Steps: []int{0, 1}, Point: []float64{100, 100}, Actual: []float64{actual, actual}})
	}
	return r
}

func TestChoose(t *testing.T) {
	refused := backtest.Result{Score: capacity.Score{Model: "c", Refused: "it rained"}}
	for name, test := range map[string]struct {
		results []backtest.Result
		want    string
		board   []string
		why     string
	}{
		"the best":            {[]backtest.Result{result("base", 10, 1, 2, 3, 4), result("b", 5, 1, 2, 3, 4)}, "b", []string{"b", "base"}, "below the baseline"},
		"none better":         {[]backtest.Result{result("base", 10, 1, 2, 3, 4), result("b", 20, 1, 2, 3, 4)}, "base", []string{"base", "b"}, "no model beats the baseline"},
		"a tie, simpler":      {[]backtest.Result{result("base", 10, 1, 2, 3, 4), result("b", 5.01, 1, 2, 3, 4), result("c", 5, 1, 2, 3, 4)}, "b", []string{"c", "b", "base"}, "simpler than c"},
		"worse than baseline": {[]backtest.Result{result("a", 10.05, 1, 2, 3, 4), result("base", 10, 1, 2, 3, 4)}, "base", []string{"base", "a"}, "no model beats the baseline"},
		"one refused":         {[]backtest.Result{result("base", 10, 1, 2, 3, 4), refused}, "base", []string{"base", "c"}, "no model"},
		"too few origins":     {[]backtest.Result{result("base", 10, 1, 2, 3, 4), result("b", 1, 4)}, "base", []string{"base", "b"}, "no model"},
		"a perfect baseline":  {[]backtest.Result{result("base", 0, 1, 2, 3, 4), result("b", 0, 1, 2, 3, 4)}, "base", []string{"base", "b"}, "no model"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := backtest.Choose(test.results, "base", "")
			if err != nil {
				t.Fatal(err)
			}
			if c.Winner != test.want || !strings.Contains(c.Why, test.why) {
				t.Errorf("got %s because %q, want %s because …%s…", c.Winner, c.Why, test.want, test.why)
			}
			var board []string
			for _, s := range c.Board {
				board = append(board, s.Model)
			}
			if diff := cmp.Diff(test.board, board); diff != "" {
				t.Errorf("board (-want +got):\n%s", diff)
			}
		})
	}
}

// b was only there for the easy half: on that half it is no better.
func TestChoose_SameOrigins(t *testing.T) {
	hard, easy := result("base", 50, 1, 2), result("base", 4, 3, 4)
	base := backtest.Result{Score: hard.Score, Levels: hard.Levels, Origins: append(hard.Origins, easy.Origins...)}
	c, err := backtest.Choose([]backtest.Result{base, result("b", 6, 3, 4)}, "base", "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Winner != "base" || c.Board[0].Origins != 2 || c.Board[1].Origins != 2 {
		t.Errorf("got %s on %d and %d origins, want base on 2 and 2", c.Winner, c.Board[0].Origins, c.Board[1].Origins)
	}
	if got := c.Board[1].Skill; got >= 0 {
		t.Errorf("skill of the worse model: got %v, want less than 0", got)
	}
}

func TestChoose_NoBaseline(t *testing.T) {
	if _, err := backtest.Choose([]backtest.Result{result("b", 1, 1, 2)}, "base", ""); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("baseline missing: got %v, want ErrNotFound", err)
	}
	base := backtest.Result{Score: capacity.Score{Model: "base", Refused: "too short"}}
	if _, err := backtest.Choose([]backtest.Result{base, result("b", 1, 1, 2)}, "base", ""); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("baseline refused: got %v, want ErrTooShort", err)
	}
}

// The preferred model is given up only for a baseline that is better at nearly
// every origin.
func TestChoose_Preferred(t *testing.T) {
	uneven := result("base", 10, 1, 2, 3, 4)
	for k, wrong := range []float64{3, 30, 3, 3} {
		for i := range uneven.Origins[k].Actual {
			uneven.Origins[k].Actual[i] = 100 + wrong
		}
	}
	for name, test := range map[string]struct {
		base, preferred backtest.Result
		want, why       string
	}{
		"better":         {result("base", 10, 1, 2, 3, 4), result("p", 5, 1, 2, 3, 4), "p", "below the baseline"},
		"worse by luck":  {uneven, result("p", 10, 1, 2, 3, 4), "p", "p has a pinball loss"},
		"always worse":   {result("base", 10, 1, 2, 3, 4), result("p", 11, 1, 2, 3, 4), "base", "better than p by more than chance"},
		"two origins":    {result("base", 10, 1, 2), result("p", 11, 1, 2), "p", "above the baseline base, which may be chance"},
		"both are right": {result("base", 0, 1, 2, 3, 4), result("p", 0, 1, 2, 3, 4), "p", "p and the baseline base are both nearly exact at 4 origins"},
		"nearly right":   {result("base", 0.01, 1, 2, 3, 4), result("p", 0.005, 1, 2, 3, 4), "p", "both nearly exact"},
		"one is right":   {result("base", 10, 1, 2, 3, 4), result("p", 0, 1, 2, 3, 4), "p", "below the baseline"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := backtest.Choose([]backtest.Result{test.base, test.preferred}, "base", "p")
			if err != nil {
				t.Fatal(err)
			}
			if c.Winner != test.want || !strings.Contains(c.Why, test.why) {
				t.Errorf("got %s because %q, want %s because …%s…", c.Winner, c.Why, test.want, test.why)
			}
		})
	}
}

// A single model with less loss is named with the reason why the preferred one is used.
func TestChoose_NamesTheBest(t *testing.T) {
	results := []backtest.Result{result("base", 10, 1, 2, 3, 4), result("single", 4, 1, 2, 3, 4), result("p", 5, 1, 2, 3, 4)}
	c, err := backtest.Choose(results, "base", "p")
	if err != nil {
		t.Fatal(err)
	}
	if c.Winner != "p" || !strings.Contains(c.Why, "single has ") || !strings.Contains(c.Why, "less at these origins, but alone it is not used") {
		t.Errorf("got %s because %q, want p, and the single model named", c.Winner, c.Why)
	}
	if c, err = backtest.Choose(results[:2:2], "base", "p"); err != nil || strings.Contains(c.Why, "alone") {
		t.Errorf("without the preferred model: got %q, %v", c.Why, err)
	}
}

func ExampleSelect() {
	ctx, s := context.Background(), capacitytest.Load(28)
	x, err := backtest.Select(ctx, models.New(models.Seasons(s.Step)), s, backtest.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := x.Forecast(ctx, s, 48, []float64{0.5, 0.95})
	fmt.Println(x.Model == x.Choice.Winner, f.Steps(), err)
	// Output: true 48 <nil>
}

func TestSelect_Workers(t *testing.T) {
	s := capacitytest.Load(28)
	var want backtest.Selection
	for _, workers := range []int{1, 3, 16} {
		got, err := backtest.Select(t.Context(), pool(), s, backtest.Settings{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if workers == 1 {
			want = got
			if want.Choice.Board[0].Skill < 0.3 {
				t.Errorf("best skill on load with a weekend: got %.3f, want at least 0.3 over the same hour yesterday", want.Choice.Board[0].Skill)
			}
			continue
		}
		got.Fitted, want.Fitted = nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with %d workers (-want +got):\n%s", workers, diff)
		}
	}
}

// However short the history is, there is a forecast or a reason.
func TestSelect_Short(t *testing.T) {
	levels := []float64{0.01, 0.5, 0.99}
	for hours := 1; hours <= 80; hours++ {
		s := capacitytest.Load(10).Slice(0, hours)
		x, err := backtest.Select(t.Context(), pool(), s, backtest.Settings{})
		if err != nil {
			t.Fatalf("%d hours: %v", hours, err)
		}
		f, err := x.Forecast(t.Context(), s, 48, levels)
		if err != nil {
			t.Errorf("%d hours: %v", hours, err)
		}
		if hours < 48 && (x.Model != "naive" || !strings.Contains(x.Choice.Why, "fallback")) {
			t.Errorf("%d hours: got %s because %q, want the naive fallback", hours, x.Model, x.Choice.Why)
		}
		if hours > 12 && f.Values[0][0] == f.Values[2][0] {
			t.Errorf("%d hours: got quantiles that know no error", hours)
		}
	}
}

func TestSelect_Refuses(t *testing.T) {
	s := capacitytest.Load(28)
	if _, err := backtest.Select(t.Context(), nil, s, backtest.Settings{}); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("no models: got %v, want ErrNotFound", err)
	}
	gaps := series(slices.Repeat([]float64{math.NaN()}, 200)...)
	if _, err := backtest.Select(t.Context(), pool(), gaps, backtest.Settings{}); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("only gaps: got %v, want ErrTooShort", err)
	}
	if _, err := backtest.Select(t.Context(), pool(), series(-1), backtest.Settings{}); !errors.Is(err, capacity.ErrBadSeries) {
		t.Errorf("negative load: got %v, want ErrBadSeries", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backtest.Select(ctx, pool(), s, backtest.Settings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
}

// Only a model that is asked for is chosen: the members of a blend are run, but
// the blend stands for them.
func TestSelect_Members(t *testing.T) {
	s := capacitytest.Load(28)
	for _, name := range []string{"median", "blend"} {
		asked := slices.DeleteFunc(slices.Clone(models.New(models.Seasons(s.Step))), func(m capacity.Model) bool { return m.Name() != name })
		for by, costing := range map[string]*backtest.Costing{"error": nil, "cost": {}} {
			x, err := backtest.Select(t.Context(), asked, s, backtest.Settings{Baseline: name, Costing: costing})
			if err != nil {
				t.Fatalf("%s by %s: %v", name, by, err)
			}
			if x.Model != name || len(x.Choice.Board) != 1 {
				t.Errorf("%s by %s: got %s of %d models, because %q", name, by, x.Model, len(x.Choice.Board), x.Choice.Why)
			}
		}
	}
}

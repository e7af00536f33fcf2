package backtest_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/backtest"
	"headroom/capacity"
)

func ExampleLeaderboard() {
	var board backtest.Leaderboard
	for _, wrong := range []float64{5, 40} {
		best, err := backtest.Compare(nil, []backtest.Result{result("base", 10, 1, 2, 3, 4), result("b", wrong, 1, 2, 3, 4)}, "base")
		if err != nil {
			fmt.Println(err)
			return
		}
		board.Add(backtest.Enter(best, "base"))
	}
	for _, s := range board.Standings() {
		fmt.Printf("%-4s MAE %.2f, MASE %.2f, won %d\n", s.Model, s.MAE, s.MASE, s.Won)
	}
	// Output:
	// base MAE 1.00, MASE 10.00, won 1
	// b    MAE 1.41, MASE 22.50, won 1
}

func mustEnter(tb testing.TB, results ...backtest.Result) backtest.Entry {
	tb.Helper()
	best, err := backtest.Compare(nil, results, "base")
	if err != nil {
		tb.Fatal(err)
	}
	return backtest.Enter(best, "base")
}

func TestLeaderboard(t *testing.T) {
	refused := backtest.Result{Score: capacity.Score{Model: "b", Refused: "it rained"}}
	base, half := result("base", 10, 1, 2, 3, 4), result("b", 5, 1, 2, 3, 4)
	for name, test := range map[string]struct {
		entries []backtest.Entry
		want    []backtest.Standing // without what other cases are about
	}{
		"nothing": {nil, nil},
		"one series": {
			[]backtest.Entry{mustEnter(t, base, half)},
			[]backtest.Standing{{Model: "b", MAE: 0.5, MASE: 5, Won: 1}, {Model: "base", MAE: 1, MASE: 10}},
		},
		// sqrt(0.5 · 4) = 1.41…
		"the geometric mean": {
			[]backtest.Entry{mustEnter(t, base, half), mustEnter(t, base, result("b", 40, 1, 2, 3, 4))},
			[]backtest.Standing{{Model: "base", MAE: 1, MASE: 10, Won: 1}, {Model: "b", MAE: math.Sqrt2, MASE: 22.5, Won: 1}},
		},
		// Where b fails it gets what the baseline has: sqrt(0.5 · 1), (5+10)/2.
		"a failure": {
			[]backtest.Entry{mustEnter(t, base, half), mustEnter(t, base, refused)},
			[]backtest.Standing{{Model: "b", MAE: math.Sqrt(0.5), MASE: 7.5, Won: 1, Failed: 1}, {Model: "base", MAE: 1, MASE: 10, Won: 1}},
		},
		"a perfect baseline": {
			[]backtest.Entry{mustEnter(t, result("base", 0, 1, 2, 3, 4), half)},
			[]backtest.Standing{{Model: "base", MAE: 1, MASE: 0, Won: 1}, {Model: "b", MAE: 100, MASE: 5}},
		},
		"two perfect models": {
			[]backtest.Entry{mustEnter(t, result("base", 0, 1, 2, 3, 4), result("b", 0, 1, 2, 3, 4))},
			[]backtest.Standing{{Model: "base", MAE: 1, Won: 1}, {Model: "b", MAE: 1}},
		},
		"a hopeless baseline": {
			[]backtest.Entry{mustEnter(t, base, result("b", 0, 1, 2, 3, 4))},
			[]backtest.Standing{{Model: "b", MAE: 0.01, MASE: 0, Won: 1}, {Model: "base", MAE: 1, MASE: 10}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var board backtest.Leaderboard
			for _, e := range test.entries {
				board.Add(e)
			}
			if diff := cmp.Diff(test.want, board.Standings(), cmpopts.EquateApprox(1e-12, 0), cmpopts.EquateEmpty(),
				cmpopts.IgnoreFields(backtest.Standing{}, "Pinball", "Coverage", "Intervals")); diff != "" {
				t.Errorf("standings (-want +got):\n%s", diff)
			}
		})
	}
}

// Of four origins the first two calibrate. At the third, the residuals of the
// two before are known: -10 and 10, which are the ends of the interval. What is
// measured lies on one end, and counts as inside.
func TestLeaderboard_Coverage(t *testing.T) {
	var board backtest.Leaderboard
	board.Add(mustEnter(t, result("base", 10, 1, 3, 5, 7)))
	if got := board.Standings()[0]; got.Coverage != 1 || got.Intervals != 1 {
		t.Errorf("four origins: got coverage %v of %d series, want 1 of 1", got.Coverage, got.Intervals)
	}
	board = backtest.Leaderboard{}
	board.Add(mustEnter(t, result("base", 10, 1)))
	if got := board.Standings()[0]; got.Coverage != 0 || got.Intervals != 0 {
		t.Errorf("one origin: got coverage %v of %d series, want 0 of 0", got.Coverage, got.Intervals)
	}
}

func TestCompare_NoBaseline(t *testing.T) {
	if _, err := backtest.Compare(nil, []backtest.Result{result("b", 5, 1, 2)}, "base"); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("got %v, want %v", err, capacity.ErrNotFound)
	}
}

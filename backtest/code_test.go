package backtest_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// A sayer is a model that always forecasts the same value, for too few steps if
// it is told so.
type sayer struct {
	value float64
	short bool
}

func (sayer) Name() string { return "sayer" }

func (m sayer) Fit(context.Context, capacity.Series) (capacity.Fitted, error) { return m, nil }

func (m sayer) Load([]byte) (capacity.Fitted, error) { return m, nil }

func (m sayer) MarshalBinary() ([]byte, error) { return nil, nil }

func (m sayer) Predict(_ context.Context, _ capacity.Series, h int) ([]float64, error) {
	if m.short {
		h--
	}
	return slices.Repeat([]float64{m.value}, h), nil
}

// TestRun_Codes: a model that has no score has a code.
func TestRun_Codes(t *testing.T) {
	load := capacitytest.Load(14)
	silent := capacitytest.Load(14)
	for i := silent.Len() / 2; i < silent.Len(); i++ {
		silent.Values[i] = math.NaN()
	}
	for name, test := range map[string]struct {
		model capacity.Model
		s     capacity.Series
		want  capacity.Code
	}{
		"scored":       {sayer{value: 1}, load, ""},
		"no number":    {sayer{value: math.NaN()}, load, capacity.CodeNotFinite},
		"infinite":     {sayer{value: math.Inf(-1)}, load, capacity.CodeNotFinite},
		"negative":     {sayer{value: -1}, load, capacity.CodeNegative},
		"absurd":       {sayer{value: math.MaxFloat64}, load, capacity.CodeNotFinite},
		"steps":        {sayer{short: true}, load, capacity.CodeFailed},
		"exploded":     {refusing{capacity.ErrExploded}, load, capacity.CodeExploded},
		"too short":    {refusing{capacity.ErrTooShort}, load, capacity.CodeTooShort},
		"not measured": {sayer{value: 1}, silent, capacity.CodeNoData},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := backtest.Run(t.Context(), test.model, test.s, backtest.Settings{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Score.Code != test.want || (r.Score.Refused == "") != (test.want == "") {
				t.Errorf("got %q because %q, want %q", r.Score.Code, r.Score.Refused, test.want)
			}
		})
	}
}

func TestChoose_Codes(t *testing.T) {
	base := result("base", 10, 1, 2, 3, 4)
	for name, test := range map[string]struct {
		other     backtest.Result
		preferred string
		want      capacity.Code
		out       string
	}{
		"better":              {result("b", 5, 1, 2, 3, 4), "", "", ""},
		"preferred":           {result("b", 5, 1, 2, 3, 4), "b", "", ""},
		"preferred but worse": {result("b", 11, 1, 2, 3, 4), "b", capacity.CodeWorse, ""},
		"out":                 {result("b", 5, 1), "b", "", "b (too little history)"},
	} {
		c, err := backtest.Choose([]backtest.Result{base, test.other}, "base", test.preferred)
		if err != nil {
			t.Fatal(err)
		}
		if c.Code != test.want || c.LeftOut() != test.out {
			t.Errorf("%s: got code %q and left out %q, want %q and %q", name, c.Code, c.LeftOut(), test.want, test.out)
		}
	}
}

// TestPromote_Codes: a champion that is replaced for a fault, and a challenger
// that is turned down for one, have its code.
func TestPromote_Codes(t *testing.T) {
	bold := func(k, _ int) float64 { // fine in every history, and then too bold
		if k >= 6 {
			return 60
		}
		return 1
	}
	old := func(off func(int, int) float64) backtest.Incumbent {
		return backtest.Incumbent{Model: "old", Result: contender("old", off)}
	}
	failed, stale, few := old(steady(6)), old(steady(6)), old(steady(6))
	failed.Failed, failed.Code = "it cannot be read", capacity.CodeUnreadable
	stale.Outlasted = 7
	few.Result.Origins = few.Result.Origins[10:]
	for name, test := range map[string]struct {
		champion backtest.Incumbent
		off      func(int, int) float64
		want     capacity.Code
	}{
		"a matter of loss":  {old(steady(6)), steady(3), ""},
		"no forecast":       {failed, steady(6), capacity.CodeUnreadable},
		"stale":             {stale, steady(6), capacity.CodeStale},
		"too few":           {few, steady(3), capacity.CodeTooShort},
		"unsafe":            {old(bold), steady(6), capacity.CodeNotCovered},
		"unsafe challenger": {old(steady(6)), bold, capacity.CodeNotCovered},
	} {
		if d := backtest.Promote(test.champion, contender("new", test.off)); d.Code != test.want {
			t.Errorf("%s: got code %q (%s), want %q", name, d.Code, d.Why, test.want)
		}
	}
}

// TestSelect_Codes: on five days some models refuse, and each by a code.
func TestSelect_Codes(t *testing.T) {
	s := capacitytest.Load(5)
	x, err := backtest.Select(t.Context(), pool(), s, backtest.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, score := range x.Choice.Board {
		if (score.Refused == "") != (score.Code == "") {
			t.Errorf("%s: refused %q has code %q", score.Model, score.Refused, score.Code)
		}
	}
}

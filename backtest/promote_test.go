package backtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models/blend"
)

// contender is what a model forecast from 12 origins: a horizon of 8 steps of load
// around 100, off by so much at a step, give or take.
func contender(model string, off func(origin, step int) float64) backtest.Result {
	random := rand.New(rand.NewPCG(1, 9))
	r := backtest.Result{Score: capacity.Score{Model: model}, Levels: []float64{0.1, 0.5, 0.9, 0.95}}
	for k := range 12 {
		o := backtest.Origin{Train: 100 + 13*k, Scale: 10}
		for t := range 8 {
			e := off(k, t) * random.NormFloat64()
			o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, 100-e), append(o.Actual, 100)
		}
		r.Origins = append(r.Origins, o)
	}
	return r
}

func steady(off float64) func(int, int) float64 { return func(int, int) float64 { return off } }

func ExamplePromote() {
	champion := backtest.Incumbent{Model: "old", Result: contender("old", steady(10))}
	fmt.Println(backtest.Promote(champion, contender("new", steady(5))).Why)
	fmt.Println(backtest.Promote(champion, contender("new", steady(9.9))).Why)
	// Output:
	// the loss of new is 51% lower than that of the champion old at 8 origins (chance 0)
	// old stays: the loss of new is 1% lower than that of the champion old at 8 origins (chance 0), and at least 2% less is needed
}

func TestPromote(t *testing.T) {
	calm := steady(6)
	jumps := func(k, _ int) float64 { // fine in every history, and then too bold
		if k >= 6 {
			return 60
		}
		return 1
	}
	held := func(change func(i *backtest.Incumbent)) backtest.Incumbent {
		i := backtest.Incumbent{Model: "old", Result: contender("old", calm)}
		change(&i)
		return i
	}
	same := func(*backtest.Incumbent) {}
	calibrated, err := backtest.Calibrate(contender("old", calm))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		champion   backtest.Incumbent
		challenger backtest.Result
		want       backtest.Reason
		promote    bool
	}{
		"nobody yet":        {backtest.Incumbent{}, contender("new", calm), backtest.First, true},
		"no forecast":       {held(func(i *backtest.Incumbent) { i.Failed = "it exploded" }), contender("new", calm), backtest.NoAnswer, true},
		"better":            {held(same), contender("new", steady(3)), backtest.Better, true},
		"hardly better":     {held(same), contender("new", steady(5.9)), backtest.NoGain, false},
		"worse":             {held(same), contender("new", steady(7)), backtest.NoGain, false},
		"better once":       {held(same), contender("new", func(k, _ int) float64 { return map[bool]float64{true: 0.1, false: 6}[k == 9] }), backtest.ByChance, false},
		"worse at first":    {held(same), contender("new", func(_, t int) float64 { return map[bool]float64{true: 7, false: 3}[t < 2] }), backtest.WorseAPart, false},
		"retrained":         {held(same), contender("old", calm), backtest.Refreshed, true},
		"retrained, worse":  {held(same), contender("old", steady(9)), backtest.Worse, false},
		"unsafe":            {held(func(i *backtest.Incumbent) { i.Result = contender("old", jumps) }), contender("new", calm), backtest.Unsafe, true},
		"unsafe challenger": {held(same), contender("new", jumps), backtest.Uncovered, false},
		"both unsafe":       {held(func(i *backtest.Incumbent) { i.Result = contender("old", jumps) }), contender("new", jumps), backtest.NoGain, false},
		"outlasted 7":       {held(func(i *backtest.Incumbent) { i.Outlasted = 7 }), contender("new", steady(7)), backtest.Expired, true},
		"outlasted 6":       {held(func(i *backtest.Incumbent) { i.Outlasted = 6 }), contender("new", steady(7)), backtest.NoGain, false},
		"two origins":       {held(func(i *backtest.Incumbent) { i.Result.Origins = i.Result.Origins[10:] }), contender("new", steady(3)), backtest.TooFew, false},
		"two, retrained":    {held(func(i *backtest.Incumbent) { i.Result.Origins = i.Result.Origins[10:] }), contender("old", steady(7)), backtest.Refreshed, true},
		"three origins":     {held(func(i *backtest.Incumbent) { i.Calibration, i.Result.Origins = calibrated, i.Result.Origins[9:] }), contender("new", steady(3)), backtest.Better, true},
		"of other origins":  {held(func(i *backtest.Incumbent) { i.Result.Origins[11].Train++; i.Result.Origins = i.Result.Origins[9:] }), contender("new", steady(3)), backtest.TooFew, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := backtest.Promote(test.champion, test.challenger)
			if d.Reason != test.want || d.Promote != test.promote {
				t.Errorf("got %q, %t (%s), want %q, %t", d.Reason, d.Promote, d.Why, test.want, test.promote)
			}
			if _, err := json.Marshal(d); err != nil {
				t.Errorf("a decision must be stored: %v", err)
			}
		})
	}
}

// One origin, all else alike: the losses are by hand.
func TestPromote_Numbers(t *testing.T) {
	at := func(point float64) backtest.Result {
		r := backtest.Result{Score: capacity.Score{Model: capacity.Figure(point)}, Levels: []float64{0.5, 0.9}}
		for k := range 5 {
			r.Origins = append(r.Origins, backtest.Origin{Train: 10 + k, Scale: 4, Steps: []int{0, 1}, Point: []float64{point, 20}, Actual: []float64{20, 20}})
		}
		return r
	}
	// A calibration that forecasts what is: quantiles are the point forecast.
	sure := backtest.Calibration{Blocks: []backtest.Block{{End: 2}}}
	d := backtest.Promote(backtest.Incumbent{Model: "champion", Result: at(16), Calibration: sure}, at(20))
	// 2·0.5·4 and 2·0.9·4 over 4 are 1 and 1.8; the second step loses nothing.
	if got, want := d.Champion.Loss, 2.8/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("loss of the champion: got %v, want %v", got, want)
	}
	if d.Champion.Coverage != 0.5 || d.Challenger.Coverage != 1 || d.Challenger.Loss != 0 || d.Gain != 1 || d.Origins != 3 {
		t.Errorf("got %+v, want half of the champion's steps covered, all of the challenger's, a gain of 1 at 3 origins", d)
	}
	want := []backtest.Stretch{{End: 1, Gain: 1}, {End: 2, Gain: 0}}
	if diff := cmp.Diff(want, d.Stretches); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
}

// A model that was stored forecasts again what it would have forecast in use.
func TestRerun(t *testing.T) {
	s, m := capacitytest.Load(28), model(t, "ridge")
	settings := backtest.Settings{Horizon: 24}
	r := run(t, "ridge", s, settings)
	trained := r.Origins[4].Train
	fitted, err := m.Fit(t.Context(), s.Slice(0, trained))
	if err != nil {
		t.Fatal(err)
	}
	again, err := backtest.Rerun(t.Context(), m, fitted, s, trained, settings, r.Origins)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(again.Origins); got != len(r.Origins)-4 {
		t.Fatalf("got %d origins, want those at or after the end of the training, %d", got, len(r.Origins)-4)
	}
	updated, err := fitted.(capacity.Updater).Update(t.Context(), s.Slice(0, r.Origins[6].Train), trained)
	if err != nil {
		t.Fatal(err)
	}
	want, err := updated.Predict(t.Context(), s.Slice(0, r.Origins[6].Train), 24)
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Origins[2].Point; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if diff := cmp.Diff(r.Origins[6].Actual, again.Origins[2].Actual); diff != "" {
		t.Errorf("measurements (-want +got):\n%s", diff)
	}
	if _, err := backtest.Rerun(t.Context(), m, broken{}, s, trained, settings, r.Origins); !errors.Is(err, capacity.ErrNotForecastable) || !strings.Contains(err.Error(), "step") {
		t.Errorf("got %v, want ErrNotForecastable and where", err)
	}
}

// broken has no forecast.
type broken struct{}

func (broken) Predict(context.Context, capacity.Series, int) ([]float64, error) {
	return nil, capacity.ErrNotForecastable
}

func (broken) MarshalBinary() ([]byte, error) { return nil, nil }

func TestLearnt(t *testing.T) {
	s := capacitytest.Load(28)
	var results []backtest.Result
	for _, m := range backtest.Singles(pool()) {
		results = append(results, run(t, m.Name(), s, backtest.Settings{}))
	}
	best, err := backtest.Compare(pool(), results, "seasonal-naive-day")
	if err != nil {
		t.Fatal(err)
	}
	if best.Choice.Winner != "blend" {
		t.Fatalf("the winner is %s, want the blend to compare with", best.Choice.Winner)
	}
	if diff := cmp.Diff(best.Weights, backtest.Learnt(pool(), "blend", best.Results)); diff != "" {
		t.Errorf("weights of the winner (-want +got):\n%s", diff)
	}
	for _, name := range []string{"naive", "median", "nobody"} {
		if diff := cmp.Diff(blend.Weights{}, backtest.Learnt(pool(), name, results)); diff != "" {
			t.Errorf("weights of %s (-want +got):\n%s", name, diff)
		}
	}
}

// What a champion's model forecast before From calibrates and does not count.
func TestPromote_From(t *testing.T) {
	// Off by four times as much until then: its quantiles are wide, and its loss
	// is less than theirs.
	wild := contender("old", func(k, _ int) float64 { return map[bool]float64{true: 24, false: 6}[k < 9] })
	champion := backtest.Incumbent{Model: "old", Result: wild, From: wild.Origins[9].Train}
	d := backtest.Promote(champion, contender("new", steady(6)))
	if d.Origins != 3 || d.Champion.Coverage != 1 || d.Gain < 0.02 || d.Gain > 0.5 {
		t.Errorf("got %+v, want 3 origins, all of them covered, and a gain by quantiles alone", d)
	}
	champion.From = 0
	if all := backtest.Promote(champion, contender("new", steady(6))); all.Origins != 8 || all.Champion.Loss < 1.5*d.Champion.Loss {
		t.Errorf("from the beginning: got %+v, want 8 origins and a loss far above %v", all, d.Champion.Loss)
	}
}

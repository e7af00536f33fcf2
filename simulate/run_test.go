package simulate_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/simulate"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// load is load per second in ticks of 15 s.
func load(values ...float64) capacity.Series {
	return capacity.Series{Start: monday, Step: 15 * time.Second, Values: values}
}

// steady is n ticks of v.
func steady(n int, v float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = v
	}
	return values
}

// A script asks for a number by tick, counted from the first of the series; its
// last number stays.
type script struct {
	asks []capacity.Units
	see  func(*simulate.View)
}

func (script) Name() string                   { return "script" }
func (script) Every() time.Duration           { return 0 }
func (script) Setting() float64               { return 0 }
func (script) Settings() []float64            { return []float64{0} }
func (s script) With(float64) simulate.Policy { return s }
func (s script) Begin(context.Context, simulate.Terms) simulate.Decide {
	return func(v *simulate.View) capacity.Units {
		if s.see != nil {
			s.see(v)
		}
		return s.asks[min(v.Tick, len(s.asks)-1)]
	}
}

func mustRun(tb testing.TB, c simulate.Case, p simulate.Policy) simulate.Run {
	tb.Helper()
	s, err := simulate.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	run, err := s.Run(tb.Context(), p)
	if err != nil {
		tb.Fatal(err)
	}
	return run
}

// pool serves 10 per second with each unit; a start takes 2 ticks.
func pool() capacity.Pool {
	return capacity.Pool{Name: "web", UnitRate: 10, Price: 4, LeadTime: 30 * time.Second}
}

// TestRun_Life: two more at tick 1 serve at tick 3; two fewer at tick 5 are paid
// for until tick 7; one more at tick 8 is given up at tick 9, before it served.
func TestRun_Life(t *testing.T) {
	c := simulate.Case{Load: load(steady(11, 5)...), Pool: pool(), Start: 1, Drain: 30 * time.Second}
	run := mustRun(t, c, script{asks: []capacity.Units{1, 3, 3, 3, 3, 1, 1, 1, 2, 1}})
	for what, test := range map[string]struct{ got, want []int32 }{
		"asked": {run.Asked, []int32{1, 3, 3, 3, 3, 1, 1, 1, 2, 1, 1}},
		"ready": {run.Ready, []int32{1, 1, 1, 3, 3, 1, 1, 1, 1, 1, 1}},
		"paid":  {run.Paid, []int32{1, 3, 3, 3, 3, 3, 3, 1, 2, 1, 1}},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	wantLives := []simulate.Life{
		{Units: 2, Asked: 1, Ready: 3, Released: 5, Gone: 7},
		{Units: 1, Asked: 8, Ready: 9, Released: 9, Gone: 9},
		{Units: 1, Asked: 0, Ready: 0, Released: 11, Gone: 11},
	}
	if diff := cmp.Diff(wantLives, run.Lives); diff != "" {
		t.Errorf("lives (-want +got):\n%s", diff)
	}
	wantChanges := []simulate.Change{{1, 1, 3}, {5, 3, 1}, {8, 1, 2}, {9, 2, 1}}
	if diff := cmp.Diff(wantChanges, run.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestRun_View: with a delay of 20 s a policy sees the ticks that ended at least
// 20 s ago, and nothing it could extend.
func TestRun_View(t *testing.T) {
	values := make([]float64, 16)
	for i := range values {
		values[i] = float64(i)
	}
	c := simulate.Case{Load: load(values...), From: 6, Pool: pool(), Start: 2, Delay: 20 * time.Second}
	looked := 0
	mustRun(t, c, script{asks: []capacity.Units{2}, see: func(v *simulate.View) {
		looked++
		seen := v.Tick - 2
		if len(v.Load) != seen || cap(v.Load) != seen || len(v.Minutes) != seen/4 || cap(v.Minutes) != seen/4 || len(v.Serving) != seen || cap(v.Serving) != seen {
			t.Errorf("at tick %d the view has %d (%d) ticks, %d (%d) minutes, %d (%d) counts", v.Tick, len(v.Load), cap(v.Load), len(v.Minutes), cap(v.Minutes), len(v.Serving), cap(v.Serving))
		}
		if v.Now != monday.Add(time.Duration(v.Tick)*15*time.Second) || v.Asked != 2 || v.Ready != 2 || v.Pending != 0 {
			t.Errorf("at tick %d the view is %+v", v.Tick, v)
		}
		if last, _ := v.Last(); last != float64(seen-1) {
			t.Errorf("at tick %d the last load is %v, want %d", v.Tick, last, seen-1)
		}
		if len(v.Minutes) > 0 && v.Minutes[0] != 1.5 {
			t.Errorf("the first minute is %v, want 1.5", v.Minutes[0])
		}
	}})
	if looked != 10 {
		t.Errorf("got %d decisions, want 10", looked)
	}
}

// TestRun_Ramp: at most one more in 30 s, counted from what was asked for then.
func TestRun_Ramp(t *testing.T) {
	c := simulate.Case{Load: load(steady(8, 5)...), Pool: pool(), Start: 2}
	c.Pool.Ramp = capacity.Ramp{Up: capacity.Rate{Units: 1, Per: 30 * time.Second}, Down: capacity.Rate{Units: 2, Per: 15 * time.Second}}
	run := mustRun(t, c, script{asks: []capacity.Units{9, 9, 9, 9, 9, 0, 0, 0}})
	if diff := cmp.Diff([]int32{3, 3, 4, 4, 5, 3, 1, 0}, run.Asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestRun_Bounds(t *testing.T) {
	c := simulate.Case{Load: load(steady(3, 5)...), Pool: pool(), Start: 2}
	c.Pool.Min, c.Pool.Max = 2, 4
	run := mustRun(t, c, script{asks: []capacity.Units{9, -5, 3}})
	if diff := cmp.Diff([]int32{4, 2, 3}, run.Asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestRun_Start: as many as the highest load of the hour before needs.
func TestRun_Start(t *testing.T) {
	values := append(append(steady(4, 900), steady(240, 31)...), 5)
	c := simulate.Case{Load: load(values...), From: 244, Pool: pool()}
	if run := mustRun(t, c, script{asks: steadyUnits(4)}); run.Ready[0] != 4 || len(run.Changes) != 0 {
		t.Errorf("starts with %d and makes %d changes, want 4 and none", run.Ready[0], len(run.Changes))
	}
	c.Load, c.From = load(95, 5), 0
	if run := mustRun(t, c, script{asks: steadyUnits(10)}); len(run.Changes) != 0 {
		t.Errorf("without training it starts with %v, want 10", run.Changes)
	}
}

func steadyUnits(n capacity.Units) []capacity.Units { return []capacity.Units{n} }

func TestNew_Refuses(t *testing.T) {
	good := func() simulate.Case { return simulate.Case{Load: load(1, 2, 3), Pool: pool()} }
	for name, test := range map[string]struct {
		spoil func(*simulate.Case)
		want  error
	}{
		"no load":               {func(c *simulate.Case) { c.Load.Values = nil }, capacity.ErrBadSeries},
		"negative load":         {func(c *simulate.Case) { c.Load.Values[1] = -1 }, capacity.ErrBadSeries},
		"odd tick":              {func(c *simulate.Case) { c.Load.Step = 45 * time.Second }, capacity.ErrBadSeries},
		"tick of 90 seconds":    {func(c *simulate.Case) { c.Load.Step = 90 * time.Second }, capacity.ErrBadSeries},
		"all is training":       {func(c *simulate.Case) { c.From = 3 }, capacity.ErrBadSeries},
		"no unit rate":          {func(c *simulate.Case) { c.Pool.UnitRate = 0 }, capacity.ErrBadPolicy},
		"unit rate NaN":         {func(c *simulate.Case) { c.Pool.UnitRate = math.NaN() }, capacity.ErrBadPolicy},
		"price":                 {func(c *simulate.Case) { c.Pool.Price = -1 }, capacity.ErrBadPolicy},
		"min above max":         {func(c *simulate.Case) { c.Pool.Min, c.Pool.Max = 5, 4 }, capacity.ErrBadPolicy},
		"max":                   {func(c *simulate.Case) { c.Pool.Max = 1e7 }, capacity.ErrBadPolicy},
		"start":                 {func(c *simulate.Case) { c.Start = -1 }, capacity.ErrBadPolicy},
		"lead time":             {func(c *simulate.Case) { c.Pool.LeadTime = -1 }, capacity.ErrBadPolicy},
		"jitter":                {func(c *simulate.Case) { c.Jitter = math.Inf(1) }, capacity.ErrBadPolicy},
		"interruption":          {func(c *simulate.Case) { c.Pool.Interruption = 1 }, capacity.ErrBadPolicy},
		"ramp":                  {func(c *simulate.Case) { c.Pool.Ramp.Up.Units = -1 }, capacity.ErrBadPolicy},
		"share of failures":     {func(c *simulate.Case) { c.Faults.Fail = 2 }, capacity.ErrBadPolicy},
		"outages":               {func(c *simulate.Case) { c.Faults.Gap.PerDay = math.NaN() }, capacity.ErrBadPolicy},
		"nothing is the matter": {func(*simulate.Case) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := good()
			test.spoil(&c)
			if _, err := simulate.New(c); !errors.Is(err, test.want) {
				t.Errorf("error is %v, want %v", err, test.want)
			}
		})
	}
}

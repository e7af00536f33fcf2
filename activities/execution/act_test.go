package execution_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
)

// A dial is a target that holds a number. What hinders a request comes from
// errs, one after the other; at each of them somebody else turns the dial to
// the next of turns, if there is one.
type dial struct {
	units capacity.Units
	errs  []error
	turns []capacity.Units
	calls int
	most  capacity.Units // that the worker's bounds allow; 0: any number
}

// bounded allows so many units.
type bounded capacity.Units

func (b bounded) Units(n capacity.Units) error {
	if n > capacity.Units(b) {
		return capacity.ErrRefused
	}
	return nil
}

func (d *dial) State(context.Context) (capacity.State, error) {
	return capacity.State{Units: d.units, Serving: d.units}, nil
}

func (d *dial) Scale(_ context.Context, a capacity.Action) error {
	d.calls++
	if len(d.errs) == 0 {
		d.units = a.Units
		return nil
	}
	err := d.errs[0]
	d.errs = d.errs[1:]
	if len(d.turns) > 0 {
		d.units, d.turns = d.turns[0], d.turns[1:]
	}
	return err
}

// act carries out an action on a dial, as a worker does.
func act(t *testing.T, d *dial, in execution.ActInput) (capacity.Outcome, error) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	a := &execution.Execution{
		Records: records.Records{Store: local.Store{Dir: t.TempDir()}, Now: now},
		Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return d, nil },
	}
	if d.most > 0 {
		a.Bounds = bounded(d.most)
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(a)
	value, err := env.ExecuteActivity(a.Act, in)
	var out capacity.Outcome
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

// TestAct_Errors: what is done about every error that a target may return, as
// its documentation promises.
func TestAct_Errors(t *testing.T) {
	for want, errs := range map[failure.Remedy][]error{
		failure.GiveUp: {
			capacity.ErrNoSuchTarget, capacity.ErrOutOfBounds, capacity.ErrRefused, capacity.ErrStopped, capacity.ErrNotFound, capacity.ErrBadPolicy,
			capacity.ErrBadSeries, capacity.ErrNoData, capacity.ErrTooShort, capacity.ErrAllZero, capacity.ErrConstant,
			capacity.ErrNotForecastable, capacity.ErrBadForecast,
		},
		failure.Compensate: {capacity.ErrAccess, capacity.ErrBadData, capacity.ErrTargetBusy, capacity.ErrConflict, errors.New("the line is dead")},
		failure.NextPool:   {capacity.ErrQuota, capacity.ErrNoCapacity},
	} {
		for _, one := range errs {
			t.Run(one.Error(), func(t *testing.T) {
				again := fmt.Errorf("scale: %w", one)
				_, err := act(t, &dial{units: 2, errs: []error{again, again, again}}, execution.ActInput{Action: capacity.Action{Units: 6}})
				if err == nil || failure.RemedyFor(err) != want {
					t.Errorf("got %v and remedy %q, want %q", err, failure.RemedyFor(err), want)
				}
			})
		}
	}
}

// TestAct_Unwanted: nothing is requested for a run that no longer waits for it. A target
// that holds the number already needs no request, and Act succeeds.
func TestAct_Unwanted(t *testing.T) {
	for _, before := range []capacity.Units{2, 6} {
		d := &dial{units: before}
		asked := 0
		a := &execution.Execution{
			Records: records.Records{
				Store: local.Store{Dir: t.TempDir()}, Now: time.Now,
				Heartbeat: func(context.Context, ...any) error {
					asked++
					return errors.New("the run was terminated")
				},
			},
			Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return d, nil },
		}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(a)
		_, err := env.ExecuteActivity(a.Act, execution.ActInput{Action: capacity.Action{Units: 6}})
		if unwanted := before != 6; (err != nil) != unwanted || (asked > 0) != unwanted || d.units != before {
			t.Errorf("from %d: got error %v after %d questions, and %d units", before, err, asked, d.units)
		}
	}
}

// TestAct_Bounds: what the worker's bounds do not allow is not requested, whoever wants
// it; a target beyond them may still be lowered.
func TestAct_Bounds(t *testing.T) {
	for name, test := range map[string]struct {
		before, to, most capacity.Units
		refused          bool
	}{
		"at the bound":            {2, 6, 6, false},
		"beyond it":               {2, 6, 5, true},
		"raised further":          {6, 8, 5, true},
		"lowered, but not enough": {9, 6, 5, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := &dial{units: test.before, most: test.most}
			_, err := act(t, d, execution.ActInput{Action: capacity.Action{Units: test.to}})
			if failure.Is(err, capacity.ErrRefused) != test.refused || (d.calls == 0) != test.refused {
				t.Errorf("got %v and %d requests, want it refused: %v", err, d.calls, test.refused)
			}
		})
	}
}

func TestAct_Drift(t *testing.T) {
	conflict := fmt.Errorf("scale: %w", capacity.ErrConflict)
	tests := map[string]struct {
		dial    dial
		in      execution.ActInput
		verdict capacity.Verdict
		units   capacity.Units // in the end
		calls   int
	}{
		"as expected":               {dial: dial{units: 2}, in: execution.ActInput{Expect: []capacity.Units{2}}, units: 6, calls: 1},
		"one of several":            {dial: dial{units: 3}, in: execution.ActInput{Expect: []capacity.Units{2, 3}}, units: 6, calls: 1},
		"nothing expected":          {dial: dial{units: 9}, units: 6, calls: 1},
		"somebody else":             {dial: dial{units: 9}, in: execution.ActInput{Expect: []capacity.Units{2}}, verdict: capacity.Drifted, units: 9},
		"already so":                {dial: dial{units: 6}, in: execution.ActInput{Expect: []capacity.Units{2}}, verdict: capacity.AlreadySo, units: 6},
		"a conflict that passes":    {dial: dial{units: 2, errs: []error{conflict, conflict}}, in: execution.ActInput{Expect: []capacity.Units{2}}, units: 6, calls: 3},
		"a conflict with a change":  {dial: dial{units: 2, errs: []error{conflict}, turns: []capacity.Units{9}}, in: execution.ActInput{Expect: []capacity.Units{2}}, verdict: capacity.Drifted, units: 9, calls: 1},
		"the target says so":        {dial: dial{units: 2, errs: []error{capacity.ErrDrifted}, turns: []capacity.Units{9}}, verdict: capacity.Drifted, units: 9, calls: 1},
		"at least, and more runs":   {dial: dial{units: 9}, in: execution.ActInput{Least: true}, verdict: capacity.AlreadySo, units: 9},
		"at least, and fewer run":   {dial: dial{units: 3}, in: execution.ActInput{Least: true}, units: 6, calls: 1},
		"a cut that is no at least": {dial: dial{units: 9}, in: execution.ActInput{Expect: []capacity.Units{9}}, units: 6, calls: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.in.Action.Units = 6
			found := test.dial.units
			out, err := act(t, &test.dial, test.in)
			if err != nil {
				t.Fatal(err)
			}
			if out.Verdict != test.verdict || test.dial.units != test.units || test.dial.calls != test.calls {
				t.Errorf("got verdict %q, %d units and %d calls, want %q, %d and %d", out.Verdict, test.dial.units, test.dial.calls, test.verdict, test.units, test.calls)
			}
			if out.Verdict != capacity.Drifted && out.Action.From != found {
				t.Errorf("the outcome says that it found %d, it found %d", out.Action.From, found)
			}
			if out.Verdict == capacity.Drifted && out.Note == "" {
				t.Error("a drift without a note")
			}
		})
	}
}

// TestAct_RepeatedInStop: a stop does not hide what an earlier try has written, whose
// answer was lost, and nothing more is written.
func TestAct_RepeatedInStop(t *testing.T) {
	for name, test := range map[string]struct {
		units   capacity.Units // that the target holds at the second try
		refused bool
	}{
		"written":     {6, false},
		"not written": {2, true},
	} {
		t.Run(name, func(t *testing.T) {
			store := local.Store{Dir: t.TempDir()}
			if _, err := store.Put(t.Context(), capacity.StopAllKey, []byte("fire")); err != nil {
				t.Fatal(err)
			}
			d := &dial{units: test.units}
			a := &execution.Execution{
				Records: records.Records{Store: store, Now: func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }},
				Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return d, nil },
			}
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestActivityEnvironment()
			env.RegisterActivity(a)
			env.SetHeartbeatDetails(capacity.State{Units: 2, Serving: 2})
			value, err := env.ExecuteActivity(a.Act, execution.ActInput{Action: capacity.Action{From: 2, Units: 6}, Expect: []capacity.Units{2}})
			if test.refused {
				if !failure.Is(err, capacity.ErrStopped) {
					t.Errorf("got %v, want ErrStopped", err)
				}
			} else {
				var out capacity.Outcome
				if err == nil {
					err = value.Get(&out)
				}
				if err != nil || out.Verdict != "" || out.Before.Units != 2 || out.After.Units != 6 {
					t.Errorf("got %+v, %v, want what the first try found and wrote", out, err)
				}
			}
			if d.calls > 0 {
				t.Error("it was written during a stop")
			}
		})
	}
}

// The reason of a stop in the store is told without what would move a terminal's cursor,
// and is cut between two characters.
func TestCheckStop_Reason(t *testing.T) {
	for stored, want := range map[string]string{
		"":                                   "(it says no reason)",
		"fire\x1b[2J in\u202e the region\n2": "(fire\ufffd[2J in\ufffd the region)",
		strings.Repeat("é", 121):             "(" + strings.Repeat("é", 120) + "…)",
		"\xff":                               "(\ufffd)",
	} {
		a := &execution.Execution{Records: records.Records{Store: local.Store{Dir: t.TempDir()}}}
		if _, err := a.Records.Store.Put(t.Context(), capacity.StopKey("chat"), []byte(stored)); err != nil {
			t.Fatal(err)
		}
		out, err := a.CheckStop(t.Context(), execution.OrdersInput{Service: "chat"})
		if err != nil || !strings.Contains(out.Why, want) {
			t.Errorf("%q: got %q, %v, want %q in it", stored, out.Why, err, want)
		}
	}
}

// A request does not go by what a run knows of orders while those that are stored are
// damaged: they may have paused the service.
func TestAct_DamagedOrders(t *testing.T) {
	d, store := &dial{units: 4}, local.Store{Dir: t.TempDir()}
	if _, err := store.Put(t.Context(), capacity.OrdersKey("chat"), []byte("{")); err != nil {
		t.Fatal(err)
	}
	a := &execution.Execution{
		Records: records.Records{Store: store, Now: time.Now},
		Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return d, nil },
	}
	env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
	env.RegisterActivity(a)
	_, err := env.ExecuteActivity(a.Act, execution.ActInput{Service: "chat", Action: capacity.Action{ID: "a", From: 4, Units: 6}})
	if !failure.Is(err, failure.ErrOutdated) || d.calls > 0 {
		t.Errorf("got %v and %d requests, want it refused as outdated before any request", err, d.calls)
	}
}

package workflows_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// tell gives the conductor an order so long after the origin.
func (c *conductor) tell(after time.Duration, update string, in any, callbacks callbacks) {
	c.env.RegisterDelayedCallback(func() {
		c.env.UpdateWorkflow(update, fmt.Sprintf("%s/%v", update, after), callbacks, in, "")
	}, after/speed)
}

// asked is the numbers that the fleet was asked for, in order.
func (c *conductor) asked(t *testing.T) []capacity.Units {
	t.Helper()
	var units []capacity.Units
	for _, line := range c.log(t) {
		var n capacity.Units
		if _, err := fmt.Sscan(line[strings.LastIndex(line, " ")+1:], &n); err != nil {
			t.Fatal(err)
		}
		units = append(units, n)
	}
	return units
}

// over is an override of the only pool.
func over(id string, units capacity.Units, least bool, until time.Duration) capacity.Override {
	return capacity.Override{ID: id, Units: units, AtLeast: least, From: origin, Until: origin.Add(until), By: "ann", Why: "a launch"}
}

func TestExecute_Orders(t *testing.T) {
	by := executor.Order{By: "ann", Why: "repairs"}
	type said struct {
		after  time.Duration
		update string
		in     any
	}
	tests := map[string]struct {
		said     []said
		freeze   []capacity.Window
		asked    []capacity.Units
		outcomes []string // of the plan's own actions
	}{
		"nothing": {asked: []capacity.Units{6, 4}, outcomes: []string{"p/0: done", "p/1: done"}},
		"exactly, and back to the plan beneath": {
			said:  []said{{30 * time.Minute, executor.OverrideOrder, over("o", 9, false, 3*time.Hour)}},
			asked: []capacity.Units{9, 4}, outcomes: []string{"p/0: superseded", "p/1: superseded"},
		},
		"a repeat changes nothing": {
			said: []said{
				{30 * time.Minute, executor.OverrideOrder, over("o", 9, false, 90*time.Minute)},
				{40 * time.Minute, executor.OverrideOrder, over("o", 12, false, 90*time.Minute)},
			},
			asked: []capacity.Units{9, 6, 4}, outcomes: []string{"p/0: superseded", "p/1: done"},
		},
		"at least, and the plan above it": {
			said:  []said{{30 * time.Minute, executor.OverrideOrder, over("o", 5, true, 3*time.Hour)}},
			asked: []capacity.Units{5, 6, 5, 4}, outcomes: []string{"p/0: done", "p/1: superseded"},
		},
		"cleared": {
			said: []said{
				{30 * time.Minute, executor.OverrideOrder, over("o", 9, false, 5*time.Hour)},
				{90 * time.Minute, executor.ClearOrder, executor.Order{By: "ann", Override: "o"}},
			},
			asked: []capacity.Units{9, 6, 4}, outcomes: []string{"p/0: superseded", "p/1: done"},
		},
		"beyond the plan's end": {
			said:  []said{{5 * time.Hour, executor.OverrideOrder, over("o", 9, false, 9*time.Hour)}},
			asked: []capacity.Units{6, 4, 9, 4}, outcomes: []string{"p/0: done", "p/1: done"},
		},
		"paused and resumed": {
			said:  []said{{30 * time.Minute, executor.PauseOrder, by}, {90 * time.Minute, executor.ResumeOrder, by}},
			asked: []capacity.Units{6, 4}, outcomes: []string{"p/0: done", "p/1: done"},
		},
		"paused for good": {
			said:     []said{{90 * time.Minute, executor.PauseOrder, by}},
			asked:    []capacity.Units{6},
			outcomes: []string{"p/0: done", "p/1: superseded"},
		},
		"paused for a while": {
			said:  []said{{90 * time.Minute, executor.PauseOrder, executor.Order{By: "ann", Why: "repairs", Until: origin.Add(3 * time.Hour)}}},
			asked: []capacity.Units{6, 4}, outcomes: []string{"p/0: done", "p/1: done"},
		},
		"an override in a pause waits": {
			said: []said{
				{90 * time.Minute, executor.PauseOrder, by},
				{100 * time.Minute, executor.OverrideOrder, over("o", 9, false, 4*time.Hour)},
				{3 * time.Hour, executor.ResumeOrder, by},
			},
			asked: []capacity.Units{6, 9, 4}, outcomes: []string{"p/0: done", "p/1: superseded"},
		},
		"frozen": {
			freeze: []capacity.Window{{From: origin.Add(90 * time.Minute), To: origin.Add(4 * time.Hour)}},
			asked:  []capacity.Units{6, 4}, outcomes: []string{"p/0: done", "p/1: done"},
		},
		"aborted": {
			said:     []said{{90 * time.Minute, executor.AbortOrder, by}},
			asked:    []capacity.Units{6},
			outcomes: []string{"p/0: done", "p/1: superseded"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			c.policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: test.freeze}
			c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{2 * time.Hour, 6, 4}), updateCallbacks{})
			for _, s := range test.said {
				c.tell(s.after, s.update, s.in, updateCallbacks{})
			}
			c.run(t)
			if diff := cmp.Diff(test.asked, c.asked(t)); diff != "" {
				t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
			}
			var own []string
			for _, o := range c.outcomes(t, "p") {
				if strings.HasPrefix(o, "p/0:") || strings.HasPrefix(o, "p/1:") {
					own = append(own, o)
				}
			}
			if diff := cmp.Diff(test.outcomes, own); diff != "" {
				t.Errorf("the plan's outcomes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExecute_RefusedOrders(t *testing.T) {
	by := executor.Order{By: "ann", Why: "repairs"}
	frozen := over("o", 9, false, 5*time.Hour)
	frozen.From = origin.Add(3 * time.Hour)
	nobody, silent, elsewhere, negative := frozen, frozen, frozen, frozen
	nobody.By, silent.Why, elsewhere.Pool, negative.Units = "", "", "b", -1
	tests := map[string]struct {
		update string
		in     any
		want   string
	}{
		"override by nobody":     {executor.OverrideOrder, nobody, "who"},
		"override without why":   {executor.OverrideOrder, silent, "why"},
		"override elsewhere":     {executor.OverrideOrder, elsewhere, `no pool "b"`},
		"override below zero":    {executor.OverrideOrder, negative, "-1 unit"},
		"override that is over":  {executor.OverrideOrder, over("o", 9, false, time.Minute), "before it counts"},
		"override in a freeze":   {executor.OverrideOrder, frozen, "freezes web until"},
		"override without an ID": {executor.OverrideOrder, over("", 9, false, 5*time.Hour), "no ID"},
		"clear of nothing":       {executor.ClearOrder, executor.Order{By: "ann", Override: "x"}, `no override "x"`},
		"resume of nothing":      {executor.ResumeOrder, by, "not paused"},
		"pause without why":      {executor.PauseOrder, executor.Order{By: "ann"}, "why"},
		"pause that is over":     {executor.PauseOrder, executor.Order{By: "ann", Why: "x", Until: origin}, "before it begins"},
		"abort without why":      {executor.AbortOrder, executor.Order{By: "ann"}, "why"},
		"abort by nobody":        {executor.AbortOrder, executor.Order{Why: "x"}, "who"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			c.policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: origin.Add(3 * time.Hour), To: origin.Add(4 * time.Hour)}}}
			c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}), updateCallbacks{})
			var err error
			c.tell(90*time.Minute, test.update, test.in, declined{&err})
			c.run(t)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it refused with %q", err, test.want)
			}
		})
	}
}

// declined hears why an update was refused, at once or once its sender was admitted.
type declined struct{ err *error }

func (declined) Accept() {}

func (d declined) Reject(err error) { *d.err = err }

func (d declined) Complete(_ any, err error) { *d.err = err }

// TestExecute_ResumesWhatItDoesNotKnow: orders that a run does not know of, such as after
// a reset to before a pause, are read before a resume is refused.
func TestExecute_ResumesWhatItDoesNotKnow(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{4 * time.Hour, 6, 4}), updateCallbacks{})
	c.env.RegisterDelayedCallback(func() {
		paused := executor.StandingOrders{Seq: 1, Pause: &executor.Order{Name: executor.PauseOrder, By: "bob", Why: "repairs", At: origin, Seq: 1}}
		data, err := json.Marshal(paused)
		if err == nil {
			err = c.acts.Store.Swap(t.Context(), capacity.OrdersKey("web"), data, "")
		}
		if err != nil {
			panic(err)
		}
	}, 30*time.Minute/speed)
	c.tell(40*time.Minute, executor.ResumeOrder, executor.Order{By: "ann"}, updateCallbacks{})
	c.run(t)
	if diff := cmp.Diff([]capacity.Units{6, 4}, c.asked(t)); diff != "" {
		t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
	}
}

// TestExecute_LostOrders: a pause whose object in the store is gone is found in the audit
// by the next run.
func TestExecute_LostOrders(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{2 * time.Hour, 2, 6}), updateCallbacks{})
	c.tell(40*time.Minute, executor.PauseOrder, executor.Order{By: "bob", Why: "repairs"}, updateCallbacks{})
	c.env.RegisterDelayedCallback(func() { c.env.CancelWorkflow() }, 80*time.Minute/speed)
	c.env.ExecuteWorkflow(workflows.Execute, c.state())
	key := capacity.OrdersKey("web")
	if err := c.acts.Store.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}

	c.env = c.conductorEnv()
	c.env.SetStartTime(origin.Add(90 * time.Minute / speed))
	var known executor.State
	c.env.RegisterDelayedCallback(func() {
		value, err := c.env.QueryWorkflow(workflows.StatusQuery)
		if err == nil {
			err = value.Get(&known)
		}
		if err != nil {
			panic(err)
		}
		c.env.CancelWorkflow()
	}, 10*time.Minute/speed)
	c.env.ExecuteWorkflow(workflows.Execute, c.state())
	if known.Pause == nil || known.Pause.By != "bob" {
		t.Errorf("the pause is %+v, want that of bob", known.Pause)
	}
	if n := len(c.records(t, audit.Damaged)); n != 1 {
		t.Errorf("%d records say that the orders were gone, want 1", n)
	}
	if _, _, err := c.acts.Store.Get(t.Context(), key); err != nil {
		t.Errorf("the orders are not stored again: %v", err)
	}
}

// TestExecute_StopOnRecord: a stop in the store is on record once, and so is its end,
// however many requests meet it.
func TestExecute_StopOnRecord(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}), updateCallbacks{})
	change := func(after time.Duration, do func() error) {
		c.env.RegisterDelayedCallback(func() {
			if err := do(); err != nil {
				panic(err)
			}
		}, after/speed)
	}
	change(0, func() error { return c.acts.Store.Swap(t.Context(), capacity.StopAllKey, []byte("a fire\n"), "") })
	change(3*time.Hour, func() error { return c.acts.Store.Delete(t.Context(), capacity.StopAllKey) })
	c.run(t)
	var texts []string
	for _, r := range c.records(t, audit.Stopped) {
		texts = append(texts, r.Text)
	}
	if len(texts) != 2 || !strings.Contains(texts[0]+texts[1], "are stopped: the object \"stop/all\" in the bucket stops all changes (a fire)") || !strings.Contains(texts[0]+texts[1], "no longer stopped") {
		t.Errorf("got records %q, want one of the stop and one of its end", texts)
	}
}

// TestExecute_ContinuesWithOrders: what was said survives continue-as-new.
func TestExecute_ContinuesWithOrders(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{4 * time.Hour, 6, 4}), updateCallbacks{})
	c.tell(80*time.Minute, executor.OverrideOrder, over("o", 9, false, 3*time.Hour), updateCallbacks{})
	c.env.RegisterDelayedCallback(func() { c.env.SetContinueAsNewSuggested(true) }, 101*time.Minute/speed)
	c.tell(100*time.Minute, executor.PauseOrder, executor.Order{By: "ann", Why: "repairs", Until: origin.Add(150 * time.Minute)}, updateCallbacks{})
	c.env.ExecuteWorkflow(workflows.Execute, c.state())
	again, ok := errors.AsType[*workflow.ContinueAsNewError](c.env.GetWorkflowError())
	if !ok {
		t.Fatalf("got %v, want it continued as new", c.env.GetWorkflowError())
	}
	var state executor.State
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &state); err != nil {
		t.Fatal(err)
	}
	if len(state.Overrides) != 1 || state.Pause == nil || len(state.Recent) != 2 || state.Recent[0].By != "ann" || state.Recent[0].At.IsZero() || state.Next[c.policy.Pools[0].Target] != 1 {
		t.Fatalf("got state %+v, want the override, the pause, both orders and one action begun", state)
	}
	c.env = c.conductorEnv()
	c.env.SetStartTime(origin.Add(102 * time.Minute / speed))
	c.conduct(t, state)
	if diff := cmp.Diff([]capacity.Units{6, 9, 6, 4}, c.asked(t)); diff != "" {
		t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
	}
}

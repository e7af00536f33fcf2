package workflows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// TestExecute_Tells: what was said, by whom and why, and what somebody else
// changed, is in the state that status shows.
func TestExecute_Tells(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{2 * time.Hour, 6, 4}), updateCallbacks{})
	c.stranger(t, 90*time.Minute, 11)
	c.tell(3*time.Hour, executor.OverrideOrder, over("o", 9, true, 9*time.Hour), updateCallbacks{})
	c.tell(200*time.Minute, executor.PauseOrder, executor.Order{By: "bob", Why: "repairs"}, updateCallbacks{})
	var drifted, told executor.State
	for after, state := range map[time.Duration]*executor.State{150 * time.Minute: &drifted, 4 * time.Hour: &told} {
		c.env.RegisterDelayedCallback(func() {
			value, err := c.env.QueryWorkflow(workflows.StatusQuery)
			if err == nil {
				err = value.Get(state)
			}
			if err != nil {
				panic(err)
			}
		}, after/speed)
	}
	c.tell(5*time.Hour, executor.AbortOrder, executor.Order{By: "cy", Why: "enough"}, updateCallbacks{})
	c.env.ExecuteWorkflow(workflows.Execute, c.state())
	var end executor.State
	if err := c.env.GetWorkflowResult(&end); err != nil {
		t.Fatal(err)
	}
	target := c.policy.Pools[0].Target
	if said := drifted.Targets[target].Conflict; !strings.Contains(said, "asked for 11 units, 6 were expected") {
		t.Errorf("got drift %q, want both numbers", said)
	}
	if told.Pause == nil || told.Pause.By != "bob" || told.Targets[target].Conflict != "" || told.Targets[target].Requested != capacity.Units(9) {
		t.Errorf("got pause %+v and %+v, want bob's pause and the override's 9 units", told.Pause, told.Targets[target])
	}
	var said []string
	for _, o := range end.Recent {
		said = append(said, fmt.Sprintf("%s by %s: %s", o.Name, o.By, o.Why))
	}
	if got, want := strings.Join(said, "; "), "override by ann: a launch; pause by bob: repairs; abort by cy: enough"; got != want {
		t.Errorf("got orders %q, want %q", got, want)
	}
	if end.Aborted == nil || end.Aborted.At.IsZero() {
		t.Errorf("got %+v, want it aborted, and when", end.Aborted)
	}
}

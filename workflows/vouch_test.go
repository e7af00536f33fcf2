package workflows_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// TestExecute_Vouched: naming a workflow that runs opens nothing but what that
// workflow has to do; what is refused is on record.
func TestExecute_Vouched(t *testing.T) {
	event := over("event/web/launch/a", 9, true, 9*time.Hour)
	other := over("x", 9, true, 9*time.Hour)
	for name, test := range map[string]struct {
		update, token string
		in            any
		let           bool
	}{
		"an event overrides":          {executor.OverrideOrder, "event/web/launch", event, true},
		"the retirement aborts":       {executor.AbortOrder, "retire/web", executor.Order{By: "ann", Why: "gone"}, true},
		"an event, another override":  {executor.OverrideOrder, "event/web/launch", other, false},
		"an event of another service": {executor.OverrideOrder, "event/other/launch", over("event/other/launch/a", 9, true, 9*time.Hour), false},
		"an event aborts":             {executor.AbortOrder, "event/web/launch", executor.Order{By: "eve", Why: "x"}, false},
		"an event pauses":             {executor.PauseOrder, "event/web/launch", executor.Order{By: "eve", Why: "x"}, false},
		"the conductor itself":        {executor.OverrideOrder, "execute/web", over("execute/web/a", 9, true, 9*time.Hour), false},
		"another's retirement":        {executor.AbortOrder, "retire/other", executor.Order{By: "eve", Why: "x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			// Nobody has a role, so that only who is vouched for passes.
			c.ports.identify = func(_ context.Context, claimed, token string) (capacity.Identity, error) {
				id, _ := workflows.WorkflowOf(token)
				return capacity.Identity{Name: claimed, Workflow: id}, nil
			}
			var failure error
			c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 3}), updateCallbacks{})
			c.env.RegisterDelayedCallback(func() {
				c.env.UpdateWorkflow(test.update, "u", answered{&failure}, test.in, workflows.TokenOf(test.token))
			}, 30*time.Minute/speed)
			c.run(t)
			if let := failure == nil; let != test.let {
				t.Errorf("got %v, want it let pass: %v", failure, test.let)
			}
			if !test.let && !strings.Contains(failure.Error(), "only the preparation of an event") {
				t.Errorf("got %v", failure)
			}
			var kinds []audit.Kind
			for r, err := range audit.Read(t.Context(), c.acts.Store, "web") {
				if err != nil {
					t.Fatal(err)
				}
				kinds = append(kinds, r.Kind)
			}
			if slices.Contains(kinds, audit.Refused) == test.let {
				t.Errorf("the audit has %v", kinds)
			}
		})
	}
}

// answered keeps how an update ended.
type answered struct{ err *error }

func (answered) Accept() {}

func (a answered) Reject(err error) { *a.err = err }

func (a answered) Complete(_ any, err error) { *a.err = err }

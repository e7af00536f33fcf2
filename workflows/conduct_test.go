package workflows_test

import (
	"testing"
	"time"

	"headroom/executor"
	"headroom/workflows"
)

// conduct carries out what is offered until the last plan is over, and no override
// is left; then it aborts the conductor, which would hold what it has for ever.
func (c *conductor) conduct(t *testing.T, in executor.State) (out executor.State) {
	t.Helper()
	c.abortWhen(func(s executor.State) bool { return s.Ended != "" && len(s.Overrides) == 0 })
	if in.Plan.ID != "" || len(in.Targets) > 0 {
		c.env.SetContinuedExecutionRunID("the run before")
	}
	c.env.ExecuteWorkflow(workflows.Execute, in)
	if err := c.env.GetWorkflowResult(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// abortWhen aborts the conductor when its state is so at a full hour.
func (c *conductor) abortWhen(enough func(executor.State) bool) {
	var look func()
	look = func() {
		if c.env.IsWorkflowCompleted() {
			return
		}
		var s executor.State
		value, err := c.env.QueryWorkflow(workflows.StatusQuery)
		if err == nil {
			err = value.Get(&s)
		}
		if err == nil && s.Plan.ID != "" && enough(s) {
			c.env.UpdateWorkflow(executor.AbortOrder, "the end", abortCallbacks{}, executor.Order{By: "the test", Why: "it is over"}, "")
			return
		}
		c.env.RegisterDelayedCallback(look, time.Hour/speed)
	}
	c.env.RegisterDelayedCallback(look, time.Hour/speed)
}

// abortCallbacks let an abort come too late.
type abortCallbacks struct{}

func (abortCallbacks) Accept()             {}
func (abortCallbacks) Reject(error)        {}
func (abortCallbacks) Complete(any, error) {}

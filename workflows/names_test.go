package workflows_test

import (
	"strings"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
	"headroom/executor/event"
	"headroom/workflows"
)

// TestNames: a run that is started with what no service, event, task or kind can be named
// ends at once, and nothing is stored or asked.
func TestNames(t *testing.T) {
	prepare := func(service, name string) workflows.EventState {
		return workflows.EventState{State: event.State{Service: service, Event: capacity.Event{Name: name}, RestoreOnly: true}}
	}
	for name, test := range map[string]struct {
		workflow, in any
		want         string
	}{
		"conductor":          {workflows.Execute, executor.State{Service: "web/records"}, `"web/records" is no name`},
		"event's service":    {workflows.PrepareEvent, prepare("../web", "launch"), `"../web" is no name`},
		"event":              {workflows.PrepareEvent, prepare("web", "../orders/web"), `"../orders/web" is no name`},
		"task of a schedule": {workflows.Due, workflows.DueInput{Service: "web", Task: "a/b"}, `no task "a/b"`},
		"fleet":              {workflows.Fleet, workflows.FleetState{Kind: "../../services"}, `of kind "../../services"`},
		"service to plan":    {workflows.Plan, workflows.PlanInput{Service: "web/records"}, `"web/records" is no name of a service`},
		"service to retire":  {workflows.Retire, workflows.RetireInput{Service: "web/records"}, `"web/records" is no name of a service`},
	} {
		t.Run(name, func(t *testing.T) {
			store := local.Store{Dir: t.TempDir()}
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			workflows.Register(env)
			env.RegisterActivity(activities.New(activities.Ports{Store: store, Conductor: &ports{}, Identifier: &ports{}}))
			env.ExecuteWorkflow(test.workflow, test.in)
			if err := env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			for e, err := range store.List(t.Context(), "", "") {
				t.Errorf("%q is stored (%v)", e.Key, err)
			}
		})
	}
}

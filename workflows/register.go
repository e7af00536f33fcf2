// Package workflows says what happens in which order, and what if not. It
// computes nothing: everything that may be tuned is an activity, so that its
// result is recorded and tuning never breaks a run that is under way.
package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/fleet"
)

// Register makes the workflows known to a worker, a replayer or a test. Where workers
// are versioned, a run stays on the build on which it began. Those that live long move
// on when they continue as new: Execute at the next plan, PrepareEvent at its next look.
func Register(r worker.WorkflowRegistry) {
	pinned := workflow.RegisterOptions{VersioningBehavior: workflow.VersioningBehaviorPinned}
	r.RegisterWorkflowWithOptions(ApplyPolicy, pinned)
	r.RegisterWorkflowWithOptions(Retrain, pinned)
	r.RegisterWorkflowWithOptions(Plan, pinned)
	r.RegisterWorkflowWithOptions(Execute, pinned)
	r.RegisterWorkflowWithOptions(PrepareEvent, pinned)
	r.RegisterWorkflowWithOptions(Due, pinned)
	r.RegisterWorkflowWithOptions(Retire, pinned)
	r.RegisterWorkflowWithOptions(SignSchedules, pinned)
	r.RegisterWorkflowWithOptions(Fleet, pinned)
	r.RegisterWorkflowWithOptions(Notify, pinned)
	r.RegisterWorkflowWithOptions(Regret, pinned)
	r.RegisterWorkflowWithOptions(Prune, pinned)
	// Its activity outlives every build; the next one goes on with it.
	r.RegisterWorkflowWithOptions(Live, workflow.RegisterOptions{VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
}

// PolicyID is the workflow ID under which a policy of a service is put in force.
func PolicyID(service string) string { return "policy/" + service }

// RetrainID is the workflow ID under which a service is retrained.
func RetrainID(service string) string { return "retrain/" + service }

// PlanID is the workflow ID under which a service is planned.
func PlanID(service string) string { return "plan/" + service }

// ExecuteID is the workflow ID of a service's conductor.
func ExecuteID(service string) string { return "execute/" + service }

// EventID is the workflow ID under which a service is prepared for an event.
func EventID(service, event string) string { return "event/" + service + "/" + event }

// RetireID is the workflow ID under which a service without a policy is left.
func RetireID(service string) string { return "retire/" + service }

// DueID is the workflow ID under which a schedule has a task done, to which Temporal adds
// the time.
func DueID(service string, task Task) string { return "due/" + service + "/" + string(task) }

// RegretID is the workflow ID under which a service is looked back at.
func RegretID(service string) string { return "regret/" + service }

// FleetID is the workflow ID under which a fleet is retrained, planned or looked
// back at.
func FleetID(kind fleet.Kind) string { return "fleet/" + string(kind) }

// Package workflows says what happens in which order, and what if not. It
// computes nothing: everything that may be tuned is an activity, so that its
// result is recorded and tuning never breaks a run that is under way.
package workflows

import "go.temporal.io/sdk/worker"

// Register makes the workflows known to a worker, a replayer or a test.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflow(Retrain)
	r.RegisterWorkflow(Plan)
	r.RegisterWorkflow(Execute)
	r.RegisterWorkflow(Due)
	r.RegisterWorkflow(Retire)
}

// RetrainID is the workflow ID under which a service is retrained.
func RetrainID(service string) string { return "retrain/" + service }

// PlanID is the workflow ID under which a service is planned.
func PlanID(service string) string { return "plan/" + service }

// ExecuteID is the workflow ID of a service's conductor.
func ExecuteID(service string) string { return "execute/" + service }

// RetireID is the workflow ID under which a service without a policy is left.
func RetireID(service string) string { return "retire/" + service }

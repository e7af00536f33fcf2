package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// A Moved is what came of moving one run.
type Moved struct {
	ID  string // of the workflow
	Why string `json:",omitempty"` // it stays; empty: it goes on with the other build
}

// Move lets running runs go on with another build from their next workflow task on:
// those of the workflow IDs, or of all that are on the build from. Each stays there
// until it moves by itself. A run whose history does not replay with the other build
// stands still there, and can be moved back. A build of which no worker runs is
// refused with [ErrNotRouted], an ID of which no run is on the build from is told in
// the result.
func (d Deployment) Move(ctx context.Context, from, to string, ids []string) ([]Moved, error) {
	what := fmt.Sprintf("move runs of the deployment %q from build %s to build %s", d.Name, from, to)
	if err := d.ready(ctx, to); err != nil {
		return nil, explain(what, err)
	}
	var runs []*commonpb.WorkflowExecution
	err := d.each(ctx, from, func(run *commonpb.WorkflowExecution, _ string) {
		if len(ids) == 0 || slices.Contains(ids, run.GetWorkflowId()) {
			runs = append(runs, run)
		}
	})
	if err != nil {
		return nil, explain(what, err)
	}
	var all []Moved
	for _, run := range runs {
		m := Moved{ID: run.GetWorkflowId()}
		if err := d.moveRun(ctx, run, to); err != nil {
			m.Why = err.Error()
		}
		all = append(all, m)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(m Moved) bool { return m.ID == id }) {
			all = append(all, Moved{id, fmt.Sprintf("no run of it is on build %s", from)})
		}
	}
	slices.SortFunc(all, func(a, b Moved) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// moveRun has the next workflow task of a run done by another build. After that task
// the run is pinned to that build by its own workflow type: an override that lasted
// would be handed on when it continues as new, and keep it there for ever.
func (d Deployment) moveRun(ctx context.Context, run *commonpb.WorkflowExecution, to string) error {
	once := &client.OneTimeVersioningOverride{TargetVersion: worker.WorkerDeploymentVersion{DeploymentName: d.Name, BuildID: to}}
	_, err := d.Temporal.UpdateWorkflowExecutionOptions(ctx, client.UpdateWorkflowExecutionOptionsRequest{
		WorkflowId: run.GetWorkflowId(), RunId: run.GetRunId(),
		WorkflowExecutionOptionsChanges: client.WorkflowExecutionOptionsChanges{VersioningOverride: &client.VersioningOverrideChange{Value: once}},
	})
	if _, ended := errors.AsType[*serviceerror.NotFound](err); ended {
		return nil // meanwhile
	}
	return err
}

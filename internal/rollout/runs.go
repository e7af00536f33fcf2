package rollout

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// A Count is how many runs of a workflow type there are.
type Count struct {
	Type string
	Runs int
}

// runs counts the running runs on a version, by workflow type.
func (d Deployment) runs(ctx context.Context, build string) ([]Count, error) {
	counts := map[string]int{}
	err := d.each(ctx, build, func(_ *commonpb.WorkflowExecution, kind string) { counts[kind]++ })
	var all []Count
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, Count{kind, counts[kind]})
	}
	return all, err
}

// each goes through the running runs on a version. Those without one are of any
// deployment that shares the queue.
func (d Deployment) each(ctx context.Context, build string, do func(run *commonpb.WorkflowExecution, kind string)) error {
	quoted := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "\\'") + "'" }
	on := "TemporalWorkerDeploymentVersion = " + quoted(d.Name+":"+build)
	if build == Unversioned {
		on = "TemporalWorkerDeploymentVersion IS NULL AND TaskQueue = " + quoted(d.Queues[0].Name)
	}
	request := &workflowservice.ListWorkflowExecutionsRequest{PageSize: 1000, Query: on + " AND ExecutionStatus = 'Running'"}
	for {
		page, err := d.Temporal.ListWorkflow(ctx, request)
		if err != nil {
			return fmt.Errorf("list the runs on build %q: %w", build, err)
		}
		for _, e := range page.GetExecutions() {
			do(e.GetExecution(), e.GetType().GetName())
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			return nil
		}
	}
}

package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/pruning"
)

// PruneID is the workflow ID under which the store is pruned.
const PruneID = "prune"

// PruneState is what a run that prunes begins with, and continues as new with: nothing
// to begin with.
type PruneState struct {
	pruning.PruneInput
}

// Prune removes what is no longer kept and what nothing in force needs, service by
// service, and says what it removed. It may be run at any time: what is written
// meanwhile stays.
func Prune(ctx workflow.Context, s PruneState) (pruning.ConcludeResult, error) {
	var out pruning.ConcludeResult
	if !continued(ctx) { // what a caller says of how far it is does not count
		s = PruneState{}
	}
	if s.Run == "" {
		s.Run = fmt.Sprintf("%s-%.8s", workflow.Now(ctx).UTC().Format("20060102T150405Z"), workflow.GetInfo(ctx).WorkflowExecution.RunID)
	}
	for more := true; more; {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return out, workflow.NewContinueAsNewError(ctx, Prune, s)
		}
		done, err := do(prune(ctx, fmt.Sprintf("prune services after %q", s.After)), a.PruneServices, s.PruneInput)
		if err != nil {
			return out, err
		}
		s.After, s.So, more = done.After, done.So, done.More
	}
	out, err := do(prune(ctx, "prune what belongs to no service"), a.Conclude, pruning.ConcludeInput{Run: s.Run, So: s.So})
	if err != nil {
		return out, err
	}
	return out, stage(ctx, fleetService, "done", out.Story)
}

package inforce

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"headroom/activities/fleet"
	"headroom/internal/cli/session"
	"headroom/internal/scheduling"
	"headroom/workflows"
)

// recently is how long ago something may have ended that a service is known by.
const recently = 7 * 24 * time.Hour

// Services are the names of all services that have a schedule, or of which something
// runs or ran lately.
func Services(ctx context.Context, s session.Session) ([]string, error) {
	names := map[string]bool{}
	found, err := scheduling.Find(ctx, s.Temporal)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		names[f.Service] = true
	}
	for _, kind := range []fleet.Kind{fleet.Retrain, fleet.Plan, fleet.Regret} {
		if err := fleetServices(ctx, s, kind, names); err != nil {
			return nil, err
		}
	}
	request := &workflowservice.ListWorkflowExecutionsRequest{
		PageSize: 1000,
		Query: fmt.Sprintf("WorkflowType IN ('Plan', 'Execute', 'Retrain') AND (ExecutionStatus = 'Running' OR StartTime > '%s')",
			time.Now().Add(-recently).UTC().Format(time.RFC3339)),
	}
	for {
		page, err := s.Temporal.ListWorkflow(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("ask Temporal for the services: %w", err)
		}
		for _, e := range page.GetExecutions() {
			id := e.GetExecution().GetWorkflowId()
			for _, of := range []func(string) string{workflows.PlanID, workflows.ExecuteID, workflows.RetrainID} {
				if service, ours := strings.CutPrefix(id, of("")); ours {
					names[service] = true
				}
			}
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			delete(names, "")
			return slices.Sorted(maps.Keys(names)), nil
		}
	}
}

// fleetServices adds the services of the last run over a fleet.
func fleetServices(ctx context.Context, s session.Session, kind fleet.Kind, names map[string]bool) error {
	var run workflows.FleetState
	if _, err := Ask(ctx, s, workflows.FleetID(kind), true, &run); err != nil || run.List.Key == "" {
		return err
	}
	list, err := session.ReadIfThere[fleet.List](ctx, s.Store, run.List.Key)
	if err != nil || list == nil {
		return err
	}
	for _, m := range list.Services {
		names[m.Service] = true
	}
	return nil
}

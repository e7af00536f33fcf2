package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/activities"
	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/models"
	"headroom/workflows"
)

// newActivities gives the activities their ports.
func newActivities(s Settings, s3 *aws.Client, temporal client.Client) *activities.Activities {
	return &activities.Activities{
		Store: aws.Store{Client: s3, Bucket: s.Bucket},
		Sources: func(uri string) (history.Source, error) {
			switch {
			case strings.HasPrefix(uri, "s3://"):
				return aws.Source{Client: s3}, nil
			case strings.HasPrefix(uri, "file://"):
				return local.Source{}, nil
			case strings.HasPrefix(uri, "prometheus"):
				return s.Metrics, nil
			}
			return nil, fmt.Errorf("source %q: write s3://bucket/prefix/, file:///folder/ or prometheus://host:9090/: %w", uri, capacity.ErrBadPolicy)
		},
		Targets:  targets(s),
		Models:   func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step)) },
		Now:      time.Now,
		Offer:    offer(temporal),
		Speak:    speak(temporal),
		Deliver:  deliver(temporal),
		Dismiss:  dismiss(temporal),
		Identify: identify(temporal, s.Identity),
		Notify:   notify(temporal),
		Post:     post(),
		Told:     s.told,
	}
}

// offer hands a plan to the service's conductor, in one call that starts it if
// it does not run. The plan's ID makes a repeat harmless.
func offer(temporal client.Client) func(context.Context, activities.TakeInput) error {
	return func(ctx context.Context, in activities.TakeInput) error {
		start := temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID:                       workflows.ExecuteID(in.Service),
			TaskQueue:                workflows.Queue,
			WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			StaticSummary:            "carries out the plans of " + in.Service,
		}, workflows.Execute, workflows.ExecuteState{Service: in.Service, Policy: in.Policy, Clock: in.Clock})
		handle, err := temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start,
			UpdateOptions: client.UpdateWorkflowOptions{
				UpdateID: in.Plan.ID, UpdateName: workflows.TakeUpdate, Args: []any{in},
				WaitForStage: client.WorkflowUpdateStageCompleted,
			},
		})
		if err != nil {
			return fmt.Errorf("hand plan %s to the conductor of %q: %w", in.Plan.ID, in.Service, err)
		}
		return handle.Get(ctx, nil)
	}
}

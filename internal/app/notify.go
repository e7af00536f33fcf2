package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"headroom/activities"
	"headroom/adapters/aws/sns"
	"headroom/adapters/slack"
	"headroom/capacity"
	"headroom/workflows"
)

// notify puts a notice on its way: a workflow of its own brings it to the
// channels. Its ID makes sure that nobody is told twice.
func notify(temporal client.Client) func(context.Context, activities.NoticeInput) error {
	return func(ctx context.Context, in activities.NoticeInput) error {
		id := workflows.NotifyID(in.Notice)
		_, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID: id, TaskQueue: workflows.Queue, StaticSummary: string(in.Notice.Kind) + ": " + in.Notice.Text,
			WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
			WorkflowExecutionErrorWhenAlreadyStarted: true,
		}, workflows.Notify, in)
		if _, told := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); told {
			return nil
		}
		if err != nil {
			return fmt.Errorf("start %s: %w", id, err)
		}
		return nil
	}
}

// post brings a notice to a channel of a policy's.
func post() func(context.Context, string, capacity.Notice) error {
	topics := &sns.Topics{}
	return func(ctx context.Context, to string, n capacity.Notice) error {
		if strings.HasPrefix(to, "sns://") {
			return topics.Post(ctx, to, n)
		}
		if name, variable := strings.CutPrefix(to, "env:"); variable {
			if to = os.Getenv(name); to == "" {
				return fmt.Errorf("the worker has no variable %s, which the policy names for a webhook: set it there: %w", name, capacity.ErrBadPolicy)
			}
		}
		return slack.Post(ctx, to, n)
	}
}

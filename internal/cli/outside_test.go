package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	common "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"headroom/capacity"
	"headroom/internal/app"
	"headroom/workflows"
)

// outside does what a person does without Headroom, for scripts: "outside put KEY TEXT",
// "outside rm KEY", "outside terminate WORKFLOW-ID REASON", "outside start WORKFLOW-ID
// WORKFLOW INPUT", which waits for its end, and the input is JSON, "outside copy
// SCHEDULE-ID WORKFLOW-ID", which starts a run with the input of the newest one of a
// schedule, and waits for its end, "outside order WORKFLOW-ID UPDATE-ID UPDATE INPUT".
func outside() {
	if err := actOutside(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func actOutside(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("usage: outside put|rm|terminate|start|reset|copy|order|retake KEY [TEXT...]")
	}
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return err
	}
	store, err := app.OpenStore(ctx, settings)
	if err != nil {
		return err
	}
	switch args[0] {
	case "put":
		_, version, err := store.Get(ctx, args[1])
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return err
		}
		return store.Swap(ctx, args[1], []byte(args[2]), version)
	case "rm":
		return store.Delete(ctx, args[1])
	}
	temporal, err := app.Dial(ctx, settings, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer temporal.Close()
	switch args[0] {
	case "terminate":
		return temporal.TerminateWorkflow(ctx, args[1], "", args[2])
	case "reset": // to its first workflow task
		_, err := temporal.ResetWorkflowExecution(ctx, &workflowservice.ResetWorkflowExecutionRequest{
			Namespace: client.DefaultNamespace, WorkflowExecution: &common.WorkflowExecution{WorkflowId: args[1]},
			RequestId: "reset " + args[1], WorkflowTaskFinishEventId: 4,
		})
		if err != nil {
			return err
		}
		return temporal.GetWorkflow(ctx, args[1], "").Get(ctx, nil)
	case "start":
		run, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: args[1], TaskQueue: workflows.Queue}, args[2], json.RawMessage(args[3]))
		if err != nil {
			return err
		}
		return run.Get(ctx, nil)
	case "order":
		handle, err := temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: args[1], UpdateID: args[2], UpdateName: args[3], Args: []any{json.RawMessage(args[4]), ""}, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err != nil {
			return err
		}
		return handle.Get(ctx, nil)
	case "retake":
		return retake(ctx, temporal, settings, args[1])
	case "copy":
		return copyRun(ctx, temporal, settings, args[1], args[2])
	}
	return fmt.Errorf("there is no %q", args[0])
}

// copyRun starts a run with the input of the newest one of a schedule, which the keys of a
// person open, and waits for its end.
func copyRun(ctx context.Context, temporal client.Client, s app.Settings, schedule, id string) error {
	d, err := temporal.ScheduleClient().GetHandle(ctx, schedule).Describe(ctx)
	if err != nil {
		return err
	}
	from := d.Info.RecentActions[len(d.Info.RecentActions)-1].StartWorkflowResult
	event, err := temporal.GetWorkflowHistory(ctx, from.WorkflowID, from.FirstExecutionRunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Next()
	if err != nil {
		return err
	}
	options := s.Temporal
	s.Keys.Seal(&options)
	started := event.GetWorkflowExecutionStartedEventAttributes()
	var in json.RawMessage
	if err := options.DataConverter.FromPayloads(started.GetInput(), &in); err != nil {
		return err
	}
	run, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.Queue}, started.GetWorkflowType().GetName(), in)
	if err != nil {
		return err
	}
	return run.Get(ctx, nil)
}

// retake starts a conductor where one has ended, and sends it the last plan that the one
// before was offered, with its proof.
func retake(ctx context.Context, temporal client.Client, s app.Settings, id string) error {
	options := s.Temporal
	s.Keys.Seal(&options)
	var in, state json.RawMessage
	for events := temporal.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		if err != nil {
			return err
		}
		if started := event.GetWorkflowExecutionStartedEventAttributes(); started != nil {
			err = options.DataConverter.FromPayloads(started.GetInput(), &state)
		}
		if update := event.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest().GetInput(); update.GetName() == workflows.TakeUpdate {
			err = options.DataConverter.FromPayloads(update.GetArgs(), &in)
		}
		if err != nil {
			return err
		}
	}
	if _, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.Queue}, "Execute", state); err != nil {
		return err
	}
	handle, err := temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: workflows.TakeUpdate, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

package session

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/internal/diagnose"
	"headroom/workflows"
)

// examiner finds out why a run does not answer.
func (s Session) examiner() diagnose.Examiner {
	return diagnose.Examiner{Temporal: s.Temporal, Namespace: s.namespace, Converter: s.converter}
}

// unanswered is the error of a call that a run did not answer, with the reason and
// what to do about it.
func (s Session) unanswered(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil { // the user ended the command
		return fmt.Errorf("%s: %w", id, err)
	}
	ctx, cancel := context.WithTimeout(ctx, diagnose.Answers)
	defer cancel()
	why, failed := s.examiner().Run(ctx, id, "", err)
	switch {
	case failed != nil:
		return fmt.Errorf("%s does not answer: %w", id, err)
	case why.Stuck():
		return diagnose.Unanswered{ID: id, Finding: why}
	}
	return fmt.Errorf("%s does not answer: %w: %s", id, err, why.Text)
}

// Query asks the latest run of a workflow where it stands.
func (s Session) Query(ctx context.Context, id string, out any) error {
	short, cancel := context.WithTimeout(ctx, diagnose.Answers)
	defer cancel()
	value, err := s.Temporal.QueryWorkflow(short, id, "", workflows.StatusQuery)
	if err == nil {
		err = value.Get(out)
	}
	if err != nil {
		return s.unanswered(ctx, id, err)
	}
	return nil
}

// Say sends an update with what somebody says, and what proves who they are, as Update does.
func (s Session) Say(ctx context.Context, id, name string, out, said any) error {
	token, err := s.Token(id, name)
	if err != nil {
		return err
	}
	return s.Update(ctx, id, name, out, said, token)
}

// Update sends an update to a run and waits until it is carried out, or until it is
// known that the run does not answer. A run that is not there is Temporal's NotFound,
// and an update that is refused an ApplicationError.
func (s Session) Update(ctx context.Context, id, name string, out any, args ...any) error {
	return s.Answered(ctx, id, func(ctx context.Context) error {
		handle, err := s.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: id, UpdateName: name, Args: args, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err != nil {
			return err
		}
		return handle.Get(ctx, out)
	})
}

// Answered makes a call to a run and returns its error. If the run is stuck the call is
// ended, and the error says why.
func (s Session) Answered(ctx context.Context, id string, call func(context.Context) error) error {
	err := s.examiner().Call(ctx, id, call)
	_, none := errors.AsType[*serviceerror.NotFound](err)
	_, said := errors.AsType[*temporal.ApplicationError](err)
	_, stuck := errors.AsType[diagnose.Unanswered](err)
	if err == nil || none || said || stuck {
		return err
	}
	return s.unanswered(ctx, id, err)
}

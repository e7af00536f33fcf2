package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"headroom/activities/records"
	"headroom/adapters/aws/sns"
	"headroom/adapters/slack"
	"headroom/capacity"
	"headroom/internal/bounds"
	"headroom/internal/proof"
	"headroom/workflows"
)

// A notifier sends notices by workflows of their own.
type notifier struct {
	temporal client.Client
	keys     proof.Keys
	topics   *sns.Topics
	bounds   bounds.Bounds
}

// Notify implements [activities.Notifier]. The ID of the workflow that sends a notice
// makes sure that it is sent once.
func (n notifier) Notify(ctx context.Context, in records.NoticeInput) error {
	id, err := n.workflowID(in.Notice)
	if err != nil {
		return err
	}
	in.Proof, err = n.keys.Sign(proof.Sender{Workflow: sender(ctx), Expires: time.Now().Add(noticeProven)}, noticed(id, in))
	if err != nil {
		return err
	}
	_, err = n.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
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

// workflowID is the ID of the workflow that sends a notice. With a key nobody but the
// workers knows it before: whoever started a run of that ID first would keep the notice
// from being sent.
func (n notifier) workflowID(notice capacity.Notice) (string, error) {
	id := workflows.NotifyID(notice)
	tag, err := n.keys.Tag([]string{"workflow ID"}, []byte(id))
	if err != nil || tag == nil {
		return id, err
	}
	return id + "/" + hex.EncodeToString(tag[:16]), nil
}

// noticeProven is for how long the run of a notice may wait for a worker.
const noticeProven = 24 * time.Hour

// noticed is what the proof of a notice covers.
func noticed(id string, in records.NoticeInput) proof.Request {
	in.Proof = ""
	return proof.Request{ID: id, Service: in.Notice.Service, Operation: "notify", Order: in}
}

// Sent implements [activities.Notifier]. Without a key there is no proof to ask for.
func (n notifier) Sent(id string, in records.NoticeInput) error {
	if n.keys.None() {
		return nil
	}
	_, err := n.keys.Verify(in.Proof, noticed(id, in), time.Now())
	return err
}

// Post implements [activities.Notifier] for the channels that a policy may name. It returns
// ErrRefused for one that the worker's bounds do not allow.
func (n notifier) Post(ctx context.Context, to string, notice capacity.Notice) error {
	named, err := n.bounds.Channels.Allows(to)
	if err != nil {
		return fmt.Errorf("channel: %w", err)
	}
	if strings.HasPrefix(to, "sns://") {
		return n.topics.Post(ctx, to, notice)
	}
	if name, variable := strings.CutPrefix(to, "env:"); variable {
		named = true // whoever runs the worker has set where it leads
		if to = os.Getenv(name); to == "" {
			return fmt.Errorf("the worker has no variable %s, which the policy names for a webhook: set it there: %w", name, capacity.ErrBadPolicy)
		}
	}
	return slack.Webhook{URL: to, Transport: bounds.Transport(named)}.Post(ctx, notice)
}

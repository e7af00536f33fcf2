package app

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/proof"
)

// runs are those that run, by workflow and run; others have ended or were never there.
type runs struct {
	client.Client
	running map[string]bool
}

func (r runs) DescribeWorkflow(_ context.Context, id, run string) (*client.WorkflowExecutionDescription, error) {
	running, known := r.running[id+" "+run]
	if !known {
		return nil, serviceerror.NewNotFound("no such run")
	}
	d := new(client.WorkflowExecutionDescription)
	d.Status = enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
	if running {
		d.Status = enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
	}
	return d, nil
}

// scheduledRun is a run that a schedule has started; empty: none has.
type scheduledRun struct {
	client.Client
	by string
}

func (r scheduledRun) DescribeWorkflow(context.Context, string, string) (*client.WorkflowExecutionDescription, error) {
	d := new(client.WorkflowExecutionDescription)
	if r.by != "" {
		d.TypedSearchAttributes = temporal.NewSearchAttributes(scheduledBy.ValueSet(r.by))
	}
	return d, nil
}

// TestIdentify_Schedule: the proof of a schedule counts for runs that the schedule has
// started, whose IDs begin as it says.
func TestIdentify_Schedule(t *testing.T) {
	keys, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	const run = "default-test-workflow-id" // of the test's environment
	for name, test := range map[string]struct {
		start, by string
		want      string // part of the refusal; empty: it is the schedule
	}{
		"its own run":             {start: "default-test-workflow", by: "headroom/chat/plan"},
		"a run of another ID":     {start: "due/chat/plan", by: "headroom/chat/plan", want: "which starts no run " + run},
		"a run of nearly that ID": {start: "default-test-workflow-i", by: "headroom/chat/plan", want: "which starts no run " + run},
		"of another schedule":     {start: "default-test-workflow", by: "headroom/chat/retrain", want: "has not started the run " + run},
		"started by somebody":     {start: "default-test-workflow", want: "has not started the run " + run},
	} {
		t.Run(name, func(t *testing.T) {
			i := identifier{temporal: scheduledRun{by: test.by}, keys: keys}
			s := policies.Schedule{ID: "headroom/chat/plan", Service: "chat", Start: test.start}
			token, err := i.SignStart(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestActivityEnvironment()
			env.RegisterActivity(i.Identify)
			value, err := env.ExecuteActivity(i.Identify, policies.AdmitInput{ID: "r", Service: "chat", Token: token, Start: test.start, Wish: capacity.Wish{Permission: capacity.MayPlan}})
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want it refused: %s", err, test.want)
				}
				return
			}
			var who capacity.Identity
			if err == nil {
				err = value.Get(&who)
			}
			if err != nil || who.Name != "schedule headroom/chat/plan" {
				t.Errorf("got %+v, %v, want the schedule", who, err)
			}
		})
	}
}

// TestIdentify_Proof: a proof names a workflow only for the request that it was made for,
// and while the run that made it runs.
func TestIdentify_Proof(t *testing.T) {
	keys, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	i := identifier{temporal: runs{running: map[string]bool{"event/chat/launch now": true, "event/chat/launch before": false}}, keys: keys}
	in := policies.AdmitInput{ID: "u", Service: "chat", By: "mallory", Wish: capacity.Wish{Permission: capacity.MayOverride}, Order: map[string]any{"Units": 9}}
	order := proof.Request{ID: "u", Service: "chat", Operation: "override", Order: in.Order}
	for name, test := range map[string]struct {
		run   string
		ago   time.Duration
		order proof.Request
		want  string // part of the refusal; empty: it is the workflow
	}{
		"as made":           {run: "now", order: order},
		"expired":           {run: "now", ago: time.Hour, order: order, want: "expired"},
		"of a run that was": {run: "before", order: order, want: "the run of event/chat/launch that asks for it has ended"},
		"of no run":         {run: "never", order: order, want: "has ended"},
		"another operation": {run: "now", order: proof.Request{ID: "u", Service: "chat", Operation: "abort", Order: in.Order}, want: "made for another one"},
		"another service":   {run: "now", order: proof.Request{ID: "u", Service: "web", Operation: "override", Order: in.Order}, want: "made for another one"},
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			in.Token, err = keys.Sign(proof.Sender{Workflow: "event/chat/launch", Run: test.run, Expires: time.Now().Add(provenFor - test.ago)}, test.order)
			if err != nil {
				t.Fatal(err)
			}
			who, err := i.Identify(t.Context(), in)
			if test.want != "" {
				if !errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want it refused: %s", err, test.want)
				}
				return
			}
			if err != nil || who.Name != "event/chat/launch" || who.Workflow != "event/chat/launch" || !who.Verified {
				t.Errorf("got %+v, %v, want the workflow, and not the name that was claimed", who, err)
			}
		})
	}
	in.Token = "workflow:event/chat/launch"
	if who, err := i.Identify(t.Context(), in); !errors.Is(err, capacity.ErrRefused) {
		t.Errorf("got %+v, %v: the name of a workflow proves nothing", who, err)
	}
}

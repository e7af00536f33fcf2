package app

import (
	"context"
	"strings"
	"testing"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"

	"headroom/activities/records"
	"headroom/capacity"
	"headroom/internal/proof"
	"headroom/workflows"
)

// held are workflow IDs that runs hold; a start adds its own.
type held struct {
	client.Client
	ids map[string]bool
}

func (h held) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	if h.ids[o.ID] {
		return nil, serviceerror.NewWorkflowExecutionAlreadyStarted("it runs", "", "")
	}
	h.ids[o.ID] = true
	return nil, nil //nolint:nilnil // the notifier looks at the error alone
}

// TestNotify_Held: a run that somebody started under the ID that a notice would have
// without a key keeps no notice from being sent, and each notice is sent once.
func TestNotify_Held(t *testing.T) {
	keys, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	in := records.NoticeInput{Notice: capacity.Notice{Service: "chat", Kind: capacity.NoticeOrder, Subject: "0123"}}
	temporal := held{ids: map[string]bool{workflows.NotifyID(in.Notice): true}}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	n := notifier{temporal: temporal, keys: keys}
	env.RegisterActivity(n.Notify)
	for range 2 {
		if _, err := env.ExecuteActivity(n.Notify, in); err != nil {
			t.Fatal(err)
		}
	}
	var sent []string
	for id := range temporal.ids {
		if strings.HasPrefix(id, workflows.NotifyID(in.Notice)+"/") {
			sent = append(sent, id)
		}
	}
	if len(sent) != 1 {
		t.Errorf("runs under %q, want one that sends the notice", sent)
	}
	if id, err := (notifier{}).workflowID(in.Notice); err != nil || id != workflows.NotifyID(in.Notice) {
		t.Errorf("without a key the ID is %q, %v", id, err)
	}
}

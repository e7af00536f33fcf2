package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/workflows"
)

// TestRetrain_Forgets: a retraining lets go of records that the policy no longer
// keeps, and what is left is whole.
func TestRetrain_Forgets(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	for i := range 10 {
		r := audit.Record{Service: "web", ID: fmt.Sprint(i), At: origin.Add(time.Duration(i-10) * 24 * time.Hour), Kind: audit.Acted, Text: "x"}
		if _, err := audit.Append(t.Context(), w.acts.Store, r); err != nil {
			t.Fatal(err)
		}
	}
	w.policy.Audit.Keep = 6*24*time.Hour + time.Hour
	env := w.env()
	env.ExecuteWorkflow(workflows.Retrain, workflows.RetrainInput{Service: w.forced(t, w.policy)})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	v, err := audit.Verify(t.Context(), w.acts.Store, "web", "")
	// Four are older; the promotion and the forgetting are new.
	if err != nil || v.First != 5 || v.Newest != 12 || v.Records != 8 {
		t.Errorf("%+v, %v", v, err)
	}
}

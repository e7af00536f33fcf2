package workflows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities"
	"headroom/activities/pruning"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/workflows"
)

// TestPrune: however many services there are, each is pruned once, and the result says
// how many, and where all of it is stored.
func TestPrune(t *testing.T) {
	store := local.Store{Dir: t.TempDir()}
	const services = 120
	for i := range services {
		if _, err := store.Put(t.Context(), capacity.ShareKey(fmt.Sprintf("service-%d", i)), []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	for _, age := range []string{"a", "b"} {
		if _, err := store.Put(t.Context(), capacity.FleetKey("plan", age, "summary.json"), []byte(age)); err != nil {
			t.Fatal(err)
		}
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	workflows.Register(env)
	now := func() time.Time { return time.Now().Add(20 * 24 * time.Hour) }
	env.RegisterActivity(activities.New(activities.Ports{Store: store, Now: now, Conductor: &ports{}}))
	// What whoever starts it says of how far it is does not count.
	env.ExecuteWorkflow(workflows.Prune, workflows.PruneState{PruneInput: pruning.PruneInput{Run: "forged", After: "service-5", So: pruning.Pruned{Services: 1000}}})
	var out pruning.ConcludeResult
	if err := env.GetWorkflowResult(&out); err != nil {
		t.Fatal(err)
	}
	if out.Pruned.Services != services || out.Pruned.Failed != 0 || out.Pruned.Prefixes["fleets"].Objects != 2 {
		t.Errorf("got %+v, want %d services and 2 objects of fleets", out.Pruned, services)
	}
	if _, _, err := store.Get(t.Context(), out.Stored.Key); err != nil || strings.Contains(out.Stored.Key, "forged") {
		t.Errorf("stored as %q: %v", out.Stored.Key, err)
	}
}

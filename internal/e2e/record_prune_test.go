package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"headroom/activities/pruning"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestHistories_ReplayPrune keeps the history of a run that prunes, as
// [TestHistories_Replay] does those of the others.
func TestHistories_ReplayPrune(t *testing.T) {
	needServers(t)
	folder := t.TempDir()
	if os.Getenv("RECORD") == "1" {
		folder = filepath.Join("..", "..", "testdata", "replay")
	}
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	s.forced(t, s.policy)
	run := s.start(t, workflows.PruneID, workflows.Prune, workflows.PruneState{})
	var out pruning.ConcludeResult
	if err := run.Get(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if out.Pruned.Services != 1 || out.Pruned.Failed != 0 {
		t.Errorf("pruned %+v, want one service", out.Pruned)
	}
	s.read(t, devstack.Bucket, capacity.CurrentPolicyKey(s.policy.Service), nil)
	s.keep(t, folder, "prune", run)
}

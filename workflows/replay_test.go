package workflows_test

import (
	"compress/gzip"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/executor"
	"headroom/internal/proof"
	"headroom/internal/signedcalls"
	"headroom/workflows"
)

// replay replays a recorded history by workflows that are registered.
func replay(t *testing.T, path string, register func(worker.WorkflowReplayer)) error {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	history, err := client.HistoryFromJSON(unzipped, client.HistoryJSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := proof.ParseKeys("aGVhZHJvb20ncyB0ZXN0cywgYW5kIG5vYm9keSBlbHM=") // of the workers that were recorded
	if err != nil {
		t.Fatal(err)
	}
	options := worker.WorkflowReplayerOptions{}
	signedcalls.Replay(&options, keys)
	replayer, err := worker.NewWorkflowReplayerWithOptions(options)
	if err != nil {
		t.Fatal(err)
	}
	register(replayer)
	return replayer.ReplayWorkflowHistoryWithOptions(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), history, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: history.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()},
	})
}

// histories are the recorded ones.
func histories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/replay/*.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no recorded histories in testdata/replay: make replay-record")
	}
	return files
}

// TestReplay: what the workflows order must not change for runs that are under
// way. The histories were recorded from a real server.
func TestReplay(t *testing.T) {
	for _, path := range histories(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if err := replay(t, path, func(r worker.WorkflowReplayer) { workflows.Register(r) }); err != nil {
				t.Errorf("%s no longer replays: %v\n"+
					"A run that is under way would get stuck in the same way. Keep the old order for it with workflow.GetVersion,\n"+
					"and record the new one beside it; replace the recording (make replay-record) only if no such run can be left.", path, err)
			}
		})
	}
}

// TestReplay_Versions: a ramp rule that is changed under a new version replays the
// histories of Execute; the same change without a new version does not.
func TestReplay_Versions(t *testing.T) {
	slower := executor.Current()
	rules := slower[1]
	rules.Ramp = func(p executor.PoolStatus, d *executor.Decision, jump int) {
		slower[1].Ramp(p, d, jump)
		if p.Target != nil && d.Ask && d.Units > p.Target.Requested {
			d.Units = p.Target.Requested + 1 // one unit at a time
		}
	}
	added := executor.Current()
	added[2] = rules
	replaced := executor.Versions{1: rules}
	broken := 0
	for _, path := range histories(t) {
		if !strings.HasPrefix(filepath.Base(path), "execute") {
			continue
		}
		by := func(versions executor.Versions) func(worker.WorkflowReplayer) {
			return func(r worker.WorkflowReplayer) {
				r.RegisterWorkflowWithOptions(workflows.ExecuteBy(versions), workflow.RegisterOptions{Name: "Execute"})
			}
		}
		if err := replay(t, path, by(added)); err != nil {
			t.Errorf("%s does not replay although the rule has a new version: %v", path, err)
		}
		if replay(t, path, by(replaced)) != nil {
			broken++
		}
	}
	if broken == 0 {
		t.Error("every history replays although a rule was changed without a new version")
	}
}

package workflows_test

import (
	"compress/gzip"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"headroom/workflows"
)

// TestReplay: what the workflows order must not change for runs that are under
// way. The histories were recorded from a real server.
func TestReplay(t *testing.T) {
	files, err := filepath.Glob("../testdata/replay/*.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no recorded histories in testdata/replay: make replay-record")
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
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
			replayer := worker.NewWorkflowReplayer()
			workflows.Register(replayer)
			if err := replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), history); err != nil {
				t.Errorf("%s no longer replays: %v\n"+
					"A run that is under way would get stuck in the same way. Keep the old order for it with workflow.GetVersion,\n"+
					"and record the new one beside it; replace the recording (make replay-record) only if no such run can be left.", path, err)
			}
		})
	}
}

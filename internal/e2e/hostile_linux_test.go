package e2e_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestHostileObjects: an object that cannot be read is refused once, by one try of
// one activity, with a message that names it; the worker lives on with less than
// 512 MiB.
func TestHostileObjects(t *testing.T) {
	needServers(t)
	s := newSite(t)
	worker := s.startWorker(t, devstack.Bucket)
	const mib = 1 << 20
	zstded := func(text string, times int) []byte {
		z, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Repeat(z.EncodeAll([]byte(text), nil), times)
	}
	gzipped := func(text string, times int) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text)) // into memory
		_ = z.Close()
		return bytes.Repeat(b.Bytes(), times)
	}
	const head = "timestamp,requests\n"
	for name, data := range map[string][]byte{
		"a long field":   append(gzipped(head, 1), gzipped(strings.Repeat("x", 8*mib), 128)...),
		"a long record":  append(zstded(head, 1), zstded(strings.Repeat(",", 4*mib), 64)...),
		"an open quote":  append(zstded(head+`"`, 1), zstded(strings.Repeat("x", 8*mib), 128)...),
		"empty lines":    append(zstded(head, 1), zstded(strings.Repeat("\n", 16*mib), 256)...),
		"not a number":   []byte(head + "2026-03-02T00:00:00Z,many\n"),
		"cut off":        gzipped(head+strings.Repeat("2026-03-02T00:00:00Z,5\n", 1000), 1)[:60],
		"UTF-16":         []byte("\xff\xfet\x00i\x00m\x00e\x00"),
		"JSON":           []byte(`{"requests": 5}`),
		"NUL":            bytes.Repeat([]byte{0}, mib),
		"bad Parquet":    append([]byte("PAR1"), bytes.Repeat([]byte{0xff}, 4096)...),
		"empty":          {},
		"no such column": []byte("ts,y\n2026-03-02T00:00:00Z,5\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, "chat/load.csv.gz", data); err != nil {
				t.Fatal(err)
			}
			id := workflows.RetrainID(s.policy.Service)
			run := s.start(t, id, workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 1)})
			err := run.Get(t.Context(), nil)
			app, ok := errors.AsType[*temporal.ApplicationError](err)
			if !ok || !strings.Contains(err.Error(), "load.csv.gz") && name != "empty" {
				t.Fatalf("got %v, want an error that names the object", err)
			}
			if app.Type() != "BadData" && app.Type() != "NoData" {
				t.Errorf("got an error of type %q (%v), want BadData", app.Type(), err)
			}
			tries := 0
			for events := s.temporal.GetWorkflowHistory(t.Context(), id, run.GetRunID(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
				e, err := events.Next()
				if err != nil {
					t.Fatal(err)
				}
				tries = max(tries, int(e.GetActivityTaskStartedEventAttributes().GetAttempt()))
			}
			if tries != 1 {
				t.Errorf("tried %d times, want once", tries)
			}
		})
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", worker.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	var kib int
	if _, err := fmt.Sscan(peak, &kib); err != nil {
		t.Fatal(err)
	}
	t.Logf("the worker's peak is %d MiB", kib>>10)
	if kib>>10 > 512 {
		t.Errorf("the worker's resident memory was %d MiB at most, want no more than 512 MiB", kib>>10)
	}
}

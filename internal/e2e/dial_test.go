package e2e_test

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"headroom/internal/devstack"
)

// TestWorker_NoTemporal: a worker that cannot reach Temporal ends soon, and
// says where it looked and what to do.
func TestWorker_NoTemporal(t *testing.T) {
	needServers(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := &site{stack: &devstack.Stack{TemporalAddress: address, S3Endpoint: "http://" + address}, fleet: t.TempDir()}
	worker := s.startWorker(t, devstack.Bucket)
	limit := time.AfterFunc(time.Minute, func() { _ = worker.command.Process.Kill() })
	defer limit.Stop()
	_ = worker.command.Wait() // the exit status tells
	if got := worker.command.ProcessState.ExitCode(); got != 1 {
		t.Errorf("got exit status %d, want 1 within a minute", got)
	}
	said, err := os.ReadFile(worker.log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"reach Temporal at " + address, "start one with `headroom", "set TEMPORAL_ADDRESS"} {
		if !strings.Contains(string(said), want) {
			t.Errorf("the worker said %s, want it to mention %q", said, want)
		}
	}
}

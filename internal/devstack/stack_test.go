//go:build unix

package devstack_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"headroom/internal/devstack"
)

func TestStack(t *testing.T) {
	stack := startStack(t, settings(t))
	checkServes(t, stack)
	pids := []int{stack.Temporal.PID(), stack.S3.PID()}

	if err := stack.Temporal.Kill(); err != nil {
		t.Fatal(err)
	}
	if answers(stack.UI + "/healthz") {
		t.Error("the Web UI answers after the kill")
	}
	if !answers(stack.S3Endpoint + "/health") {
		t.Error("the S3 server does not outlive Temporal")
	}
	if err := stack.Temporal.Kill(); err == nil {
		t.Error("a second kill: got no error")
	}
	if err := stack.Temporal.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkServes(t, stack)
	if err := stack.S3.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := stack.S3.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkServes(t, stack)
	if err := stack.Err(); err != nil {
		t.Errorf("after servers that were stopped on purpose: got %v, want no error", err)
	}

	pids = append(pids, stack.Temporal.PID(), stack.S3.PID())
	if err := stack.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d is left behind", pid)
		}
	}
	if _, err := os.Stat(stack.Data); !os.IsNotExist(err) {
		t.Errorf("temporary data folder %q: got %v, want it removed", stack.Data, err)
	}
}

func TestStack_Keep(t *testing.T) {
	s := settings(t)
	s.Data = t.TempDir()
	first := startStack(t, s)
	s.TemporalPort = port(t, first.TemporalAddress)
	if second, err := devstack.Start(t.Context(), s); err == nil || !strings.Contains(err.Error(), "the port is taken") {
		t.Errorf("the same port: got %v, %v, want an error", second, err)
	}
	s.TemporalPort = 0
	if second, err := devstack.Start(t.Context(), s); err == nil || !strings.Contains(err.Error(), "another devserver has it open") {
		t.Errorf("the same data: got %v, %v, want an error", second, err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	second := startStack(t, s)
	if second.SecretKey != first.SecretKey || second.Data != first.Data {
		t.Errorf("got secret %q in %q, want %q in %q", second.SecretKey, second.Data, first.SecretKey, first.Data)
	}
}

func TestStack_ServerDies(t *testing.T) {
	stack := startStack(t, settings(t))
	if err := syscall.Kill(stack.S3.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-stack.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("no notice after 10 s")
	}
	if err := stack.Err(); err == nil || !strings.Contains(err.Error(), "the S3 server ended by itself (signal: killed)") {
		t.Errorf("got %v", err)
	}
}

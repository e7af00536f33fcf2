//go:build unix

package devstack_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"headroom/internal/devstack"
)

// TestMain lets the test binary be a program that starts a stack and is then
// killed.
func TestMain(m *testing.M) {
	if os.Getenv("DEVSTACK_TEST_PARENT") != "" {
		parent()
	}
	os.Exit(m.Run())
}

// TestStack_ParentDies kills a program that has started a stack.
func TestStack_ParentDies(t *testing.T) {
	s := settings(t)
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "DEVSTACK_TEST_PARENT=1", "HEADROOM_DEVSERVER="+s.Binary, "DEVSTACK_TEST_DATA="+t.TempDir())
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var temporal, s3 int
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(line, &temporal, &s3); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if !alive(temporal) || !alive(s3) {
		t.Fatal("the servers do not run")
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // killed, as it must say
	for deadline := time.Now().Add(20 * time.Second); alive(temporal) || alive(s3); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("20 s later: Temporal runs: %t, S3 runs: %t", alive(temporal), alive(s3))
		}
	}
}

// parent starts a stack, says which processes it has, and waits to be killed.
func parent() {
	stack, err := devstack.Start(context.Background(), devstack.Settings{
		Binary: os.Getenv("HEADROOM_DEVSERVER"),
		Data:   os.Getenv("DEVSTACK_TEST_DATA"),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(stack.Temporal.PID(), stack.S3.PID())
	select {}
}

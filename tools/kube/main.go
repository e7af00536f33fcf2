// Command kube runs a command beside a real Kubernetes API server:
//
//	go -C tools/kube run . go test ./adapters/kube
//
// The command runs at the root of the repository and finds the server's address
// in HEADROOM_TEST_KUBE. The tokens "admin" and "headroom" let in a cluster
// administrator and an account without any permission; both are worth nothing
// elsewhere. There are no controllers: nothing but the API.
//
// Server and etcd are compiled once, into the user's cache folder. That takes
// ten minutes of a processor and 3 GB of memory.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kube:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) == 0 {
		return fmt.Errorf("no command: write go -C tools/kube run . COMMAND")
	}
	programs, err := build(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "headroom-kube-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // a temporary folder that stays does no harm
	s, err := start(ctx, programs, folder)
	if err != nil {
		return err
	}
	defer s.stop()
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Dir = "../.."
	command.Env = append(os.Environ(), "HEADROOM_TEST_KUBE="+s.url)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}

package cli_test

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/executor"
	"headroom/internal/rollout"
	"headroom/workflows"
)

// eventually runs a program again and again until it succeeds, for two minutes:
// "eventually headroom workers promote 1".
func eventually(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) == 0 {
		ts.Fatalf("usage: eventually PROGRAM [ARGUMENT...]")
	}
	timeout := time.After(2 * time.Minute)
	for {
		err := ts.Exec(args[0], args[1:]...)
		if err == nil {
			return
		}
		select {
		case <-timeout:
			ts.Fatalf("%q does not succeed: %v", args, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// changed is Execute of a release that does not replay what others have done.
func changed(ctx workflow.Context, _ executor.State) error {
	return workflow.Sleep(ctx, time.Hour)
}

// A release is workers of a build that a script has started; it has one at most.
type release struct{ stop func() }

// of is where a script keeps its release.
type of struct{}

// broken starts workers of a build whose Execute is changed, or stops them: "broken 3",
// "broken stop".
func broken(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		ts.Fatalf("usage: broken BUILD | broken stop")
	}
	r := ts.Value(of{}).(*release)
	if args[0] == "stop" {
		r.stop()
		return
	}
	temporal, err := client.Dial(client.Options{HostPort: ts.Getenv("TEMPORAL_ADDRESS"), Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	ts.Check(err)
	options := worker.Options{DeploymentOptions: worker.DeploymentOptions{
		UseVersioning: true, Version: worker.WorkerDeploymentVersion{DeploymentName: rollout.DefaultDeployment, BuildID: args[0]},
	}}
	orchestration := worker.New(temporal, workflows.Queue, options)
	orchestration.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: "Execute", VersioningBehavior: workflow.VersioningBehaviorPinned})
	options.DisableWorkflowWorker = true
	computing := worker.New(temporal, workflows.ComputeQueue, options)
	for _, w := range []worker.Worker{orchestration, computing} {
		w.RegisterActivity(func(context.Context) error { return nil })
		ts.Check(w.Start())
	}
	r.stop = sync.OnceFunc(func() { computing.Stop(); orchestration.Stop(); temporal.Close() })
	ts.Defer(r.stop)
}

package rollout_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/internal/devstack"
	"headroom/internal/diagnose"
	"headroom/internal/rollout"
)

// temporal is a connection to a real server, which all tests share; nil with -short.
var temporal client.Client

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withServer(m.Run))
}

func withServer(run func() int) int {
	if testing.Short() {
		return run()
	}
	// Workers of several builds in one process would share what they remember of runs.
	worker.SetStickyWorkflowCacheSize(0)
	stack, err := devstack.Start(context.Background(), devstack.Settings{Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = stack.Stop() }() // its folder is temporary
	options := client.Options{HostPort: stack.TemporalAddress, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
	if temporal, err = client.DialContext(context.Background(), options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer temporal.Close()
	return run()
}

// A site is a deployment of its own with queues of its own.
type site struct {
	rollout.Deployment
	t *testing.T
}

func newSite(t *testing.T) site {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real servers, whose first build takes minutes; run without -short")
	}
	t.Parallel()
	// A test that is repeated finds nothing of the time before.
	queue := fmt.Sprintf("%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), time.Now().UnixNano())
	return site{rollout.Deployment{Temporal: temporal, Name: queue, Queues: []rollout.Queue{
		{Name: queue, Type: enumspb.TASK_QUEUE_TYPE_WORKFLOW}, {Name: queue, Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY}, {Name: queue + "-compute", Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY},
	}}, t}
}

// A conduct is a workflow that stands for a conductor: it takes updates until one of
// them ends it.
func conduct(ctx workflow.Context) error { return steps(ctx, false) }

// changed is conduct of a build whose history is another one.
func changed(ctx workflow.Context) error { return steps(ctx, true) }

// panics is conduct of a build that is broken.
func panics(workflow.Context) error { panic("index out of range") }

func steps(ctx workflow.Context, sleepsFirst bool) error {
	plan, over := 0, false
	if sleepsFirst {
		_ = workflow.Sleep(ctx, time.Second)
	}
	err := workflow.SetQueryHandler(ctx, "status", func() (int, error) { return plan, nil })
	if err != nil {
		return err
	}
	err = workflow.SetUpdateHandler(ctx, "take", func(ctx workflow.Context, last bool) error {
		plan, over = plan+1, last
		return nil
	})
	if err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return over })
}

// work starts workers of a build, whose conductors are conduct, until stop.
func (s site) work(build string, conduct any, behaviour workflow.VersioningBehavior) (stop func()) {
	s.t.Helper()
	options := worker.Options{WorkerStopTimeout: time.Second}
	if build != rollout.Unversioned {
		options.DeploymentOptions = worker.DeploymentOptions{UseVersioning: true, Version: worker.WorkerDeploymentVersion{DeploymentName: s.Name, BuildID: build}}
	}
	orchestration := worker.New(temporal, s.Queues[0].Name, options)
	register := workflow.RegisterOptions{Name: "conduct"}
	if build != rollout.Unversioned {
		register.VersioningBehavior = behaviour
	}
	orchestration.RegisterWorkflowWithOptions(conduct, register)
	nothing := func(context.Context) error { return nil }
	orchestration.RegisterActivity(nothing)
	options.DisableWorkflowWorker = true
	computing := worker.New(temporal, s.Queues[2].Name, options)
	computing.RegisterActivity(nothing)
	for _, w := range []worker.Worker{orchestration, computing} {
		if err := w.Start(); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { w.Stop() })
	}
	return func() { computing.Stop(); orchestration.Stop() }
}

// promote promotes a build as soon as its workers are known, and wants a routing.
func (s site) promote(build string, percent float32, want rollout.Routing) {
	s.t.Helper()
	var got rollout.Routing
	eventually(s.t, "build "+build+" is promoted", func() (err error) {
		_, got, err = s.Promote(s.t.Context(), build, percent)
		return err
	})
	if got != want {
		s.t.Errorf("promote %s --percent %g: %s, want that %s", build, percent, got, want)
	}
}

// start starts a conductor, and waits until its first task is done.
func (s site) start(id string) string {
	s.t.Helper()
	id = s.Queues[0].Name + "/" + id
	s.submit(id)
	eventually(s.t, id+" runs", func() error {
		if s.on(id) == "" {
			return fmt.Errorf("no task of it is done")
		}
		return nil
	})
	return id
}

// move moves one run, as soon as Temporal lists it.
func (s site) move(from, to string, ids ...string) {
	s.t.Helper()
	eventually(s.t, "a run is moved", func() error {
		moved, err := s.Move(s.t.Context(), from, to, ids)
		if err == nil && (len(moved) != 1 || moved[0].Why != "") {
			err = fmt.Errorf("%+v", moved)
		}
		return err
	})
}

// submit starts a conductor, and does not wait for a worker.
func (s site) submit(id string) {
	s.t.Helper()
	if _, err := temporal.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: s.Queues[0].Name}, "conduct"); err != nil {
		s.t.Fatal(err)
	}
}

// on is the build that did a run's last task; empty if none with a version did one.
func (s site) on(id string) string {
	s.t.Helper()
	d, err := temporal.DescribeWorkflowExecution(s.t.Context(), id, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return d.GetWorkflowExecutionInfo().GetVersioningInfo().GetDeploymentVersion().GetBuildId()
}

// take gives a run an update, and waits until it is carried out.
func (s site) take(id string) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	handle, err := temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: "take", Args: []any{false}, WaitForStage: client.WorkflowUpdateStageCompleted})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// found waits until a run is found not to answer for a cause, and returns the text.
func (s site) found(id string, cause diagnose.Cause) string {
	s.t.Helper()
	var got diagnose.Finding
	eventually(s.t, id+": "+string(cause), func() (err error) {
		got, err = diagnose.Examiner{Temporal: temporal}.Run(s.t.Context(), id, "", nil)
		if err == nil && got.Cause != cause {
			err = fmt.Errorf("%s: %s", got.Cause, got.Text)
		}
		return err
	})
	return got.Text
}

// version is what is listed of a build.
func (s site) version(build string) rollout.Version {
	s.t.Helper()
	all, err := s.Versions(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, v := range all {
		if v.Build == build {
			return v
		}
	}
	s.t.Fatalf("build %s is not listed, only %+v", build, all)
	return rollout.Version{}
}

// eventually waits until something works.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	timeout := time.After(3 * time.Minute)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-timeout:
			t.Fatalf("not after 3 minutes: %s: %v", what, err)
		case <-again.C:
		}
	}
}

package app

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/internal/signing"
	"headroom/internal/targetworker"
)

// TargetWorkers are how planning workers call target workers, and what makes a worker one.
type TargetWorkers struct {
	Name      string             // of this target worker; empty: it plans
	PublicKey ed25519.PublicKey  // of the planning workers, at a target worker
	Key       ed25519.PrivateKey // of the planning workers; nil: they call no target worker
	Namespace string             // where target workers are called; empty: that of the workflows
	// Role is what a worker assumes before it calls a target in AWS; empty: it calls with
	// the credentials that it has.
	Role aws.Role
}

// targetWorkersFrom reads the settings of target workers, and of those that call them:
//
//	HEADROOM_TARGET_WORKER      name of this target worker (the worker plans)
//	HEADROOM_TARGET_PUBLIC_KEY  file of the key that calls are verified with, at a target worker
//	HEADROOM_TARGET_KEY         file of the key that calls are signed with, at planning workers (none are called)
//	HEADROOM_TARGET_NAMESPACE   Temporal's namespace of the target workers, at planning workers (their own)
//	HEADROOM_AWS_ROLE_ARN       role to assume for targets in AWS (none)
//	HEADROOM_AWS_EXTERNAL_ID    external ID that the role asks for (none)
func targetWorkersFrom(value func(name, fallback string) string) (t TargetWorkers, err error) {
	t.Name, t.Namespace = value("HEADROOM_TARGET_WORKER", ""), value("HEADROOM_TARGET_NAMESPACE", "")
	t.Role = aws.Role{ARN: value("HEADROOM_AWS_ROLE_ARN", ""), ExternalID: value("HEADROOM_AWS_EXTERNAL_ID", ""), Session: "headroom"}
	if t.Role.ARN == "" && t.Role.ExternalID != "" {
		return t, fmt.Errorf("HEADROOM_AWS_EXTERNAL_ID is set without HEADROOM_AWS_ROLE_ARN: name the role that asks for it, or unset it")
	}
	if file := value("HEADROOM_TARGET_KEY", ""); file != "" {
		if t.Key, err = signing.PrivateKey(file); err != nil {
			return t, fmt.Errorf("HEADROOM_TARGET_KEY: %w", err)
		}
	}
	if t.Name == "" {
		return t, nil
	}
	t.Role.Session += "-" + t.Name
	file := value("HEADROOM_TARGET_PUBLIC_KEY", "")
	switch {
	case !capacity.IsWorkerName(t.Name):
		return t, fmt.Errorf("HEADROOM_TARGET_WORKER is %q: write a name in lower-case letters, digits and hyphens, such as eu1", t.Name)
	case t.Key != nil:
		return t, fmt.Errorf("HEADROOM_TARGET_KEY is set at target worker %q: it belongs to the planning workers only; give this one HEADROOM_TARGET_PUBLIC_KEY", t.Name)
	case value("HEADROOM_WORKER_KEY", "") != "":
		return t, fmt.Errorf("HEADROOM_WORKER_KEY is set at target worker %q: it belongs to the planning workers only; unset it here", t.Name)
	case file == "":
		return t, fmt.Errorf("HEADROOM_TARGET_PUBLIC_KEY is not set at target worker %q: name the file of the planning workers' public key", t.Name)
	}
	if t.PublicKey, err = signing.PublicKey(file); err != nil {
		return t, fmt.Errorf("HEADROOM_TARGET_PUBLIC_KEY: %w", err)
	}
	return t, nil
}

// caller calls target workers through a connection to Temporal.
func (s Settings) caller(ctx context.Context, temporal client.Client) (*targetworker.Caller, error) {
	c := &targetworker.Caller{Temporal: temporal, Key: s.TargetWorkers.Key, Now: time.Now}
	if s.TargetWorkers.Namespace == "" || c.Key == nil {
		return c, nil
	}
	options := s.Temporal
	s.Keys.Seal(&options)
	options.Namespace = s.TargetWorkers.Namespace
	var err error
	if c.Temporal, err = client.NewClientFromExistingWithContext(ctx, temporal, options); err != nil {
		return nil, fmt.Errorf("reach the namespace %q of HEADROOM_TARGET_NAMESPACE: %w", options.Namespace, err)
	}
	return c, nil
}

// StartTargetWorker runs a target worker: it calls targets for the planning workers, and
// does nothing else. It needs no bucket. The returned function stops it.
func StartTargetWorker(s Settings, temporal client.Client) (stop func(), err error) {
	w := s.Workers.complete()
	calls := worker.New(temporal, targetworker.Queue(s.TargetWorkers.Name), worker.Options{
		DisableWorkflowWorker: true,
		WorkerStopTimeout:     w.Stop,
		Interceptors:          []interceptor.WorkerInterceptor{&handing{grace: w.Stop * 3 / 4}},
	})
	own := &targetworker.Activities{
		Worker: s.TargetWorkers.Name, Key: s.TargetWorkers.PublicKey, Targets: targets(s, nil), Units: s.Bounds.Units, Now: time.Now,
	}
	calls.RegisterActivityWithOptions(own.CallTarget, activity.RegisterOptions{Name: targetworker.CallTarget})
	if err := calls.Start(); err != nil {
		return nil, fmt.Errorf("start target worker %q: %w", s.TargetWorkers.Name, err)
	}
	if s.metrics != nil {
		s.metrics.Ready(reachesTemporal(temporal))
	}
	return calls.Stop, nil
}

// inWorkflows refuses activities that somebody has started outside of a workflow: what an
// activity is given is only worth as much as the workflow that gives it.
type inWorkflows struct {
	interceptor.WorkerInterceptorBase
}

// InterceptActivity is called for each run of an activity.
func (*inWorkflows) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &inWorkflow{interceptor.ActivityInboundInterceptorBase{Next: next}}
}

// inWorkflow is one run of an activity.
type inWorkflow struct {
	interceptor.ActivityInboundInterceptorBase
}

// ExecuteActivity runs the activity if a workflow has started it.
func (w *inWorkflow) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if info := activity.GetInfo(ctx); !info.IsWorkflowActivity() {
		return nil, temporal.NewNonRetryableApplicationError(
			fmt.Sprintf("%s was started outside of a workflow, and the workers take it from their workflows only", info.ActivityType.Name), "Refused", capacity.ErrRefused)
	}
	return w.Next.ExecuteActivity(ctx, in)
}

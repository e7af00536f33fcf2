package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/ecs"
	"headroom/adapters/aws/sagemaker"
	"headroom/adapters/command"
	"headroom/adapters/kube"
	"headroom/adapters/local"
	"headroom/adapters/webhook"
	"headroom/capacity"
	"headroom/internal/bounds"
	"headroom/internal/targetworker"
)

// targets finds a target by the kind that its address begins with, if the worker's bounds
// allow it; otherwise it returns ErrRefused. Only
// simulated ones live in a time other than the wall's. One of a target worker is called
// through call; nil: none is.
func targets(s Settings, call *targetworker.Caller) func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
	account := aws.Settings{Role: s.TargetWorkers.Role}
	groups, services, endpoints := &asg.Fleet{Settings: account}, &ecs.Fleet{Settings: account}, &sagemaker.Fleet{Settings: account}
	return func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		named, err := s.Bounds.Targets.Allows(string(name))
		if err != nil {
			return nil, fmt.Errorf("target: %w", err)
		}
		if worker, _ := name.Worker(); worker != "" {
			if call == nil {
				return nil, fmt.Errorf("target %q: a target worker calls no other: %w", name, capacity.ErrRefused)
			}
			return call.Target(context.Background(), name, now)
		}
		kind, _, _ := strings.Cut(string(name), "://")
		switch kind {
		case "sim":
			return local.Fleet{Dir: s.Fleet, Now: now}.Target(name)
		case "aws-asg":
			// Opening a region reads files, the environment or the machine's role.
			return groups.Target(context.Background(), name)
		case "aws-ecs":
			return services.Target(context.Background(), name)
		case "aws-sagemaker", "aws-sagemaker-component":
			return endpoints.Target(context.Background(), name)
		case "kube":
			return kube.Clusters{}.Target(name)
		case "http", "https":
			return webhook.Caller{Secret: s.Webhook, Transport: bounds.Transport(named)}.Target(name)
		case "command":
			return command.Runner{}.Target(name)
		}
		return nil, fmt.Errorf("target %q: no worker of this version scales this kind: %w", name, capacity.ErrNoSuchTarget)
	}
}

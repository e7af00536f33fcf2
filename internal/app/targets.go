package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/ecs"
	"headroom/adapters/aws/sagemaker"
	"headroom/adapters/command"
	"headroom/adapters/kube"
	"headroom/adapters/local"
	"headroom/adapters/webhook"
	"headroom/capacity"
	"headroom/internal/bounds"
)

// targets finds a target by the kind that its address begins with, if the worker's bounds
// allow it; otherwise it returns ErrRefused. Only
// simulated ones live in a time other than the wall's.
func targets(s Settings) func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
	groups, services, endpoints := &asg.Fleet{}, &ecs.Fleet{}, &sagemaker.Fleet{}
	return func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		named, err := s.Bounds.Targets.Allows(string(name))
		if err != nil {
			return nil, fmt.Errorf("target: %w", err)
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

package ecs

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"headroom/capacity"
)

// A Service is scaled by its desired number. If it is registered with Application
// Auto Scaling, the bounds that it has there override what is set here: use the
// mode floor for it.
type Service struct {
	region
	name             capacity.TargetName
	cluster, service string
}

var _ capacity.Target = (*Service)(nil)

// State reports the desired number, and how many tasks run.
func (s *Service) State(ctx context.Context) (capacity.State, error) {
	found, err := s.describe(ctx, "read")
	if err != nil {
		return capacity.State{}, err
	}
	return capacity.State{Units: capacity.Units(found.DesiredCount), Serving: capacity.Units(found.RunningCount)}, nil
}

// Scale sets the desired number. It does not wait for tasks.
func (s *Service) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	if a.Units < 0 {
		return s.control.Explain(verb, s.name, fmt.Errorf("there is no number below 0; correct the plan: %w", capacity.ErrOutOfBounds))
	}
	found, err := s.describe(ctx, verb)
	if err != nil {
		return err
	}
	if capacity.Units(found.DesiredCount) == a.Units {
		return nil
	}
	_, err = s.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &s.cluster, Service: &s.service, DesiredCount: new(int32(a.Units))})
	if err != nil {
		return s.control.Explain(verb, s.name, err)
	}
	return nil
}

// serving is how many tasks run.
func (s *Service) serving(ctx context.Context) (capacity.Units, error) {
	found, err := s.describe(ctx, "read")
	return capacity.Units(found.RunningCount), err
}

// inactive is the status of a service that was deleted.
const inactive = "INACTIVE"

// describe reads the service.
func (s *Service) describe(ctx context.Context, verb string) (types.Service, error) {
	out, err := s.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &s.cluster, Services: []string{s.service}})
	if err != nil {
		return types.Service{}, s.control.Explain(verb, s.name, err)
	}
	if len(out.Services) == 0 || out.Services[0].Status != nil && *out.Services[0].Status == inactive {
		return types.Service{}, s.control.Explain(verb, s.name, fmt.Errorf("there is no such service; correct target in the policy: %w", capacity.ErrNoSuchTarget))
	}
	return out.Services[0], nil
}

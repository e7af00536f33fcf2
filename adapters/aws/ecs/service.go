package ecs

import (
	"context"
	"fmt"

	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
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

var (
	_ capacity.Inspected = (*Service)(nil)
	_ appscaling.Service = (*Service)(nil)
)

// State reports the desired number, and how many tasks serve. It returns
// ErrOutOfService for a service that is being deleted, or was.
func (s *Service) State(ctx context.Context) (capacity.State, error) {
	found, err := s.describe(ctx, "read")
	if err != nil {
		return capacity.State{}, err
	}
	return capacity.State{Units: capacity.Units(found.DesiredCount), Serving: serves(found)}, nil
}

// Scale sets the desired number. It does not wait for tasks. It returns
// ErrOutOfService if the service is being deleted, or for a raise if its deployment
// has failed; and ErrStopped while it has the tag [aws.StopTag].
func (s *Service) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	if a.Units < 0 {
		return s.fail(verb, "there is no number below 0; correct the plan", capacity.ErrOutOfBounds)
	}
	found, err := s.describe(ctx, verb)
	if err != nil {
		return err
	}
	is := capacity.Units(found.DesiredCount)
	if is == a.Units {
		return nil
	}
	if err := s.usable(verb, found, a.Units > is); err != nil {
		return err
	}
	if err := s.stopped(verb, found); err != nil {
		return err
	}
	_, err = s.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &s.cluster, Service: &s.service, DesiredCount: new(int32(a.Units))})
	if err != nil {
		return s.control.Explain(verb, s.name, err)
	}
	return nil
}

// Serving is how many tasks serve.
func (s *Service) Serving(ctx context.Context) (capacity.Units, error) {
	found, err := s.describe(ctx, "read")
	return serves(found), err
}

// serves is how many tasks take load. While ECS rolls a deployment out, the tasks of
// the old one and of the new serve side by side. Where the load moves from one set of
// tasks to another instead, only one of them takes it: of CodeDeploy or an external
// controller that is the primary task set, and of ECS itself at most the larger.
func serves(found types.Service) capacity.Units {
	if len(found.TaskSets) > 0 {
		var n int32
		for _, set := range found.TaskSets {
			if set.Status != nil && *set.Status == primary {
				n += set.RunningCount
			}
		}
		return capacity.Units(n)
	}
	if c := found.DeploymentConfiguration; c != nil && len(found.Deployments) > 1 && c.Strategy != "" && c.Strategy != types.DeploymentStrategyRolling {
		var n int32
		for _, d := range found.Deployments {
			n = max(n, d.RunningCount)
		}
		return capacity.Units(n)
	}
	return capacity.Units(found.RunningCount)
}

// Stopped returns ErrStopped while the service has the tag [aws.StopTag].
func (s *Service) Stopped(ctx context.Context, verb string) error {
	found, err := s.describe(ctx, verb)
	if err != nil {
		return err
	}
	return s.stopped(verb, found)
}

func (s *Service) stopped(verb string, found types.Service) error {
	err := aws.Stopped("the service", found.Tags, func(tag types.Tag) (key, value *string) { return tag.Key, tag.Value })
	if err != nil {
		return s.control.Explain(verb, s.name, err)
	}
	return nil
}

// Usable returns ErrOutOfService if the service is being deleted, or was; and for a
// raise if its deployment has failed.
func (s *Service) Usable(ctx context.Context, verb string, raise bool) error {
	found, err := s.describe(ctx, verb)
	if err != nil {
		return err
	}
	return s.usable(verb, found, raise)
}

func (s *Service) usable(verb string, found types.Service, raise bool) error {
	if d := newest(found); raise && d != nil && d.RolloutState == types.DeploymentRolloutStateFailed {
		return s.fail(verb, fmt.Sprintf("the deployment of %s has failed%s, and ECS starts no further tasks of it; deploy a version that works; until then another pool of the policy may take over",
			text(d.TaskDefinition), because(d.RolloutStateReason)), capacity.ErrOutOfService)
	}
	return nil
}

// The states of a service, a deployment or a set of tasks.
const (
	primary  = "PRIMARY"  // the newest deployment, or the set of tasks that takes the load
	draining = "DRAINING" // the service is being deleted
	inactive = "INACTIVE" // it was deleted
)

// newest is the deployment that the service is to have, or nil if it has none.
func newest(found types.Service) *types.Deployment {
	for i, d := range found.Deployments {
		if d.Status != nil && *d.Status == primary {
			return &found.Deployments[i]
		}
	}
	return nil
}

// describe reads the service, with its tags.
func (s *Service) describe(ctx context.Context, verb string) (types.Service, error) {
	out, err := s.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &s.cluster, Services: []string{s.service}, Include: []types.ServiceField{types.ServiceFieldTags}})
	if err != nil {
		return types.Service{}, s.control.Explain(verb, s.name, err)
	}
	if len(out.Services) == 0 {
		return types.Service{}, s.fail(verb, "there is no such service; correct target in the policy", capacity.ErrNoSuchTarget)
	}
	if status := out.Services[0].Status; status != nil && (*status == inactive || *status == draining) {
		return types.Service{}, s.fail(verb, fmt.Sprintf("the service is %s, so it was deleted, and does not come back; correct target in the policy; until then another pool may take over", *status), capacity.ErrOutOfService)
	}
	return out.Services[0], nil
}

// fail is an error that AWS did not have to be asked for.
func (s *Service) fail(verb, remedy string, is error) error {
	return s.control.Explain(verb, s.name, fmt.Errorf("%s: %w", remedy, is))
}

func (s *Service) resource() appscaling.Resource {
	return appscaling.Resource{Namespace: scaling.ServiceNamespaceEcs, ID: "service/" + s.cluster + "/" + s.service, Dimension: scaling.ScalableDimensionECSServiceDesiredCount}
}

func (s *Service) scalable() *appscaling.Target {
	return &appscaling.Target{Control: s.control, Client: s.scaling, Name: s.name, Resource: s.resource(), Service: s}
}

// because is a reason in brackets, if there is one.
func because(reason *string) string {
	if reason == nil || *reason == "" {
		return ""
	}
	return " (" + *reason + ")"
}

func text(s *string) string {
	if s == nil {
		return "?"
	}
	return *s
}

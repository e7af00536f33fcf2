package ecs

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"headroom/capacity"
)

// Inspect looks for what would make a plan worthless, as [Service.Findings] says, and
// for a registration with Application Auto Scaling, which changes the same number.
func (s *Service) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	all, err := s.Findings(ctx, "inspect")
	if errors.Is(err, capacity.ErrOutOfService) {
		return []capacity.Finding{capacity.Blocks("%v", err)}, nil
	}
	if err != nil {
		return nil, err
	}
	registered, err := s.scalable().Registered(ctx)
	return append(all, registered...), err
}

// Findings are whether changes are stopped, deployments that are under way or have
// failed, tasks that find no place, and whether instances can be added for more.
func (s *Service) Findings(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, err := s.describe(ctx, verb)
	if err != nil {
		return nil, err
	}
	var all []capacity.Finding
	if err := s.stopped(verb, found); err != nil {
		all = append(all, capacity.Blocks("%v", err))
	}
	if found.SchedulingStrategy == types.SchedulingStrategyDaemon {
		all = append(all, capacity.Blocks("the service runs one task on each instance (DAEMON), so its number cannot be set; scale the instances instead"))
	}
	all = append(all, deployments(found)...)
	all = append(all, unplaced(found)...)
	room, err := s.room(ctx, verb, found)
	return append(all, room...), err
}

// deployments finds one that has failed or is under way.
func deployments(found types.Service) []capacity.Finding {
	var all []capacity.Finding
	d := newest(found)
	switch {
	case d == nil:
	case d.RolloutState == types.DeploymentRolloutStateFailed:
		all = append(all, capacity.Blocks("the deployment of %s has failed%s, and ECS starts no further tasks of it; deploy a version that works", text(d.TaskDefinition), because(d.RolloutStateReason)))
	case d.RolloutState == types.DeploymentRolloutStateInProgress || len(found.Deployments) > 1:
		all = append(all, capacity.Warns("a deployment is under way (%d of %d tasks of %s run, %d failed): a raise starts tasks of both versions; wait until it has ended", d.RunningCount, d.DesiredCount, text(d.TaskDefinition), d.FailedTasks))
	}
	if sets := len(found.TaskSets); sets > 1 {
		all = append(all, capacity.Warns("load moves from one of %d sets of tasks to another: only the primary one counts as serving; wait until it has ended", sets))
	}
	return all
}

// What ECS says in an event of a service that reached its number, and of one that
// cannot.
const (
	steady   = "has reached a steady state"
	unplaces = "unable to place a task"
)

// unplaced is the newest event of the service if that says that a task finds no place.
func unplaced(found types.Service) []capacity.Finding {
	for _, e := range found.Events { // newest first
		switch message := text(e.Message); {
		case strings.Contains(message, steady):
			return nil
		case strings.Contains(message, unplaces):
			return []capacity.Finding{capacity.Blocks("ECS finds no place for a task (%s); add instances, or name a second pool", message)}
		}
	}
	return nil
}

// room finds whether there can be instances for more tasks.
func (s *Service) room(ctx context.Context, verb string, found types.Service) ([]capacity.Finding, error) {
	var names []string
	for _, item := range found.CapacityProviderStrategy {
		if item.CapacityProvider != nil && (item.Weight > 0 || item.Base > 0) {
			names = append(names, *item.CapacityProvider)
		}
	}
	if len(names) == 0 {
		if found.LaunchType != types.LaunchTypeEc2 {
			return nil, nil
		}
		return s.instances(ctx, verb)
	}
	if slices.Equal(names, []string{"FARGATE_SPOT"}) {
		return []capacity.Finding{capacity.Warns("all tasks run on Fargate Spot, which AWS may take back or not have; add FARGATE to the capacity provider strategy")}, nil
	}
	out, err := s.ecs.DescribeCapacityProviders(ctx, &ecs.DescribeCapacityProvidersInput{CapacityProviders: names})
	if err != nil {
		return nil, s.control.Explain(verb, s.name, err)
	}
	var all []capacity.Finding
	for _, p := range out.CapacityProviders {
		more, err := s.provider(ctx, verb, p)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// instances finds a cluster without instances, for a service that runs on those.
func (s *Service) instances(ctx context.Context, verb string) ([]capacity.Finding, error) {
	out, err := s.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: []string{s.cluster}})
	if err != nil {
		return nil, s.control.Explain(verb, s.name, err)
	}
	if len(out.Clusters) > 0 {
		c := out.Clusters[0]
		if c.RegisteredContainerInstancesCount == 0 {
			return []capacity.Finding{capacity.Blocks("the cluster has no instances, and the service runs on nothing else; add instances, or use a capacity provider")}, nil
		}
		return []capacity.Finding{capacity.Warns("the service has no capacity provider: its %d instances have to have room for all of its tasks, since nothing adds others", c.RegisteredContainerInstancesCount)}, nil
	}
	return nil, nil
}

// provider finds why a capacity provider would add no instances.
func (s *Service) provider(ctx context.Context, verb string, p types.CapacityProvider) ([]capacity.Finding, error) {
	if p.Status != "" && p.Status != types.CapacityProviderStatusActive {
		return []capacity.Finding{capacity.Blocks("the capacity provider %s is %s; name another in the service's strategy", text(p.Name), p.Status)}, nil
	}
	group := p.AutoScalingGroupProvider
	if group == nil { // Fargate, or instances that ECS manages
		return nil, nil
	}
	if group.ManagedScaling == nil || group.ManagedScaling.Status != types.ManagedScalingStatusEnabled {
		return []capacity.Finding{capacity.Warns("managed scaling of the capacity provider %s is off, so nothing adds instances for more tasks; turn it on, or plan for the group as well", text(p.Name))}, nil
	}
	_, name, _ := strings.Cut(text(group.AutoScalingGroupArn), "autoScalingGroupName/")
	if name == "" {
		return nil, nil
	}
	out, err := s.groups.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})
	if err != nil {
		return nil, s.control.Explain(verb, s.name, err)
	}
	for _, g := range out.AutoScalingGroups {
		if g.DesiredCapacity != nil && g.MaxSize != nil && *g.DesiredCapacity >= *g.MaxSize {
			return []capacity.Finding{capacity.Warns("the group %s of the capacity provider %s is at its maximum of %d instances: more tasks find no place once those are full; raise its MaxSize", name, text(p.Name), *g.MaxSize)}, nil
		}
	}
	return nil, nil
}

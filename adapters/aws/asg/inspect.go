package asg

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/capacity"
)

// Inspect looks for what would spoil a plan: a stop, processes of the group that are
// suspended, launches that fail, and whatever else changes the same numbers. Quotas
// of the account it sees only once a launch has failed because of one, and conditions
// of its IAM policies not at all.
func (t *Target) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	const verb = "inspect"
	g, err := t.describe(ctx, verb)
	if errors.Is(err, capacity.ErrOutOfService) {
		return []capacity.Finding{capacity.Blocks("%v", err)}, nil
	}
	if err != nil {
		return nil, err
	}
	var all []capacity.Finding
	if err := t.stopped(verb, g); err != nil {
		all = append(all, capacity.Blocks("%v", err))
	}
	all = append(all, t.suspended(g)...)
	launch, err := t.launchFailed(ctx, verb)
	if err != nil {
		return nil, err
	}
	all = append(append(all, launch...), traits(g)...)
	for _, look := range []func(context.Context, string) ([]capacity.Finding, error){t.refreshes, t.policies, t.neighbours} {
		more, err := look(ctx, verb)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// A process of a group, and what is wrong while it is suspended.
type process struct {
	effect string
	blocks bool   // a plan has no effect without it
	modes  []mode // where it matters; none: everywhere
}

// processes are those that matter to a plan. Without AZRebalance and
// InstanceRefresh, a plan is carried out as with them.
var processes = map[string]process{
	"Launch":            {effect: "nothing is launched", blocks: true},
	"Terminate":         {effect: "nothing is terminated", blocks: true},
	"AddToLoadBalancer": {effect: "new instances get no load from the load balancer", blocks: true},
	"ScheduledActions":  {effect: "no scheduled action is carried out", blocks: true, modes: []mode{schedule}},
	"AlarmNotification": {effect: "the scaling policies of the group do not react, and only the planned minimum runs", modes: []mode{floor, schedule}},
	"HealthCheck":       {effect: "instances that fail are not noticed, and count as serving"},
	"ReplaceUnhealthy":  {effect: "instances that fail are not replaced"},
}

// suspended lists the processes without which a number has no effect, or another.
func (t *Target) suspended(g types.AutoScalingGroup) []capacity.Finding {
	var all []capacity.Finding
	for _, s := range g.SuspendedProcesses {
		if s.ProcessName == nil {
			continue
		}
		p, known := processes[*s.ProcessName]
		if !known || len(p.modes) > 0 && !slices.Contains(p.modes, t.mode) {
			continue
		}
		all = append(all, capacity.Finding{Blocks: p.blocks, Text: fmt.Sprintf("the process %s of the group is suspended, so %s; resume it", *s.ProcessName, p.effect)})
	}
	return all
}

// traits lists what the group itself shows.
func traits(g types.AutoScalingGroup) []capacity.Finding {
	var all []capacity.Finding
	heaviest := capacity.Units(1)
	for _, i := range g.Instances {
		heaviest = max(heaviest, weight(i))
	}
	switch {
	case heaviest > 1:
		all = append(all, capacity.Warns("instances of the group weigh up to %d units: it may run up to %d units more than are requested; let unitRate be the load of one unit, not of one instance", heaviest, heaviest-1))
	case g.MixedInstancesPolicy != nil:
		all = append(all, capacity.Warns("the group mixes instance types: a unit does not always serve the same load; use one type, types that serve alike, or weights"))
	}
	if g.WarmPoolConfiguration != nil {
		all = append(all, capacity.Warns("the group has a warm pool: units come sooner from it than when it is empty; set leadTime for an empty one"))
	}
	if g.DefaultInstanceWarmup == nil || *g.DefaultInstanceWarmup < 0 {
		all = append(all, capacity.Warns("the group has no DefaultInstanceWarmup: its policies count instances that still start; set it to what an instance takes to serve"))
	}
	return all
}

// refreshes warns of an instance refresh that is under way.
func (t *Target) refreshes(ctx context.Context, verb string) ([]capacity.Finding, error) {
	out, err := t.client.DescribeInstanceRefreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: &t.group})
	if err != nil {
		return nil, t.explain(verb, err)
	}
	for _, r := range out.InstanceRefreshes {
		switch r.Status {
		case types.InstanceRefreshStatusPending, types.InstanceRefreshStatusInProgress, types.InstanceRefreshStatusCancelling,
			types.InstanceRefreshStatusRollbackInProgress, types.InstanceRefreshStatusBaking:
			return []capacity.Finding{capacity.Warns("an instance refresh is under way (%s): fewer instances serve than are desired; wait until it has ended", r.Status)}, nil
		case types.InstanceRefreshStatusSuccessful, types.InstanceRefreshStatusFailed, types.InstanceRefreshStatusCancelled,
			types.InstanceRefreshStatusRollbackFailed, types.InstanceRefreshStatusRollbackSuccessful:
		}
	}
	return nil, nil
}

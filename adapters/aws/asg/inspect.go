package asg

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/capacity"
)

// Inspect looks for what would spoil a plan: processes of the group that are
// suspended, a provider that has no instances, and whatever else changes the
// same numbers. What it cannot see are quotas of the account, and conditions of
// its IAM policies.
func (t *Target) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	const verb = "inspect"
	g, err := t.describe(ctx, verb)
	if err != nil {
		return nil, err
	}
	all := t.suspended(g)
	text, err := t.soldOut(ctx, verb)
	if err != nil {
		return nil, err
	}
	if text != "" {
		all = append(all, blocks("the newest launch failed: AWS has none of these instances there (%s); allow another type or zone, or name a second pool", text))
	}
	all = append(all, traits(g)...)
	for _, look := range []func(context.Context, string) ([]capacity.Finding, error){t.refreshes, t.policies, t.neighbours} {
		more, err := look(ctx, verb)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func blocks(format string, args ...any) capacity.Finding {
	return capacity.Finding{Blocks: true, Text: fmt.Sprintf(format, args...)}
}

func warns(format string, args ...any) capacity.Finding {
	return capacity.Finding{Text: fmt.Sprintf(format, args...)}
}

// suspended lists the processes without which a number has no effect.
func (t *Target) suspended(g types.AutoScalingGroup) []capacity.Finding {
	effects := map[string]string{"Launch": "nothing is launched", "Terminate": "nothing is ended"}
	if t.mode == schedule {
		effects["ScheduledActions"] = "no timetable is carried out"
	}
	var all []capacity.Finding
	for _, p := range g.SuspendedProcesses {
		if p.ProcessName != nil && effects[*p.ProcessName] != "" {
			all = append(all, blocks("the process %s of the group is suspended, so %s; resume it", *p.ProcessName, effects[*p.ProcessName]))
		}
	}
	return all
}

// traits lists what the group itself shows.
func traits(g types.AutoScalingGroup) []capacity.Finding {
	var all []capacity.Finding
	if g.MixedInstancesPolicy != nil {
		all = append(all, warns("the group mixes instance types: a unit is not always as much, and with weights not even an instance; use one type, or types that serve alike, without weights"))
	}
	if g.WarmPoolConfiguration != nil {
		all = append(all, warns("the group has a warm pool: units come sooner from it than when it is empty; set leadTime for an empty one"))
	}
	if g.DefaultInstanceWarmup == nil || *g.DefaultInstanceWarmup < 0 {
		all = append(all, warns("the group has no DefaultInstanceWarmup: its policies count instances that still start; set it to what an instance takes to serve"))
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
			return []capacity.Finding{warns("an instance refresh is under way (%s): fewer instances serve than are desired; wait until it has ended", r.Status)}, nil
		case types.InstanceRefreshStatusSuccessful, types.InstanceRefreshStatusFailed, types.InstanceRefreshStatusCancelled,
			types.InstanceRefreshStatusRollbackFailed, types.InstanceRefreshStatusRollbackSuccessful:
		}
	}
	return nil, nil
}

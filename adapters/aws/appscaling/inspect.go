package appscaling

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"headroom/adapters/aws/timetable"
	"headroom/capacity"
)

// Inspect looks for what would make a plan worthless: suspended scaling, bounds
// without room, a service that is stopped or does not work; and for what works
// against it: scaling policies and scheduled actions of others. What it cannot see
// are quotas of the account.
func (t *Target) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	return t.inspect(ctx, false)
}

// Inspect is that of [Target]; suspended scheduled actions block here.
func (t *Timetabled) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	return t.inspect(ctx, true)
}

func (t *Target) inspect(ctx context.Context, timetabled bool) ([]capacity.Finding, error) {
	const verb = "inspect"
	found, err := t.describe(ctx, verb)
	if err != nil {
		return nil, err
	}
	all := append(suspended(found.SuspendedState, timetabled), bounds(found)...)
	looks := []func(context.Context, string) ([]capacity.Finding, error){t.policies, t.rivals, t.failed, t.Service.Findings}
	for _, look := range looks {
		more, err := look(ctx, verb)
		if errors.Is(err, capacity.ErrOutOfService) {
			more, err = []capacity.Finding{capacity.Blocks("%v", err)}, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// Registered finds whether what a plan sets exactly is registered: its bounds and
// policies then change the same number.
func (t *Target) Registered(ctx context.Context) ([]capacity.Finding, error) {
	found, err := t.describe(ctx, "inspect")
	switch {
	case errors.Is(err, capacity.ErrNoSuchTarget):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []capacity.Finding{capacity.Blocks("it is registered with Application Auto Scaling, which keeps its number between %d and %d; use mode=floor, or deregister it", *found.MinCapacity, *found.MaxCapacity)}, nil
}

// suspended lists the scaling that is suspended. A minimum is kept all the same.
func suspended(s *types.SuspendedState, timetabled bool) []capacity.Finding {
	if s == nil {
		return nil
	}
	is := func(b *bool) bool { return b != nil && *b }
	var all []capacity.Finding
	if is(s.ScheduledScalingSuspended) && timetabled {
		all = append(all, capacity.Blocks("ScheduledScalingSuspended is set, so no scheduled action is carried out; resume scheduled scaling"))
	}
	if is(s.DynamicScalingOutSuspended) {
		all = append(all, capacity.Warns("DynamicScalingOutSuspended is set, so scaling policies add nothing, and only the planned minimum runs; resume it"))
	}
	if is(s.DynamicScalingInSuspended) {
		all = append(all, capacity.Warns("DynamicScalingInSuspended is set, so nothing is taken away when the planned minimum falls; resume it"))
	}
	return all
}

// bounds finds bounds that leave no room.
func bounds(found types.ScalableTarget) []capacity.Finding {
	switch least, most := *found.MinCapacity, *found.MaxCapacity; {
	case most == 0:
		return []capacity.Finding{capacity.Blocks("MaxCapacity of the scalable target is 0, so nothing runs; raise it")}
	case least == most:
		return []capacity.Finding{capacity.Warns("MinCapacity and MaxCapacity of the scalable target are both %d, so it cannot be raised; raise MaxCapacity", most)}
	}
	return nil
}

// policies finds scaling policies that work against a plan, and their absence.
func (t *Target) policies(ctx context.Context, verb string) ([]capacity.Finding, error) {
	var all []capacity.Finding
	lowers := false
	in := &applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension}
	for pages := applicationautoscaling.NewDescribeScalingPoliciesPaginator(t.Client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, t.explain(verb, err)
		}
		for _, p := range page.ScalingPolicies {
			name := ""
			if p.PolicyName != nil {
				name = *p.PolicyName
			}
			if c := p.PredictiveScalingPolicyConfiguration; c != nil {
				if c.Mode == types.PredictiveScalingModeForecastAndScale {
					all = append(all, capacity.Warns("the predictive scaling policy %q scales it as well, and never in; set it to ForecastOnly", name))
				}
				if c.MaxCapacityBreachBehavior == types.PredictiveScalingMaxCapacityBreachBehaviorIncreaseMaxCapacity {
					all = append(all, capacity.Warns("the predictive scaling policy %q raises MaxCapacity; set MaxCapacityBreachBehavior to HonorMaxCapacity", name))
				}
				continue
			}
			if c := p.TargetTrackingScalingPolicyConfiguration; c != nil && c.DisableScaleIn != nil && *c.DisableScaleIn {
				continue
			}
			lowers = true
		}
	}
	if !lowers {
		all = append(all, capacity.Warns("no scaling policy takes units away, so the number stays where a plan raised it; add a target tracking policy, or deregister it and use mode=exact"))
	}
	return all, nil
}

// rivals warns of scheduled actions that others made.
func (t *Target) rivals(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, err := t.timetable(ctx, verb)
	if err != nil {
		return nil, err
	}
	return timetable.Rivals(found.ours, found.other, "its bounds"), nil
}

// failed is what Application Auto Scaling says of its newest change if that failed.
func (t *Target) failed(ctx context.Context, verb string) ([]capacity.Finding, error) {
	out, err := t.Client.DescribeScalingActivities(ctx, &applicationautoscaling.DescribeScalingActivitiesInput{
		ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension, MaxResults: new(int32(1)),
	})
	if err != nil {
		return nil, t.explain(verb, err)
	}
	if len(out.ScalingActivities) > 0 {
		a := out.ScalingActivities[0] // the newest
		if a.StatusCode == types.ScalingActivityStatusCodeFailed || a.StatusCode == types.ScalingActivityStatusCodeUnfulfilled {
			return []capacity.Finding{capacity.Blocks("its newest change by Application Auto Scaling is %s (%s); repair what it says", a.StatusCode, text(a.StatusMessage))}, nil
		}
	}
	return nil, nil
}

func text(s *string) string {
	if s == nil {
		return "no reason given"
	}
	return *s
}

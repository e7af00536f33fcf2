package asg

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/adapters/aws/timetable"
	"headroom/capacity"
)

// policies warns of the scaling policies that get in the way.
func (t *Target) policies(ctx context.Context, verb string) ([]capacity.Finding, error) {
	var all []capacity.Finding
	in := &autoscaling.DescribePoliciesInput{AutoScalingGroupName: &t.group, MaxRecords: new(int32(100))}
	for pages := autoscaling.NewDescribePoliciesPaginator(t.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, t.explain(verb, err)
		}
		for _, p := range page.ScalingPolicies {
			all = append(all, t.policy(p)...)
		}
	}
	return all, nil
}

func (t *Target) policy(p types.ScalingPolicy) []capacity.Finding {
	if p.PolicyName == nil || p.Enabled != nil && !*p.Enabled {
		return nil
	}
	var all []capacity.Finding
	if c := p.PredictiveScalingConfiguration; c != nil {
		if c.Mode == types.PredictiveScalingModeForecastAndScale {
			all = append(all, capacity.Warns("the predictive scaling policy %q scales the group as well, and never in; set it to ForecastOnly", *p.PolicyName))
		}
		if c.MaxCapacityBreachBehavior == types.PredictiveScalingMaxCapacityBreachBehaviorIncreaseMaxCapacity {
			all = append(all, capacity.Warns("the predictive scaling policy %q raises MaxSize for good; set MaxCapacityBreachBehavior to HonorMaxCapacity", *p.PolicyName))
		}
		return all
	}
	if t.mode == exact {
		all = append(all, capacity.Warns("the scaling policy %q moves the desired number that mode=exact sets; use mode=floor, or disable the policy", *p.PolicyName))
	}
	return all
}

// neighbours warns of scheduled actions that others made.
func (t *Target) neighbours(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, err := t.timetable(ctx, verb)
	if err != nil {
		return nil, err
	}
	return timetable.Rivals(found.ours, found.other, "the group"), nil
}

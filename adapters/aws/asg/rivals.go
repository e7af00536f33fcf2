package asg

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/capacity"
)

// near is how close to another scheduled action one of ours should not be: AWS
// runs them up to two minutes late, and takes longer over several at once.
const near = 5 * time.Minute

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
			all = append(all, warns("the predictive scaling policy %q scales the group as well, and never in; set it to ForecastOnly", *p.PolicyName))
		}
		if c.MaxCapacityBreachBehavior == types.PredictiveScalingMaxCapacityBreachBehaviorIncreaseMaxCapacity {
			all = append(all, warns("the predictive scaling policy %q raises MaxSize for good; set MaxCapacityBreachBehavior to HonorMaxCapacity", *p.PolicyName))
		}
		return all
	}
	if t.mode == exact {
		all = append(all, warns("the scaling policy %q moves the desired number that mode=exact sets; use mode=floor, or disable the policy", *p.PolicyName))
	}
	return all
}

// neighbours warns of scheduled actions that others made.
func (t *Target) neighbours(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, err := t.timetable(ctx, verb)
	if err != nil || len(found.other) == 0 {
		return nil, err
	}
	var names, tight []string
	for _, o := range found.other {
		names = append(names, o.Name)
		for _, e := range found.ours {
			if o.At.Sub(e.At).Abs() < near {
				tight = append(tight, o.Name)
				break
			}
		}
	}
	all := []capacity.Finding{warns("others have scheduled actions that change the group as well (%s); delete them, or see that they agree with the plan", some(names))}
	if len(tight) > 0 {
		all = append(all, warns("scheduled actions of others begin less than %s from ours (%s), and either may count last; move them", near, some(tight)))
	}
	return all, nil
}

// some names the first few.
func some(names []string) string {
	if more := len(names) - 3; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), more)
	}
	return strings.Join(names, ", ")
}

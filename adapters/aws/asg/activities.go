package asg

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// maxPages is how many pages of 100 activities are read at most. AWS keeps six
// weeks of them.
const maxPages = 10

// LeadTimes is how long the launches that succeeded took, newest first, from
// the start of the launch until the instance was in service. Of a group that
// launches much, it is the newest thousand activities that count. Its errors
// are those of State.
func (t *Target) LeadTimes(ctx context.Context) ([]time.Duration, error) {
	const verb = "read the launches of"
	if _, err := t.describe(ctx, verb); err != nil { // of a missing group AWS says only that something is not valid
		return nil, err
	}
	var took []time.Duration
	in := &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: &t.group, MaxRecords: new(int32(100))}
	pages := autoscaling.NewDescribeScalingActivitiesPaginator(t.client, in)
	for range maxPages {
		if !pages.HasMorePages() {
			break
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, t.explain(verb, err)
		}
		for _, a := range page.Activities {
			if launches(a) && a.StatusCode == types.ScalingActivityStatusCodeSuccessful && a.StartTime != nil && a.EndTime != nil {
				took = append(took, a.EndTime.Sub(*a.StartTime))
			}
		}
	}
	return took, nil
}

// launches reports whether an activity is to bring an instance into service.
func launches(a types.Activity) bool {
	return a.Description != nil && strings.HasPrefix(*a.Description, "Launching a new EC2 instance") &&
		!strings.Contains(*a.Description, "into warm pool")
}

// soldOut is what AWS says of the newest launch if it failed because there were
// no instances to be had, or else nothing.
func (t *Target) soldOut(ctx context.Context, verb string) (string, error) {
	out, err := t.client.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: &t.group, MaxRecords: new(int32(100))})
	if err != nil {
		return "", t.explain(verb, err)
	}
	for _, a := range out.Activities { // newest first
		if !launches(a) || a.StatusCode == types.ScalingActivityStatusCodeInProgress {
			continue
		}
		if a.StatusCode == types.ScalingActivityStatusCodeFailed && a.StatusMessage != nil {
			for _, sign := range []string{"InsufficientInstanceCapacity", "We currently do not have sufficient"} {
				if strings.Contains(*a.StatusMessage, sign) {
					return *a.StatusMessage, nil
				}
			}
		}
		return "", nil
	}
	return "", nil
}

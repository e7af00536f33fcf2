package asg

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/capacity"
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

// failures says what is to be done about the newest launch if it failed, by a sign in
// what AWS says of it, the first that is there. After any other reason the group tries
// again by itself, which may help.
var failures = []struct {
	signs   []string
	finding func(format string, args ...any) capacity.Finding
	says    string
}{
	{
		[]string{"InsufficientInstanceCapacity", "We currently do not have sufficient"},
		capacity.Blocks,
		"the newest launch failed: AWS has none of these instances there (%s); allow another type or zone, or name a second pool",
	},
	{
		[]string{"vCPU limit", "VcpuLimitExceeded", "instance limit", "InstanceLimitExceeded", "SpotInstanceCountExceeded", "Max spot instance count exceeded"},
		capacity.Blocks,
		"the newest launch failed: a quota of the account is used up (%s); have it raised in Service Quotas, or name a second pool",
	},
	{
		[]string{"does not exist", "NotFound", "Invalid IAM Instance Profile", "not authorized", "UnauthorizedOperation", "InvalidKMSKey", "InternalError: Client error on launch", "not supported"},
		capacity.Blocks,
		"the newest launch failed, and further ones will (%s); repair the launch template, or the roles and keys that it names",
	},
	{[]string{""}, capacity.Warns, "the newest launch failed (%s); see that the next one succeeds"},
}

// unlaunchable reports whether AWS says that what instances are launched from is gone.
func unlaunchable(message string) bool {
	low := strings.ToLower(message)
	return strings.Contains(low, "does not exist") && (strings.Contains(low, "launch template") || strings.Contains(low, "launch configuration"))
}

// launchFailed finds whether the newest launch failed, and why.
func (t *Target) launchFailed(ctx context.Context, verb string) ([]capacity.Finding, error) {
	out, err := t.client.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: &t.group, MaxRecords: new(int32(100))})
	if err != nil {
		return nil, t.explain(verb, err)
	}
	for _, a := range out.Activities { // newest first
		if !launches(a) || a.StatusCode == types.ScalingActivityStatusCodeInProgress {
			continue
		}
		if a.StatusCode != types.ScalingActivityStatusCodeFailed || a.StatusMessage == nil {
			return nil, nil
		}
		for _, f := range failures {
			if slices.ContainsFunc(f.signs, func(sign string) bool { return strings.Contains(*a.StatusMessage, sign) }) {
				return []capacity.Finding{f.finding(f.says, *a.StatusMessage)}, nil
			}
		}
	}
	return nil, nil
}

package asg

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// A Target is one group. It is safe for use by several goroutines. Its errors
// name the operation, the target and the remedy; those of calls that AWS or the
// network broke off without a verdict are plain, and may have taken effect.
type Target struct {
	region
	name  capacity.TargetName
	group string
	mode  mode
}

var (
	_ capacity.Limited   = (*Target)(nil)
	_ capacity.Inspected = (*Target)(nil)
)

// State reports what the group is asked for, which is its minimum or, in mode
// exact, its desired number, and the units of the instances that are in service and
// healthy: an instance of a group with weights counts as many as it weighs. Such a
// group may run more than is desired, since only whole instances can be had.
// It says nothing of launches that fail: units that do not come are seen as not
// serving, and [Target.Inspect] says why. It returns ErrOutOfService for a group that
// is being deleted.
func (t *Target) State(ctx context.Context) (capacity.State, error) {
	g, err := t.describe(ctx, "read")
	if err != nil {
		return capacity.State{}, err
	}
	s := capacity.State{Units: capacity.Units(*g.MinSize), Floor: true}
	if t.mode == exact {
		s.Units, s.Floor = capacity.Units(*g.DesiredCapacity), false
	}
	heaviest := capacity.Units(1)
	for _, i := range g.Instances {
		heaviest = max(heaviest, weight(i))
		if i.LifecycleState == types.LifecycleStateInService && i.HealthStatus != nil && *i.HealthStatus == "Healthy" {
			s.Serving += weight(i)
		}
	}
	if over := s.Serving - s.Units; over > 0 && over < heaviest {
		s.Floor = true
	}
	return s, nil
}

// weight is how many units an instance counts as.
func weight(i types.Instance) capacity.Units {
	if i.WeightedCapacity == nil {
		return 1
	}
	n, err := strconv.Atoi(*i.WeightedCapacity)
	if err != nil || n < 1 {
		return 1
	}
	return capacity.Units(n)
}

// Scale sets the minimum, and in mode exact the desired number with it, in one
// call; never the maximum, so what is above it is ErrOutOfBounds. It does not
// wait for instances, and does not mind that earlier launches failed. It returns
// ErrStopped while the group has the tag [aws.StopTag].
func (t *Target) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	if a.Units < 0 {
		return t.fail(verb, "there is no number below 0; correct the plan", capacity.ErrOutOfBounds)
	}
	g, err := t.describe(ctx, verb)
	if err != nil {
		return err
	}
	if a.Units > capacity.Units(*g.MaxSize) {
		return t.fail(verb, fmt.Sprintf("MaxSize of the group is %d; raise it, or lower max in the policy", *g.MaxSize), capacity.ErrOutOfBounds)
	}
	n := int32(a.Units)
	in := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: &t.group, MinSize: &n}
	holds := *g.MinSize == n
	if t.mode == exact {
		in.DesiredCapacity = &n
		holds = holds && *g.DesiredCapacity == n
	}
	if holds {
		return nil
	}
	if err := t.stopped(verb, g); err != nil {
		return err
	}
	return t.update(ctx, verb, in)
}

// stopped is ErrStopped if the group has the tag [aws.StopTag].
func (t *Target) stopped(verb string, g types.AutoScalingGroup) error {
	err := aws.Stopped("the group", g.Tags, func(tag types.TagDescription) (key, value *string) { return tag.Key, tag.Value })
	if err != nil {
		return t.explain(verb, err)
	}
	return nil
}

// describe reads the group.
func (t *Target) describe(ctx context.Context, verb string) (types.AutoScalingGroup, error) {
	out, err := t.client.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{t.group}})
	if err != nil {
		return types.AutoScalingGroup{}, t.explain(verb, err)
	}
	if len(out.AutoScalingGroups) == 0 {
		return types.AutoScalingGroup{}, t.fail(verb, "there is no such group; correct target in the policy", capacity.ErrNoSuchTarget)
	}
	g := out.AutoScalingGroups[0]
	switch {
	case g.MinSize == nil || g.MaxSize == nil || g.DesiredCapacity == nil:
		return g, t.explain(verb, errors.New("the answer lacks the numbers of the group; check the endpoint"))
	case g.Status != nil: // which a group has only while it goes
		return g, t.fail(verb, "the group is being deleted ("+*g.Status+"), and does not come back; correct target in the policy; until then another pool may take over", capacity.ErrOutOfService)
	}
	return g, nil
}

func (t *Target) update(ctx context.Context, verb string, in *autoscaling.UpdateAutoScalingGroupInput) error {
	if _, err := t.client.UpdateAutoScalingGroup(ctx, in); err != nil {
		if api, ok := errors.AsType[smithy.APIError](err); ok && unlaunchable(api.ErrorMessage()) {
			return t.fail(verb, fmt.Sprintf("no instance can be launched before somebody repairs the group (%s); until then another pool of the policy may take over", api.ErrorMessage()), capacity.ErrOutOfService)
		}
		return t.explain(verb, err)
	}
	return nil
}

// explain puts an error of AWS into the words of capacity.
func (t *Target) explain(verb string, err error) error { return t.control.Explain(verb, t.name, err) }

// fail is an error that AWS did not have to be asked for.
func (t *Target) fail(verb, remedy string, is error) error {
	return t.explain(verb, fmt.Errorf("%s: %w", remedy, is))
}

package asg

import (
	"context"
	"fmt"
	"math"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"headroom/capacity"
)

// Limits reads the group's MaxSize. What the account may have in all is not
// known here.
func (t *Target) Limits(ctx context.Context) (capacity.Limits, error) {
	g, err := t.describe(ctx, "read the limits of")
	if err != nil {
		return capacity.Limits{}, err
	}
	return capacity.Limits{Max: capacity.Units(*g.MaxSize)}, nil
}

// Limit moves the group's MaxSize. AWS ends instances that a lower maximum
// leaves no room for: instead Limit returns ErrTargetBusy while more are
// desired.
func (t *Target) Limit(ctx context.Context, l capacity.Limiting) error {
	verb := fmt.Sprintf("set the maximum to %d units of", l.Max)
	if l.Max < 0 || l.Max > math.MaxInt32 {
		return t.fail(verb, "there is no such maximum; correct the plan", capacity.ErrOutOfBounds)
	}
	g, err := t.describe(ctx, verb)
	if err != nil {
		return err
	}
	n := int32(l.Max)
	switch is := capacity.Units(*g.MaxSize); {
	case is == l.Max:
		return nil
	case is != l.From:
		return t.fail(verb, fmt.Sprintf("it is %d, and was to be %d; see who moved it, and correct max in the policy", is, l.From), capacity.ErrDrifted)
	case n < *g.MinSize:
		return t.fail(verb, fmt.Sprintf("MinSize of the group is %d; lower it first", *g.MinSize), capacity.ErrOutOfBounds)
	case n < *g.DesiredCapacity:
		return t.fail(verb, fmt.Sprintf("%d instances are desired; it is tried again when they are fewer", *g.DesiredCapacity), capacity.ErrTargetBusy)
	}
	if err := t.stopped(verb, g); err != nil {
		return err
	}
	return t.update(ctx, verb, &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: &t.group, MaxSize: &n})
}

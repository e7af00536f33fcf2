// Package asg scales groups of Amazon EC2 Auto Scaling. A [Target] keeps to the
// group's minimum and leaves the rest to the scaling policies that the group
// has, or sets the number exactly; a [Timetabled] also pushes a plan ahead, as
// scheduled actions that run while nothing else does.
//
// The service has no conditional writes: between the read and the write of one
// call somebody else may change a group unseen.
package asg

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// A Fleet is the groups that one set of credentials reaches. It keeps one
// client for each region, is safe for use by several goroutines, and must not
// be copied after its first use.
type Fleet struct {
	// Settings are where AWS is and who asks; the region is the target's.
	Settings aws.Settings
	// Pause is between two looks at a timetable that was just written, and that
	// AWS may not show yet; 0 is two seconds.
	Pause time.Duration

	regions aws.Regions[region]
}

// region is how one region is called.
type region struct {
	control aws.Control
	client  *autoscaling.Client
}

// Target is the group at an address such as
// "aws-asg://eu-west-1/chat-g5?mode=schedule&slots=100"; nothing is asked of AWS
// yet. The parameters are
//
//	mode=floor     sets MinSize only, and lets the group's policies run more (the default)
//	mode=exact     sets MinSize and DesiredCapacity to the same number
//	mode=schedule  is floor, and a [Timetabled]
//	slots=N        the most scheduled actions of ours, from 1 to 125 (100)
//
// It returns ErrNoSuchTarget for what is no such address, and the errors of
// [aws.OpenControl].
func (f *Fleet) Target(ctx context.Context, name capacity.TargetName) (capacity.Target, error) {
	a, err := parse(name)
	if err != nil {
		return nil, err
	}
	r, err := f.regions.In(ctx, f.Settings, a.region, open)
	if err != nil {
		return nil, err
	}
	t := &Target{name: name, group: a.group, mode: a.mode, region: r}
	if a.mode != schedule {
		return t, nil
	}
	pause := f.Pause
	if pause == 0 {
		pause = 2 * time.Second
	}
	return &Timetabled{Target: t, slots: a.slots, pause: pause}, nil
}

// open is how a region is called.
func open(c aws.Control) region {
	return region{c, autoscaling.NewFromConfig(c.Config)}
}

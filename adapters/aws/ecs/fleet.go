// Package ecs scales services of Amazon ECS: the minimum of a service that is
// registered with Application Auto Scaling, or the desired number of one that is
// not.
package ecs

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
	"headroom/capacity"
)

// form is how a target is written.
const form = "aws-ecs://REGION/CLUSTER/SERVICE"

// A Fleet is the services that one set of credentials reaches. It keeps one client
// for each region, is safe for use by several goroutines, and must not be copied
// after its first use.
type Fleet struct {
	// Settings are where AWS is and who asks; the region is the target's.
	Settings aws.Settings

	regions aws.Regions[region]
}

// region is how one region is called.
type region struct {
	control aws.Control
	ecs     *ecs.Client
	scaling *applicationautoscaling.Client
	groups  *autoscaling.Client // of capacity providers
}

// Target is the service at an address such as
// "aws-ecs://eu-west-1/prod/chat?mode=schedule&slots=100"; nothing is asked of AWS
// yet. The parameters are
//
//	mode=floor     sets the minimum of the registered service, and lets its policies run more (the default)
//	mode=schedule  is floor, and a [capacity.Timetabled]
//	mode=exact     sets the desired number; for services that are not registered
//	slots=N        the most scheduled actions of ours, from 1 to 200 (100)
//
// It returns ErrNoSuchTarget for what is no such address, and the errors of
// [aws.OpenControl].
func (f *Fleet) Target(ctx context.Context, name capacity.TargetName) (capacity.Target, error) {
	a, err := appscaling.Parse(name, form)
	if err != nil {
		return nil, err
	}
	r, err := f.regions.In(ctx, f.Settings, a.Region, open)
	if err != nil {
		return nil, err
	}
	s := &Service{name: name, region: r, cluster: a.Parts[0], service: a.Parts[1]}
	if a.Mode == appscaling.Exact {
		return s, nil
	}
	t := s.scalable()
	if a.Mode == appscaling.Schedule {
		return &appscaling.Timetabled{Target: t, Room: a.Slots}, nil
	}
	return t, nil
}

// open is how a region is called.
func open(c aws.Control) region {
	return region{c, ecs.NewFromConfig(c.Config), applicationautoscaling.NewFromConfig(c.Config), autoscaling.NewFromConfig(c.Config)}
}

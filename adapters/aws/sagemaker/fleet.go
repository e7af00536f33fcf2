// Package sagemaker scales what serves models on Amazon SageMaker: variants of
// endpoints, by instances, and inference components, by copies. It sets the minimum
// of one that is registered with Application Auto Scaling, or the number itself of
// one that is not.
package sagemaker

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
	"headroom/capacity"
)

// How targets are written.
const (
	variantForm   = "aws-sagemaker://REGION/ENDPOINT/VARIANT"
	componentForm = "aws-sagemaker-component://REGION/COMPONENT"
)

// A Fleet is the endpoints that one set of credentials reaches. It keeps one client
// for each region, is safe for use by several goroutines, and must not be copied
// after its first use.
type Fleet struct {
	// Settings are where AWS is and who asks; the region is the target's.
	Settings aws.Settings

	regions aws.Regions[region]
}

// region is how one region is called.
type region struct {
	control   aws.Control
	sagemaker *sagemaker.Client
	scaling   *applicationautoscaling.Client
}

// A model is what this package scales, apart from Application Auto Scaling.
type model interface {
	capacity.Inspected
	appscaling.Service
}

// Target is the variant at an address such as "aws-sagemaker://eu-west-1/chat/main",
// or the inference component at "aws-sagemaker-component://eu-west-1/chat"; nothing
// is asked of AWS yet. The parameters are
//
//	mode=floor     sets the minimum of what is registered, and lets its policies run more (the default)
//	mode=schedule  is floor, and a [capacity.Timetabled]
//	mode=exact     sets the number itself; for what is not registered
//	slots=N        the most scheduled actions of ours, from 1 to 200 (100)
//
// It returns ErrNoSuchTarget for what is no such address, and the errors of
// [aws.OpenControl].
func (f *Fleet) Target(ctx context.Context, name capacity.TargetName) (capacity.Target, error) {
	form := variantForm
	if strings.HasPrefix(string(name), "aws-sagemaker-component:") {
		form = componentForm
	}
	a, err := appscaling.Parse(name, form)
	if err != nil {
		return nil, err
	}
	r, err := f.regions.In(ctx, f.Settings, a.Region, open)
	if err != nil {
		return nil, err
	}
	component := &Component{region: r, name: name, component: a.Parts[0]}
	var m model = component
	t := component.scalable()
	if form == variantForm {
		variant := &Variant{region: r, name: name, endpoint: a.Parts[0], variant: a.Parts[1]}
		m, t = variant, variant.scalable()
	}
	if a.Mode == appscaling.Exact {
		return m, nil
	}
	if a.Mode == appscaling.Schedule {
		return &appscaling.Timetabled{Target: t, Room: a.Slots}, nil
	}
	return t, nil
}

// scalable is what Application Auto Scaling keeps of a service.
func (r region) scalable(name capacity.TargetName, service appscaling.Service, id string, dimension types.ScalableDimension) *appscaling.Target {
	return &appscaling.Target{
		Control: r.control, Client: r.scaling, Name: name, Service: service,
		Resource: appscaling.Resource{Namespace: types.ServiceNamespaceSagemaker, ID: id, Dimension: dimension},
	}
}

// open is how a region is called.
func open(c aws.Control) region {
	return region{c, sagemaker.NewFromConfig(c.Config), applicationautoscaling.NewFromConfig(c.Config)}
}

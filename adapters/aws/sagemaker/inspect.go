package sagemaker

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
	"headroom/capacity"
)

// tagged is ErrStopped if the resource at an ARN has the tag [aws.StopTag]. Tags are
// not part of what describes a resource, so this is a call of its own.
func (r region) tagged(ctx context.Context, resource string, arn *string) error {
	if arn == nil {
		return nil
	}
	for pages := sagemaker.NewListTagsPaginator(r.sagemaker, &sagemaker.ListTagsInput{ResourceArn: arn}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err == nil {
			err = aws.Stopped(resource, page.Tags, func(tag types.Tag) (key, value *string) { return tag.Key, tag.Value })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inspect is the findings of m, and of what it should not be registered as.
func inspect(ctx context.Context, m appscaling.Service, scalable *appscaling.Target) ([]capacity.Finding, error) {
	all, err := m.Findings(ctx, "inspect")
	if errors.Is(err, capacity.ErrOutOfService) {
		return []capacity.Finding{capacity.Blocks("%v", err)}, nil
	}
	if err != nil {
		return nil, err
	}
	registered, err := scalable.Registered(ctx)
	return append(all, registered...), err
}

// either is a finding that blocks for an error about the target itself, or the error.
func either(err error) ([]capacity.Finding, error) {
	switch {
	case err == nil:
		return nil, nil
	case errors.Is(err, capacity.ErrStopped), errors.Is(err, capacity.ErrOutOfService):
		return []capacity.Finding{capacity.Blocks("%v", err)}, nil
	}
	return nil, err
}

// Inspect looks for what would make a plan worthless, as [Variant.Findings] says, and
// for a registration with Application Auto Scaling, which changes the same number.
func (v *Variant) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	return inspect(ctx, v, v.scalable())
}

// Findings are whether changes are stopped, a state of the endpoint that ends only by
// a repair or by itself, and who else decides the number of instances.
func (v *Variant) Findings(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, status, err := v.describe(ctx, verb)
	if err != nil {
		return nil, err
	}
	all, err := either(v.stopped(ctx, verb, status))
	if err != nil {
		return nil, err
	}
	switch unusable, _ := either(v.usable(verb, status)); {
	case len(unusable) > 0:
		all = append(all, unusable...)
	case status.EndpointStatus != types.EndpointStatusInService:
		all = append(all, capacity.Warns("the endpoint is %s: it takes no change before it is InService again", status.EndpointStatus))
	case status.FailureReason != nil && *status.FailureReason != "":
		all = append(all, capacity.Warns("the newest change of the endpoint has failed%s; repair what it says, or the next one fails as well", because(status.FailureReason)))
	}
	if status.PendingDeploymentSummary != nil {
		all = append(all, capacity.Warns("a deployment of another configuration is under way: what is set now is lost with the old instances; wait until it has ended"))
	}
	if m := found.ManagedInstanceScaling; m != nil && m.Status == types.ManagedInstanceScalingStatusEnabled {
		all = append(all, capacity.Blocks("the endpoint decides the number of instances itself (ManagedInstanceScaling), by the copies on them; make the inference component the target"))
	}
	if found.CurrentServerlessConfig != nil {
		all = append(all, capacity.Blocks("the variant is serverless and has no instances; plan its concurrency elsewhere"))
	}
	if found.DesiredWeight != nil && *found.DesiredWeight == 0 && len(status.ProductionVariants) > 1 {
		all = append(all, capacity.Blocks("the weight of the variant is 0, so it takes no requests; give it a weight"))
	}
	return all, nil
}

// Inspect looks for what would make a plan worthless, as [Component.Findings] says,
// and for a registration with Application Auto Scaling, which changes the same number.
func (c *Component) Inspect(ctx context.Context) ([]capacity.Finding, error) {
	return inspect(ctx, c, c.scalable())
}

// Findings are whether changes are stopped, a state of the component that ends only by
// a repair or by itself, and whether its endpoint has instances for more copies.
func (c *Component) Findings(ctx context.Context, verb string) ([]capacity.Finding, error) {
	found, err := c.describe(ctx, verb)
	if err != nil {
		return nil, err
	}
	all, err := either(c.stopped(ctx, verb, found))
	if err != nil {
		return nil, err
	}
	switch unusable, _ := either(c.usable(verb, found)); {
	case len(unusable) > 0:
		all = append(all, unusable...)
	case found.InferenceComponentStatus != types.InferenceComponentStatusInService:
		all = append(all, capacity.Warns("the component is %s: it takes no change before it is InService again", found.InferenceComponentStatus))
	case found.FailureReason != nil && *found.FailureReason != "":
		all = append(all, capacity.Warns("the newest change of the component has failed%s; repair what it says, or the next one fails as well", because(found.FailureReason)))
	}
	room, err := c.room(ctx, verb, found)
	return append(all, room...), err
}

// room finds whether the endpoint of the component works, and adds instances for more
// copies.
func (c *Component) room(ctx context.Context, verb string, found *sagemaker.DescribeInferenceComponentOutput) ([]capacity.Finding, error) {
	if found.EndpointName == nil || found.VariantName == nil {
		return nil, nil
	}
	v := &Variant{region: c.region, name: c.name, endpoint: *found.EndpointName, variant: *found.VariantName}
	variant, status, err := v.describe(ctx, verb)
	if err != nil {
		return either(err)
	}
	if unusable, _ := either(v.usable(verb, status)); len(unusable) > 0 {
		return unusable, nil
	}
	switch m := variant.ManagedInstanceScaling; {
	case m == nil || m.Status != types.ManagedInstanceScalingStatusEnabled:
		return []capacity.Finding{capacity.Warns("the endpoint adds no instances by itself, so more copies have to fit onto its %d; turn on ManagedInstanceScaling, or plan for the variant as well", units(variant.CurrentInstanceCount))}, nil
	case m.MaxInstanceCount != nil && units(variant.CurrentInstanceCount) >= units(m.MaxInstanceCount):
		return []capacity.Finding{capacity.Warns("the endpoint is at its maximum of %d instances: more copies have to fit onto those; raise MaxInstanceCount", *m.MaxInstanceCount)}, nil
	}
	return nil, nil
}

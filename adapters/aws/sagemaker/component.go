package sagemaker

import (
	"context"
	"fmt"

	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"headroom/adapters/aws/appscaling"
	"headroom/capacity"
)

// A Component is an inference component, scaled by the copies of its model.
type Component struct {
	region
	name      capacity.TargetName
	component string
}

var _ model = (*Component)(nil)

// State reports the desired number of copies, and how many there are. It returns
// ErrOutOfService for a component that is being deleted.
func (c *Component) State(ctx context.Context) (capacity.State, error) {
	found, err := c.describe(ctx, "read")
	if err != nil || found.RuntimeConfig == nil {
		return capacity.State{}, err
	}
	return capacity.State{Units: units(found.RuntimeConfig.DesiredCopyCount), Serving: units(found.RuntimeConfig.CurrentCopyCount)}, nil
}

// Scale sets the number of copies. It returns ErrTargetBusy while the component
// carries another change out, ErrOutOfService if it has failed, and ErrStopped while
// it or its endpoint has the tag [aws.StopTag].
func (c *Component) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	explain := func(err error) error { return c.control.Explain(verb, c.name, err) }
	if a.Units < 0 {
		return explain(fmt.Errorf("there is no number below 0; correct the plan: %w", capacity.ErrOutOfBounds))
	}
	found, err := c.describe(ctx, verb)
	switch {
	case err != nil:
		return err
	case found.RuntimeConfig != nil && units(found.RuntimeConfig.DesiredCopyCount) == a.Units:
		return nil
	case c.usable(verb, found) != nil:
		return c.usable(verb, found)
	case c.stopped(ctx, verb, found) != nil:
		return c.stopped(ctx, verb, found)
	case found.InferenceComponentStatus != types.InferenceComponentStatusInService:
		return explain(fmt.Errorf("the component is %s; it is asked again when it is InService: %w", found.InferenceComponentStatus, capacity.ErrTargetBusy))
	}
	_, err = c.sagemaker.UpdateInferenceComponentRuntimeConfig(ctx, &sagemaker.UpdateInferenceComponentRuntimeConfigInput{
		InferenceComponentName: &c.component, DesiredRuntimeConfig: &types.InferenceComponentRuntimeConfig{CopyCount: new(int32(a.Units))},
	})
	if err != nil {
		return explain(err)
	}
	return nil
}

// Serving is how many copies there are.
func (c *Component) Serving(ctx context.Context) (capacity.Units, error) {
	s, err := c.State(ctx)
	return s.Serving, err
}

// Usable returns ErrOutOfService if the component has failed.
func (c *Component) Usable(ctx context.Context, verb string, _ bool) error {
	found, err := c.describe(ctx, verb)
	if err != nil {
		return err
	}
	return c.usable(verb, found)
}

// Stopped returns ErrStopped while the component or its endpoint has the tag
// [aws.StopTag].
func (c *Component) Stopped(ctx context.Context, verb string) error {
	found, err := c.describe(ctx, verb)
	if err != nil {
		return err
	}
	return c.stopped(ctx, verb, found)
}

func (c *Component) stopped(ctx context.Context, verb string, found *sagemaker.DescribeInferenceComponentOutput) error {
	err := c.tagged(ctx, "the component", found.InferenceComponentArn)
	if err == nil {
		err = c.tagged(ctx, "the endpoint", found.EndpointArn)
	}
	if err != nil {
		return c.control.Explain(verb, c.name, err)
	}
	return nil
}

// usable refuses a component in a state that it does not leave by itself.
func (c *Component) usable(verb string, found *sagemaker.DescribeInferenceComponentOutput) error {
	if found.InferenceComponentStatus != types.InferenceComponentStatusFailed {
		return nil
	}
	return c.control.Explain(verb, c.name, fmt.Errorf("the component is Failed%s and does not recover by itself; update it, or create it again; until then another pool of the policy may take over: %w", because(found.FailureReason), capacity.ErrOutOfService))
}

func (c *Component) scalable() *appscaling.Target {
	return c.region.scalable(c.name, c, "inference-component/"+c.component, scaling.ScalableDimensionSageMakerInferenceComponentDesiredCopyCount)
}

// describe reads the component.
func (c *Component) describe(ctx context.Context, verb string) (*sagemaker.DescribeInferenceComponentOutput, error) {
	out, err := c.sagemaker.DescribeInferenceComponent(ctx, &sagemaker.DescribeInferenceComponentInput{InferenceComponentName: &c.component})
	if err != nil {
		return nil, c.control.Explain(verb, c.name, err)
	}
	if out.InferenceComponentStatus == types.InferenceComponentStatusDeleting {
		return nil, c.control.Explain(verb, c.name, fmt.Errorf("the component is being deleted, and does not come back; correct target in the policy; until then another pool may take over: %w", capacity.ErrOutOfService))
	}
	return out, nil
}

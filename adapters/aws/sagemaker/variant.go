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

// A Variant is a variant of an endpoint, scaled by its desired number of instances.
// An endpoint takes one change at a time, for all its variants.
type Variant struct {
	region
	name              capacity.TargetName
	endpoint, variant string
}

var _ model = (*Variant)(nil)

// State reports the desired number of instances, and how many of them take requests.
// It returns ErrOutOfService for an endpoint that is being deleted.
func (v *Variant) State(ctx context.Context) (capacity.State, error) {
	found, status, err := v.describe(ctx, "read")
	if err != nil {
		return capacity.State{}, err
	}
	return capacity.State{Units: units(found.DesiredInstanceCount), Serving: serves(found, status)}, nil
}

// Scale sets the desired number. It returns ErrTargetBusy while the endpoint carries
// another change out, ErrOutOfService in a state that it does not leave by itself, and
// ErrStopped while it has the tag [aws.StopTag].
func (v *Variant) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	if a.Units < 0 {
		return v.fail(verb, "there is no number below 0; correct the plan", capacity.ErrOutOfBounds)
	}
	found, status, err := v.describe(ctx, verb)
	switch {
	case err != nil:
		return err
	case units(found.DesiredInstanceCount) == a.Units:
		return nil
	case v.usable(verb, status) != nil:
		return v.usable(verb, status)
	case v.stopped(ctx, verb, status) != nil:
		return v.stopped(ctx, verb, status)
	case status.EndpointStatus != types.EndpointStatusInService:
		return v.fail(verb, fmt.Sprintf("the endpoint is %s; it is asked again when it is InService", status.EndpointStatus), capacity.ErrTargetBusy)
	}
	_, err = v.sagemaker.UpdateEndpointWeightsAndCapacities(ctx, &sagemaker.UpdateEndpointWeightsAndCapacitiesInput{
		EndpointName:                &v.endpoint,
		DesiredWeightsAndCapacities: []types.DesiredWeightAndCapacity{{VariantName: &v.variant, DesiredInstanceCount: new(int32(a.Units))}},
	})
	if err != nil {
		return v.control.Explain(verb, v.name, err)
	}
	return nil
}

// Serving is how many instances take requests.
func (v *Variant) Serving(ctx context.Context) (capacity.Units, error) {
	found, status, err := v.describe(ctx, "read")
	if err != nil {
		return 0, err
	}
	return serves(found, status), nil
}

// Usable returns ErrOutOfService if the endpoint is in a state that it does not leave
// by itself.
func (v *Variant) Usable(ctx context.Context, verb string, _ bool) error {
	_, status, err := v.describe(ctx, verb)
	if err != nil {
		return err
	}
	return v.usable(verb, status)
}

// Stopped returns ErrStopped while the endpoint has the tag [aws.StopTag].
func (v *Variant) Stopped(ctx context.Context, verb string) error {
	_, status, err := v.describe(ctx, verb)
	if err != nil {
		return err
	}
	return v.stopped(ctx, verb, status)
}

func (v *Variant) stopped(ctx context.Context, verb string, status *sagemaker.DescribeEndpointOutput) error {
	if err := v.tagged(ctx, "the endpoint", status.EndpointArn); err != nil {
		return v.control.Explain(verb, v.name, err)
	}
	return nil
}

// repairs are the states that an endpoint does not leave by itself, and what brings
// it back.
var repairs = map[types.EndpointStatus]string{
	types.EndpointStatusFailed:               "delete it and create it again",
	types.EndpointStatusOutOfService:         "update it with a working configuration, or create it again",
	types.EndpointStatusUpdateRollbackFailed: "an update and its rollback have failed: update it with a working configuration, or create it again",
}

// usable refuses an endpoint in such a state.
func (v *Variant) usable(verb string, status *sagemaker.DescribeEndpointOutput) error {
	repair := repairs[status.EndpointStatus]
	if repair == "" {
		return nil
	}
	return v.fail(verb, fmt.Sprintf("the endpoint is %s%s and does not recover by itself; %s; until then another pool of the policy may take over", status.EndpointStatus, because(status.FailureReason), repair), capacity.ErrOutOfService)
}

// serves is how many instances take requests: none of an endpoint that does not work,
// or does not work yet.
func serves(found types.ProductionVariantSummary, status *sagemaker.DescribeEndpointOutput) capacity.Units {
	switch status.EndpointStatus { //nolint:exhaustive // in all others instances serve
	case types.EndpointStatusFailed, types.EndpointStatusOutOfService, types.EndpointStatusCreating:
		return 0
	}
	return units(found.CurrentInstanceCount)
}

// because is a reason in brackets, if there is one.
func because(reason *string) string {
	if reason == nil || *reason == "" {
		return ""
	}
	return " (" + *reason + ")"
}

func (v *Variant) scalable() *appscaling.Target {
	return v.region.scalable(v.name, v, "endpoint/"+v.endpoint+"/variant/"+v.variant, scaling.ScalableDimensionSageMakerVariantDesiredInstanceCount)
}

// describe reads the variant, and its endpoint.
func (v *Variant) describe(ctx context.Context, verb string) (types.ProductionVariantSummary, *sagemaker.DescribeEndpointOutput, error) {
	out, err := v.sagemaker.DescribeEndpoint(ctx, &sagemaker.DescribeEndpointInput{EndpointName: &v.endpoint})
	if err != nil {
		return types.ProductionVariantSummary{}, nil, v.control.Explain(verb, v.name, err)
	}
	if out.EndpointStatus == types.EndpointStatusDeleting {
		return types.ProductionVariantSummary{}, nil, v.fail(verb, "the endpoint is being deleted, and does not come back; correct target in the policy; until then another pool may take over", capacity.ErrOutOfService)
	}
	for _, found := range out.ProductionVariants {
		if found.VariantName != nil && *found.VariantName == v.variant {
			return found, out, nil
		}
	}
	return types.ProductionVariantSummary{}, nil, v.fail(verb, "the endpoint has no such variant; correct target in the policy", capacity.ErrNoSuchTarget)
}

// fail is an error that AWS did not have to be asked for.
func (v *Variant) fail(verb, remedy string, is error) error {
	return v.control.Explain(verb, v.name, fmt.Errorf("%s: %w", remedy, is))
}

func units(n *int32) capacity.Units {
	if n == nil {
		return 0
	}
	return capacity.Units(*n)
}

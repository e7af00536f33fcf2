// Package appscaling scales what is registered with Application Auto Scaling: it
// keeps to the minimum of a scalable target and leaves the rest to the policies
// that the target has, and it pushes plans ahead as scheduled actions. What serves
// of it only the service itself can tell: the packages ecs and sagemaker do.
//
// The service has no conditional writes: between the read and the write of one
// call somebody else may change a target unseen.
package appscaling

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// A Resource is what Application Auto Scaling calls a scalable target.
type Resource struct {
	Namespace types.ServiceNamespace
	ID        string // such as "service/prod/chat"
	Dimension types.ScalableDimension
}

// A Target is one scalable target. It is safe for use by several goroutines. Its
// errors name the operation, the target and the remedy; those of calls that AWS or
// the network broke off without a verdict are plain, and may have taken effect.
type Target struct {
	Control  aws.Control
	Client   *applicationautoscaling.Client
	Name     capacity.TargetName
	Resource Resource
	Service  Service
}

// A Service is what Application Auto Scaling scales. These answers come from the
// API of the service itself; the verb is what is being done to it, for errors.
type Service interface {
	// Serving reads how many units take load now.
	Serving(ctx context.Context) (capacity.Units, error)
	// Stopped returns ErrStopped if somebody has stopped changes there.
	Stopped(ctx context.Context, verb string) error
	// Usable returns ErrOutOfService if it could not carry a change out, or a raise,
	// until somebody repairs it.
	Usable(ctx context.Context, verb string, raise bool) error
	// Findings are what an operator should know of it, except what Application Auto
	// Scaling itself reports.
	Findings(ctx context.Context, verb string) ([]capacity.Finding, error)
}

var (
	_ capacity.Limited   = (*Target)(nil)
	_ capacity.Inspected = (*Target)(nil)
)

// State reports the minimum that the target is asked for, and what serves.
func (t *Target) State(ctx context.Context) (capacity.State, error) {
	found, err := t.describe(ctx, "read")
	if err != nil {
		return capacity.State{}, err
	}
	s := capacity.State{Units: capacity.Units(*found.MinCapacity), Floor: true}
	s.Serving, err = t.Service.Serving(ctx)
	return s, err
}

// Scale sets the minimum; never the maximum, so what is above it is ErrOutOfBounds.
// It returns ErrOutOfService if the service cannot carry it out until somebody
// repairs it, and ErrStopped if somebody has stopped changes of the service.
func (t *Target) Scale(ctx context.Context, a capacity.Action) error {
	verb := fmt.Sprintf("ask for %s of", capacity.Count(a.Units, "unit"))
	if a.Units < 0 {
		return t.fail(verb, "there is no number below 0; correct the plan", capacity.ErrOutOfBounds)
	}
	found, err := t.describe(ctx, verb)
	switch {
	case err != nil:
		return err
	case a.Units > capacity.Units(*found.MaxCapacity):
		return t.fail(verb, fmt.Sprintf("MaxCapacity of the scalable target is %d; raise it, or lower max in the policy", *found.MaxCapacity), capacity.ErrOutOfBounds)
	case a.Units == capacity.Units(*found.MinCapacity):
		return nil
	}
	if err := t.Service.Usable(ctx, verb, a.Units > capacity.Units(*found.MinCapacity)); err != nil {
		return err
	}
	if err := t.Service.Stopped(ctx, verb); err != nil {
		return err
	}
	return t.register(ctx, verb, func(in *applicationautoscaling.RegisterScalableTargetInput) { in.MinCapacity = new(int32(a.Units)) })
}

// Limits reads the maximum. What the account may have in all is not known here.
func (t *Target) Limits(ctx context.Context) (capacity.Limits, error) {
	found, err := t.describe(ctx, "read the limits of")
	if err != nil {
		return capacity.Limits{}, err
	}
	return capacity.Limits{Max: capacity.Units(*found.MaxCapacity)}, nil
}

// Limit moves the maximum. AWS ends units that a lower maximum leaves no room for:
// instead Limit returns ErrTargetBusy while more serve.
func (t *Target) Limit(ctx context.Context, l capacity.Limiting) error {
	verb := fmt.Sprintf("set the maximum to %d units of", l.Max)
	if l.Max < 0 {
		return t.fail(verb, "there is no such maximum; correct the plan", capacity.ErrOutOfBounds)
	}
	found, err := t.describe(ctx, verb)
	if err != nil {
		return err
	}
	switch is := capacity.Units(*found.MaxCapacity); {
	case is == l.Max:
		return nil
	case is != l.From:
		return t.fail(verb, fmt.Sprintf("it is %d, and was to be %d; see who moved it, and correct max in the policy", is, l.From), capacity.ErrDrifted)
	case l.Max < capacity.Units(*found.MinCapacity):
		return t.fail(verb, fmt.Sprintf("MinCapacity of the scalable target is %d; lower it first", *found.MinCapacity), capacity.ErrOutOfBounds)
	}
	serving, err := t.Service.Serving(ctx)
	switch {
	case err != nil:
		return err
	case serving > l.Max:
		return t.fail(verb, fmt.Sprintf("%d units serve; it is tried again when they are fewer", serving), capacity.ErrTargetBusy)
	}
	if err := t.Service.Stopped(ctx, verb); err != nil {
		return err
	}
	return t.register(ctx, verb, func(in *applicationautoscaling.RegisterScalableTargetInput) { in.MaxCapacity = new(int32(l.Max)) })
}

// describe reads the scalable target.
func (t *Target) describe(ctx context.Context, verb string) (types.ScalableTarget, error) {
	out, err := t.Client.DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
		ServiceNamespace: t.Resource.Namespace, ResourceIds: []string{t.Resource.ID}, ScalableDimension: t.Resource.Dimension,
	})
	if err != nil {
		return types.ScalableTarget{}, t.explain(verb, err)
	}
	if len(out.ScalableTargets) == 0 {
		return types.ScalableTarget{}, t.fail(verb, fmt.Sprintf("%s is not registered with Application Auto Scaling; register it, or let mode=exact set its number", t.Resource.ID), capacity.ErrNoSuchTarget)
	}
	found := out.ScalableTargets[0]
	if found.MinCapacity == nil || found.MaxCapacity == nil {
		return found, t.explain(verb, errors.New("the answer lacks the bounds of the target; check the endpoint"))
	}
	return found, nil
}

// register writes what change says of the scalable target, and nothing else.
func (t *Target) register(ctx context.Context, verb string, change func(*applicationautoscaling.RegisterScalableTargetInput)) error {
	in := &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: t.Resource.Namespace, ResourceId: &t.Resource.ID, ScalableDimension: t.Resource.Dimension,
	}
	change(in)
	if _, err := t.Client.RegisterScalableTarget(ctx, in); err != nil {
		return t.explain(verb, err)
	}
	return nil
}

// explain puts an error of AWS into the words of capacity.
func (t *Target) explain(verb string, err error) error { return t.Control.Explain(verb, t.Name, err) }

// fail is an error that AWS did not have to be asked for.
func (t *Target) fail(verb, remedy string, is error) error {
	return t.explain(verb, fmt.Errorf("%s: %w", remedy, is))
}

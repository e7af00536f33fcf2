package workflows_test

import (
	"context"
	"errors"

	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/capacity"
)

// ports are a test's conductor, identifier and notifier. Each function that is set answers
// the call of its name; without one, whoever calls is who they claim to be, nothing is
// sent, and all else fails.
type ports struct {
	offer    func(ctx context.Context, in execution.TakeInput) error
	order    func(ctx context.Context, in events.OrderInput) error
	deliver  func(ctx context.Context, in fleet.DeliverInput) (string, error)
	identify func(ctx context.Context, in policies.AdmitInput) (capacity.Identity, error)
	notify   func(ctx context.Context, in records.NoticeInput) error
}

var errNoPort = errors.New("the test has no such port")

func (p *ports) ApplyPolicy(context.Context, string) error { return nil }

func (p *ports) Offer(ctx context.Context, in execution.TakeInput) error {
	if p.offer == nil {
		return errNoPort
	}
	return p.offer(ctx, in)
}

func (p *ports) SendOrder(ctx context.Context, in events.OrderInput) error {
	if p.order == nil {
		return errNoPort
	}
	return p.order(ctx, in)
}

func (p *ports) InForce(context.Context, string) ([]string, error) { return nil, nil }

func (p *ports) StartLive(context.Context, int) error { return nil }

func (p *ports) Running(context.Context, string) (bool, error) { return true, nil }

func (p *ports) Deliver(ctx context.Context, in fleet.DeliverInput) (string, error) {
	if p.deliver == nil {
		return "", errNoPort
	}
	return p.deliver(ctx, in)
}

func (p *ports) Decommission(context.Context, execution.DismissInput) (execution.Dismissed, error) {
	return execution.Dismissed{}, errNoPort
}

func (p *ports) Identify(ctx context.Context, in policies.AdmitInput) (capacity.Identity, error) {
	if p.identify == nil {
		return capacity.Identity{Name: in.By}, nil
	}
	return p.identify(ctx, in)
}

func (p *ports) Notify(ctx context.Context, in records.NoticeInput) error {
	if p.notify == nil {
		return nil
	}
	return p.notify(ctx, in)
}

func (p *ports) Sent(string, records.NoticeInput) error { return nil }

func (p *ports) Post(context.Context, string, capacity.Notice) error { return errNoPort }

func (p *ports) SignStart(context.Context, policies.Schedule) (string, error) { return "", nil }

package execution

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/controller"
	"headroom/executor"
)

// PublishInput is the envelope of a service.
type PublishInput struct{ Envelope controller.Envelope }

// Publish stores an envelope, and has the controller of its shard started. It returns
// ErrRefused for one that the policy in force does not allow, and ErrOutdated if a newer
// one is stored.
func (a *Execution) Publish(ctx context.Context, in PublishInput) (err error) {
	defer failure.Cross(&err)
	e := in.Envelope
	if e.Mode != controller.Off {
		if e.Policy, err = a.allows(ctx, e); err != nil {
			return err
		}
	}
	key := controller.EnvelopeKey(e.Service)
	for try := 1; ; try++ {
		old, version, err := a.envelope(ctx, e.Service)
		if err != nil {
			return err
		}
		if old.Made.After(e.Made) {
			return fmt.Errorf("envelope %d of %q is newer than that of %s: %w", old.Number, e.Service, e.Made.Format(time.RFC3339), failure.ErrOutdated)
		}
		e.Number = old.Number + 1
		data, err := controller.EncodeEnvelope(e)
		if err != nil {
			return err
		}
		if err = a.Records.Store.Swap(ctx, key, data, version); err == nil {
			break
		}
		if !errors.Is(err, capacity.ErrConflict) || try == records.Tries {
			return err
		}
	}
	if e.Mode == controller.Off || a.Conductor == nil {
		return nil
	}
	return a.Conductor.StartLive(ctx, controller.ShardOf(e.Service))
}

// envelope is what is stored for a service; zero if there is none, or it is damaged.
func (a *Execution) envelope(ctx context.Context, service string) (e controller.Envelope, version string, err error) {
	key := controller.EnvelopeKey(service)
	data, version, err := a.Records.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return e, "", nil
	}
	if err != nil {
		return e, "", err
	}
	if e, err = controller.DecodeEnvelope(data); err != nil {
		return controller.Envelope{}, version, a.Records.SetAside(ctx, service, key, data, err)
	}
	return e, version, nil
}

// allows is the hash of the policy in force, if that lets the controller do so much.
func (a *Execution) allows(ctx context.Context, e controller.Envelope) (hash string, err error) {
	now, _, err := policies.Settled(ctx, a.Records, e.Service)
	if err != nil {
		return "", err
	}
	p, err := policies.Read(ctx, a.Records.Store, e.Service, now.Hash)
	if err != nil {
		return "", err
	}
	allowed := p.Control.Live == capacity.Live(e.Mode) && p.LiveFault(p.Control.Live) == "" &&
		slices.ContainsFunc(p.Pools, func(q capacity.Pool) bool { return q.Target == e.Target })
	if !allowed {
		return "", fmt.Errorf("the policy %.12s of %s does not let the controller decide %s for %s: %w", now.Hash, e.Service, e.Mode, e.Target, capacity.ErrRefused)
	}
	return now.Hash, nil
}

// ReadLease looks whether the controller decides for a service.
func (a *Execution) ReadLease(ctx context.Context, in OrdersInput) (out executor.LeaseRead, err error) {
	defer failure.Cross(&err)
	off, err := a.Records.LiveOff(ctx, in.Service)
	if err != nil {
		return out, err
	}
	lease, _, err := records.Read[controller.Lease](ctx, a.Records, in.Service, controller.LeaseKey(controller.ShardOf(in.Service)))
	if err != nil {
		return out, err
	}
	status, _, err := records.Read[controller.Status](ctx, a.Records, in.Service, controller.StatusKey(in.Service))
	if err != nil {
		return out, err
	}
	out.Renewed = lease.Renewed
	switch now := a.Records.Now(); {
	case off != "":
		out.Off, out.Why = true, off
	case lease.Epoch == 0:
		out.Why = "no controller runs"
	case !lease.Fresh(now):
		out.Why = "the controller has not renewed its lease since " + lease.Renewed.UTC().Format(time.RFC3339)
	case status.At.IsZero():
		out.Why = "the controller has decided nothing for the service yet"
	case !status.Fresh(now):
		out.Why = "the controller has decided nothing for the service since " + status.At.UTC().Format(time.RFC3339)
	default:
		out.Decides = true
	}
	return out, nil
}

// unlessLed refuses while the controller decides. The context ends before a controller
// that begins now calls the target.
func (a *Execution) unlessLed(ctx context.Context, service string) (context.Context, context.CancelFunc, error) {
	ctx, cancel := context.WithTimeout(ctx, controller.Sure)
	lease, err := a.ReadLease(ctx, OrdersInput{Service: service})
	if err == nil && lease.Decides {
		err = fmt.Errorf("%w: it has renewed its lease at %s", failure.ErrLed, lease.Renewed.UTC().Format(time.RFC3339))
	}
	if err != nil {
		cancel()
		return ctx, func() {}, err
	}
	return ctx, cancel, nil
}

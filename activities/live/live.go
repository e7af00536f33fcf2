// Package live decides for services from minute to minute. One activity for each shard of
// services reads the envelopes that conductors publish, the load, and the targets, has
// package controller decide, and asks the targets. Temporal starts it where a worker is,
// and again where one is missed; a lease in the bucket makes sure that one alone asks.
package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/controller"
	"headroom/history"
)

// Live is the ports that controllers work through.
type Live struct {
	Records records.Records
	Sources func(uri string) (history.Source, error)
	Targets func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	Bounds  Bounds // nil: none
}

// Bounds limit what is requested, whatever an envelope says.
type Bounds interface {
	// Units returns ErrRefused if one pool may not run so many.
	Units(n capacity.Units) error
}

// LeadInput is nothing: the workflow's ID says which shard it is.
type LeadInput struct{}

// LeadResult says why the activity ended.
type LeadResult struct {
	Idle bool // no service of the shard has an envelope
}

const (
	look    = 15 * time.Second // how often services are looked at
	longest = 6 * time.Hour    // an activity ends then, and another one begins
	idleFor = 10 * time.Minute // without an envelope, the workflow ends
	// At the end so long is left for storing what was learnt, and for the lease.
	saving, releasing = 3 * time.Second, 2 * time.Second
)

// Lead decides for the services of a shard until the worker stops, another process has
// taken the lease, or there is no service.
func (l *Live) Lead(ctx context.Context, _ LeadInput) (out LeadResult, err error) {
	defer failure.Cross(&err)
	info := activity.GetInfo(ctx)
	n, err := shardOf(info.WorkflowExecution.ID)
	if err != nil {
		return out, err
	}
	host, _ := os.Hostname() // only to be read by people
	h := &holder{store: l.Records.Store, key: controller.LeaseKey(n), now: l.Records.Now}
	if err := h.take(ctx, fmt.Sprintf("%s %d %s/%d", host, os.Getpid(), info.WorkflowExecution.RunID, info.Attempt)); err != nil {
		return out, err
	}
	log := activity.GetLogger(ctx)
	log.Info("the controller begins", "shard", n, "epoch", h.lease.Epoch)
	s := newShard(l, h, n)
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() {
		if cause := context.Cause(ctx); away(cause) {
			log.Warn("Temporal does not answer; the controller decides on while it holds the lease", "error", cause)
		} else {
			cancel(cause)
		}
	})()
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		keepRenewing(work, h, cancel)
	}()
	out.Idle, err = s.run(work, activity.GetWorkerStopChannel(ctx))
	cancel(nil)
	<-renewing
	s.close()
	within := func(d time.Duration, do func(context.Context) error) error {
		ctx, done := context.WithTimeout(context.WithoutCancel(ctx), d)
		defer done()
		return do(ctx)
	}
	_ = within(saving, func(ctx context.Context) error { s.save(ctx, true); return nil }) // it logs what fails
	if freed := within(releasing, h.release); freed != nil {
		log.Warn("the lease was not released: the next controller waits for its end", "error", freed)
	}
	if errors.Is(err, errStops) {
		return out, temporal.NewApplicationErrorWithOptions(err.Error(), "HandedBack", temporal.ApplicationErrorOptions{NextRetryDelay: time.Millisecond})
	}
	return out, err
}

// away reports whether an activity was canceled only because Temporal did not take its
// heartbeats. Another attempt then begins once Temporal is back, and takes the lease.
func away(cause error) bool {
	var (
		canceled  *temporal.CanceledError
		unknown   *serviceerror.NotFound
		inactive  *serviceerror.NamespaceNotActive
		forgotten *serviceerror.NamespaceNotFound
	)
	switch {
	case cause == nil, errors.Is(cause, context.Canceled), errors.Is(cause, activity.ErrActivityPaused), errors.Is(cause, activity.ErrActivityReset),
		errors.As(cause, &canceled), errors.As(cause, &unknown), errors.As(cause, &inactive), errors.As(cause, &forgotten):
		return false
	}
	return true
}

// errStops says that the worker stops.
var errStops = errors.New("the worker stops")

// shardOf is the shard that a workflow is for. Anybody may start a workflow, but under an
// ID of one shard only one.
func shardOf(id string) (int, error) {
	for n := range controller.Shards {
		if id == fmt.Sprintf("live/%d", n) {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%q is the ID of no shard: use live/0 to live/%d: %w", id, controller.Shards-1, capacity.ErrRefused)
}

// keepRenewing renews the lease until it is lost.
func keepRenewing(ctx context.Context, h *holder, stop context.CancelCauseFunc) {
	for {
		if wait(ctx, controller.Renews) != nil {
			return
		}
		call, done := context.WithTimeout(ctx, controller.Renews)
		err := h.renew(call)
		done()
		if errors.Is(err, errLost) {
			stop(errLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			activity.GetLogger(ctx).Warn("the lease was not renewed; nothing is asked for until it is", "error", err)
		}
	}
}

// wait waits on the wall.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d) //nolint:forbidigo // an activity waits on the wall
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

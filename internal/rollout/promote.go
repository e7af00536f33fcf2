package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// ErrNotRouted says that a version does not get the runs that it should.
var ErrNotRouted = errors.New("the routing was not changed")

// A change is one call that changes a deployment's routing.
type change struct {
	current bool    // it sets the current version; false: the ramping one
	build   string  // empty: the workers without a version, or with a share of 0 no ramp
	percent float32 // of new runs, for a ramp
}

// endRamp is the call after which no version is ramping.
var endRamp = change{}

// changesTo are the calls that give a build a share of the new runs, and the routing
// that must come of them. A share of 100 % makes the build current and ends every
// ramp; one of 0 % ends the ramp of the build.
func changesTo(now Routing, build string, percent float32) (calls []change, want Routing, err error) {
	id := build
	if id == Unversioned {
		id = ""
	}
	switch {
	case percent == 0 && now.Ramping != build:
		return nil, now, fmt.Errorf("%w: %s not ramping, there is no ramp to end: %s", ErrNotRouted, is(build), now)
	case percent == 0:
		return []change{endRamp}, Routing{Current: now.Current}, nil
	case percent < 100 && now.Current == build:
		return nil, now, fmt.Errorf("%w: %s current already: name the build that is to get a share, or leave out --percent to end a ramp: %s", ErrNotRouted, is(build), now)
	case percent < 100:
		return []change{{build: id, percent: percent}}, Routing{now.Current, build, percent}, nil
	}
	if now.Current != build {
		calls = append(calls, change{current: true, build: id})
	}
	// A build that becomes current ramps no more by that alone.
	if now.Ramping != "" && now.Ramping != build {
		calls = append(calls, endRamp)
	}
	return calls, Routing{Current: build}, nil
}

const (
	attempts    = 5                      // at a change while others change the deployment too
	settles     = 20 * time.Second       // how long the queues may take to follow
	settleCheck = 100 * time.Millisecond // between two looks at them
)

// Promote gives a build a percentage of the new runs. 100 makes it the current one,
// on which all new runs begin, and ends every ramp; 0 ends its ramp; between the two
// it ramps. Runs that are under way stay where they are, unless their workflow type
// upgrades automatically. Promote returns once every queue follows, with the routing
// before and the routing that Temporal then reported. A build of which no worker
// polls every queue is refused with [ErrNotRouted]; one that Temporal has not seen is
// an [ErrUnknown].
func (d Deployment) Promote(ctx context.Context, build string, percent float32) (before, after Routing, err error) {
	what := fmt.Sprintf("promote the version %q of the deployment %q", build, d.Name)
	handle := d.Temporal.WorkerDeploymentClient().GetHandle(d.Name)
	if percent > 0 {
		if err := d.ready(ctx, build); err != nil {
			return before, after, explain(what, err)
		}
	}
	var want Routing
	for try := 1; ; try++ {
		found, err := handle.Describe(ctx, client.WorkerDeploymentDescribeOptions{})
		now := routingOf(found.Info.RoutingConfig)
		if try > 1 && err == nil && now == want {
			break // the call before was carried out, though its answer was lost
		}
		var calls []change
		if err == nil {
			var wrong error
			if calls, want, wrong = changesTo(now, build, percent); wrong != nil {
				return now, now, fmt.Errorf("%s: %w", what, wrong)
			}
			if try == 1 || before == (Routing{}) {
				before = now
			}
			err = apply(ctx, handle, calls, found.ConflictToken)
		}
		if err == nil {
			break
		}
		// New workers change the deployment too, so a conflict is no reason to give up.
		if try == attempts || !conflicts(err) && (!unanswered(err) || ctx.Err() != nil) {
			return before, before, explain(what, err)
		}
	}
	after, err = d.settle(ctx, want)
	if err != nil {
		err = fmt.Errorf("%s: %w", what, err)
	}
	return before, after, err
}

// apply makes calls, each only if nothing else was changed since the one before.
func apply(ctx context.Context, handle client.WorkerDeploymentHandle, calls []change, token []byte) error {
	for _, c := range calls {
		if c.current {
			done, err := handle.SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: c.build, ConflictToken: token})
			if err != nil {
				return err
			}
			token = done.ConflictToken
			continue
		}
		done, err := handle.SetRampingVersion(ctx, client.WorkerDeploymentSetRampingVersionOptions{BuildID: c.build, Percentage: c.percent, ConflictToken: token})
		if err != nil {
			return err
		}
		token = done.ConflictToken
	}
	return nil
}

// conflicts reports whether a call failed since somebody else changed the deployment.
func conflicts(err error) bool {
	unmet, ok := errors.AsType[*serviceerror.FailedPrecondition](err)
	return ok && strings.Contains(unmet.Error(), "conflict token")
}

// unanswered reports whether it is not known what came of a call.
func unanswered(err error) bool {
	_, late := errors.AsType[*serviceerror.DeadlineExceeded](err)
	_, away := errors.AsType[*serviceerror.Unavailable](err)
	return late || away || errors.Is(err, context.DeadlineExceeded)
}

// settle waits until the deployment and its queues are routed as wanted, and returns
// what the deployment says last.
func (d Deployment) settle(ctx context.Context, want Routing) (Routing, error) {
	deadline := time.Now().Add(settles)
	for {
		found, err := d.Temporal.WorkerDeploymentClient().GetHandle(d.Name).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
		if unanswered(err) && ctx.Err() == nil && time.Now().Before(deadline) {
			continue
		}
		if err != nil {
			return Routing{}, fmt.Errorf("read the routing back: %w", err)
		}
		now := routingOf(found.Info.RoutingConfig)
		off := ""
		for _, q := range d.Queues {
			routed, err := d.routed(ctx, q)
			if err != nil {
				return now, err
			}
			if routed != want {
				off = fmt.Sprintf("the queue %q is routed otherwise: %s", q.Name, routed)
				break
			}
		}
		if now == want && off == "" {
			return now, nil
		}
		if time.Now().After(deadline) {
			if now != want {
				off = fmt.Sprintf("wanted that %s, but %s", want, now)
			}
			return now, fmt.Errorf("%w: %s: look at `headroom workers list`, and end a ramp that is left with `headroom workers promote BUILD --percent 0`", ErrNotRouted, off)
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-time.After(settleCheck):
		}
	}
}

// ready returns an error if no worker of a build takes tasks from every queue.
func (d Deployment) ready(ctx context.Context, build string) error {
	of := Worker{d.Name, build}
	if build == Unversioned {
		of = Worker{Build: Unversioned}
	}
	var known map[Queue]bool
	if build != Unversioned {
		found, err := d.Temporal.WorkerDeploymentClient().GetHandle(d.Name).DescribeVersion(ctx, client.WorkerDeploymentDescribeVersionOptions{BuildID: build})
		if err != nil {
			return err
		}
		known = map[Queue]bool{}
		for _, q := range found.Info.TaskQueuesInfos {
			known[Queue{q.Name, enumspb.TaskQueueType(q.Type)}] = true
		}
	}
	for i, q := range d.Queues {
		polls, err := LastPolls(ctx, d.Temporal, q)
		if err != nil {
			return err
		}
		// Workers that are busy with long activities do not poll: only the first
		// queue, of workflow tasks, is polled at all times.
		last := polls[of]
		if known != nil && !known[q] || i == 0 && !Polls(last, time.Now()) || known == nil && last.IsZero() {
			return fmt.Errorf("%w: no worker of build %s takes tasks from the queue %q%s: start its workers, and promote it once they run", ErrNotRouted, build, q.Name, ago(last))
		}
	}
	return nil
}

// ago is when a worker polled last, for an error.
func ago(last time.Time) string {
	if last.IsZero() {
		return ""
	}
	return " (the last one did at " + last.UTC().Format(time.RFC3339) + ")"
}

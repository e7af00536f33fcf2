// Package rollout moves runs from one version of the workers to the next, by
// Temporal's worker deployments.
package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// A State says what a version of the workers is for.
type State string

// The states.
const (
	Current  State = "current"  // new runs begin on it, and moving ones are on it
	Ramping  State = "ramping"  // a share of the new runs begins on it
	Draining State = "draining" // only runs that began on it are left
	Drained  State = "drained"  // nothing is left: its workers may be stopped
	Inactive State = "inactive" // it was never current
)

// A Version is a version of the workers.
type Version struct {
	Build   string
	State   State
	Percent float32   // of new runs, while it is ramping
	Created time.Time // when Temporal first saw it
}

// ErrUnknown says that Temporal has seen no worker of a deployment or version.
var ErrUnknown = errors.New("not known to Temporal")

// List lists the versions of a deployment, newest first. A deployment that no
// worker has named is an [ErrUnknown].
func List(ctx context.Context, temporal client.Client, deployment string) ([]Version, error) {
	d, err := temporal.WorkerDeploymentClient().GetHandle(deployment).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if err != nil {
		return nil, explain(fmt.Sprintf("list the versions of the deployment %q", deployment), err)
	}
	routing := d.Info.RoutingConfig
	var all []Version
	for _, s := range d.Info.VersionSummaries {
		v := Version{Build: s.Version.BuildID, State: Inactive, Created: s.CreateTime}
		switch {
		case same(routing.CurrentVersion, v.Build):
			v.State = Current
		case same(routing.RampingVersion, v.Build):
			v.State, v.Percent = Ramping, routing.RampingVersionPercentage
		case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDraining:
			v.State = Draining
		case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDrained:
			v.State = Drained
		}
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b Version) int { return b.Created.Compare(a.Created) })
	return all, nil
}

// Promote lets so many of a hundred new runs begin on a version; a hundred make
// it the current one. A version whose workers do not poll every queue that the
// current one's do is refused by Temporal; one that it has not seen is an
// [ErrUnknown].
func Promote(ctx context.Context, temporal client.Client, deployment, build string, percent float32) error {
	handle := temporal.WorkerDeploymentClient().GetHandle(deployment)
	what := fmt.Sprintf("promote the version %q of the deployment %q", build, deployment)
	if percent >= 100 {
		_, err := handle.SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		return explain(what, err)
	}
	_, err := handle.SetRampingVersion(ctx, client.WorkerDeploymentSetRampingVersionOptions{BuildID: build, Percentage: percent})
	return explain(what, err)
}

// explain adds to an error what was tried, and what to do.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, none := errors.AsType[*serviceerror.NotFound](err); none {
		return fmt.Errorf("%s: %w: workers get a version by TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID, and the one of headroom dev has none: start workers with both, or name another --deployment", what, ErrUnknown)
	}
	if _, unmet := errors.AsType[*serviceerror.FailedPrecondition](err); unmet {
		return fmt.Errorf("%s: %w: wait until its workers take tasks from both queues", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func same(v *worker.WorkerDeploymentVersion, build string) bool {
	return v != nil && v.BuildID == build
}

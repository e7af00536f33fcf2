// Package rollout routes runs to the versions of the workers, by Temporal's worker
// deployments: it lists the versions with the runs and workers of each, promotes
// one, and moves running runs from one to another.
package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// Unversioned names the workers that have no version, where a build is asked for.
const Unversioned = "unversioned"

// DefaultDeployment is what the worker deployment is called where nothing else is said.
const DefaultDeployment = "headroom"

// A Deployment is a worker deployment of Temporal.
type Deployment struct {
	Temporal client.Client
	Name     string
	Queues   []Queue // that its workers poll; the first one is of workflows
}

// A Queue is a task queue of one type.
type Queue struct {
	Name string
	Type enumspb.TaskQueueType
}

// A State says what a version of the workers is for.
type State string

// The states.
const (
	Current  State = "current"  // new runs begin on it
	Ramping  State = "ramping"  // a share of the new runs begins on it
	Draining State = "draining" // only runs that began on it are left
	Drained  State = "drained"  // nothing is left: its workers may be stopped
	Inactive State = "inactive" // it was never current
)

// A Version is a version of the workers.
type Version struct {
	Build    string
	State    State
	Percent  float32   // of new runs, while it is ramping
	Created  time.Time `json:",omitzero"`  // when Temporal first saw it
	Runs     []Count   `json:",omitempty"` // that run on it, by workflow type
	LastPoll time.Time `json:",omitzero"`  // when a worker last asked for a workflow task, within five minutes
	Polled   bool      // a worker of it has polled lately enough to be running
}

// Total is how many runs are on the version.
func (v Version) Total() int {
	total := 0
	for _, c := range v.Runs {
		total += c.Runs
	}
	return total
}

// ErrUnknown says that Temporal has seen no worker of a deployment or version.
var ErrUnknown = errors.New("not known to Temporal")

// Versions lists the versions of the deployment, newest first, with the runs that
// are on each and whether workers poll. Workers without a version are listed while
// new runs begin on them, or they have runs. A deployment that no worker has named is an [ErrUnknown].
func (d Deployment) Versions(ctx context.Context) ([]Version, error) {
	what := fmt.Sprintf("list the versions of the deployment %q", d.Name)
	found, err := d.Temporal.WorkerDeploymentClient().GetHandle(d.Name).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if err != nil {
		return nil, explain(what, err)
	}
	polls, err := LastPolls(ctx, d.Temporal, d.Queues[0])
	if err != nil {
		return nil, explain(what, err)
	}
	now := time.Now()
	all := versionsOf(found.Info, polls, now)
	if !slices.ContainsFunc(all, func(v Version) bool { return v.Build == Unversioned }) {
		last := polls[Worker{Build: Unversioned}]
		all = append(all, Version{Build: Unversioned, State: Draining, LastPoll: last, Polled: Polls(last, now)})
	}
	for i, v := range all {
		if all[i].Runs, err = d.runs(ctx, v.Build); err != nil {
			return nil, explain(what, err)
		}
	}
	return slices.DeleteFunc(all, func(v Version) bool {
		return v.Build == Unversioned && v.State == Draining && v.Total() == 0
	}), nil
}

// versionsOf lists the versions of a deployment at a time, newest first.
func versionsOf(info client.WorkerDeploymentInfo, polls map[Worker]time.Time, now time.Time) []Version {
	routing := routingOf(info.RoutingConfig)
	var all []Version
	for _, s := range info.VersionSummaries {
		v := Version{Build: s.Version.BuildID, State: Inactive, Created: s.CreateTime}
		v.LastPoll = polls[Worker{info.Name, v.Build}]
		switch {
		case routing.Current == v.Build:
			v.State = Current
		case routing.Ramping == v.Build:
			v.State, v.Percent = Ramping, routing.Percent
		case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDraining:
			v.State = Draining
		case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDrained:
			v.State = Drained
		}
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b Version) int { return b.Created.Compare(a.Created) })
	none := Version{Build: Unversioned, LastPoll: polls[Worker{Build: Unversioned}]}
	switch Unversioned {
	case routing.Current:
		none.State = Current
		all = append(all, none)
	case routing.Ramping:
		none.State, none.Percent = Ramping, routing.Percent
		all = append(all, none)
	}
	for i := range all {
		all[i].Polled = Polls(all[i].LastPoll, now)
	}
	return all
}

// A Routing says where new runs begin.
type Routing struct {
	Current string  // the build, or Unversioned
	Ramping string  `json:",omitempty"` // the build that gets a share of them, or Unversioned; empty: none does
	Percent float32 `json:",omitempty"` // that the ramping build gets
}

// String is a routing in a sentence.
func (r Routing) String() string {
	if r.Ramping == "" {
		return is(r.Current) + " current, no build is ramping"
	}
	return fmt.Sprintf("%s current, %s ramping with %g %%", is(r.Current), is(r.Ramping), r.Percent)
}

// is begins a sentence about the workers of a build.
func is(build string) string {
	if build == Unversioned {
		return "workers without a version are"
	}
	return "build " + build + " is"
}

// Routing reads where new runs begin.
func (d Deployment) Routing(ctx context.Context) (Routing, error) {
	found, err := d.Temporal.WorkerDeploymentClient().GetHandle(d.Name).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if err != nil {
		return Routing{}, explain(fmt.Sprintf("read the routing of the deployment %q", d.Name), err)
	}
	return routingOf(found.Info.RoutingConfig), nil
}

func routingOf(c client.WorkerDeploymentRoutingConfig) Routing {
	r := Routing{Current: buildOf(c.CurrentVersion)}
	// No version and a share of 0 is how Temporal says that none is ramping.
	if c.RampingVersion != nil || c.RampingVersionPercentage > 0 {
		r.Ramping, r.Percent = buildOf(c.RampingVersion), c.RampingVersionPercentage
	}
	return r
}

func buildOf(v *worker.WorkerDeploymentVersion) string {
	if v == nil {
		return Unversioned
	}
	return v.BuildID
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

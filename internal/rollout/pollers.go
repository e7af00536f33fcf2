package rollout

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// A Worker is what tells workers of one version from others.
type Worker struct {
	Deployment string // empty: the worker has no version
	Build      string
}

// pollsAgain is how long a worker's last poll of workflow tasks may be ago while it
// runs: a poll lasts at most 60 s, and is followed by another.
const pollsAgain = 75 * time.Second

// Polls reports whether a worker that polled last at a time may still be running.
func Polls(last, now time.Time) bool { return now.Sub(last) < pollsAgain }

// LastPolls is when workers of each version last polled a queue. Temporal forgets a
// worker five minutes after its last poll, however it ended.
func LastPolls(ctx context.Context, temporal client.Client, q Queue) (map[Worker]time.Time, error) {
	found, err := temporal.DescribeTaskQueue(ctx, q.Name, q.Type)
	if err != nil {
		return nil, fmt.Errorf("ask who polls the queue %q: %w", q.Name, err)
	}
	last := map[Worker]time.Time{}
	for _, p := range found.GetPollers() {
		of := Worker{Build: Unversioned}
		if o := p.GetDeploymentOptions(); o.GetWorkerVersioningMode() == enumspb.WORKER_VERSIONING_MODE_VERSIONED {
			of = Worker{o.GetDeploymentName(), o.GetBuildId()}
		}
		if at := p.GetLastAccessTime().AsTime(); at.After(last[of]) {
			last[of] = at
		}
	}
	return last, nil
}

// routed is where Temporal sends new tasks of a queue.
func (d Deployment) routed(ctx context.Context, q Queue) (Routing, error) {
	found, err := d.Temporal.DescribeTaskQueue(ctx, q.Name, q.Type)
	if err != nil {
		return Routing{}, fmt.Errorf("ask where tasks of the queue %q go: %w", q.Name, err)
	}
	r, v := Routing{Current: Unversioned}, found.GetVersioningInfo()
	if c := v.GetCurrentDeploymentVersion(); c != nil {
		r.Current = d.named(c.GetDeploymentName(), c.GetBuildId())
	}
	if percent := v.GetRampingVersionPercentage(); percent > 0 {
		r.Ramping, r.Percent = Unversioned, percent
		if ramping := v.GetRampingDeploymentVersion(); ramping != nil {
			r.Ramping = d.named(ramping.GetDeploymentName(), ramping.GetBuildId())
		}
	}
	return r, nil
}

// named is a build, with its deployment if that is another one.
func (d Deployment) named(deployment, build string) string {
	if deployment == d.Name {
		return build
	}
	return deployment + ":" + build
}

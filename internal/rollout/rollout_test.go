package rollout

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// A promotion leaves no ramp behind, whichever build was ramping, and a ramp is only
// ended where there is one.
func TestChangesTo(t *testing.T) {
	for _, test := range []struct {
		name    string
		now     Routing
		build   string
		percent float32
		want    []change
		after   Routing
		err     string
	}{
		{"the first build", Routing{Current: Unversioned}, "1", 100, []change{{current: true, build: "1"}}, Routing{Current: "1"}, ""},
		{"the next build", Routing{Current: "1"}, "2", 100, []change{{current: true, build: "2"}}, Routing{Current: "2"}, ""},
		{"the build that ramps", Routing{"1", "2", 10}, "2", 100, []change{{current: true, build: "2"}}, Routing{Current: "2"}, ""},
		{"back from a ramp", Routing{"2", "3", 50}, "2", 100, []change{endRamp}, Routing{Current: "2"}, ""},
		{"a build beside a ramp", Routing{"1", "2", 10}, "3", 100, []change{{current: true, build: "3"}, endRamp}, Routing{Current: "3"}, ""},
		{"beside a ramp of workers without a version", Routing{"1", Unversioned, 10}, "1", 100, []change{endRamp}, Routing{Current: "1"}, ""},
		{"what is current", Routing{Current: "1"}, "1", 100, nil, Routing{Current: "1"}, ""},
		{"a ramp", Routing{Current: "1"}, "2", 10, []change{{build: "2", percent: 10}}, Routing{"1", "2", 10}, ""},
		{"more of a ramp", Routing{"1", "2", 10}, "2", 50, []change{{build: "2", percent: 50}}, Routing{"1", "2", 50}, ""},
		{"another ramp", Routing{"1", "2", 10}, "3", 5, []change{{build: "3", percent: 5}}, Routing{"1", "3", 5}, ""},
		{"a ramp of what is current", Routing{"1", "2", 10}, "1", 90, nil, Routing{}, "build 1 is current already"},
		{"the end of a ramp", Routing{"1", "2", 10}, "2", 0, []change{endRamp}, Routing{Current: "1"}, ""},
		{"the end of no ramp", Routing{Current: "1"}, "2", 0, nil, Routing{}, "build 2 is not ramping.*no build is ramping"},
		{"the end of another ramp", Routing{"1", "3", 10}, "2", 0, nil, Routing{}, "build 2 is not ramping.*build 3 is ramping with 10 %"},
		{"workers without a version", Routing{"1", "2", 10}, Unversioned, 100, []change{{current: true}, endRamp}, Routing{Current: Unversioned}, ""},
		{"a ramp of workers without a version", Routing{Current: "1"}, Unversioned, 10, []change{{percent: 10}}, Routing{"1", Unversioned, 10}, ""},
		{"its end", Routing{"1", Unversioned, 10}, Unversioned, 0, []change{endRamp}, Routing{Current: "1"}, ""},
	} {
		got, after, err := changesTo(test.now, test.build, test.percent)
		if test.err != "" {
			before, behind, _ := strings.Cut(test.err, ".*")
			if !errors.Is(err, ErrNotRouted) || !strings.Contains(err.Error(), before) || !strings.Contains(err.Error(), behind) {
				t.Errorf("%s: got %v, want it refused: %s", test.name, err, test.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(change{})); diff != "" {
			t.Errorf("%s: the calls (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.after, after); diff != "" {
			t.Errorf("%s: the routing after them (-want +got):\n%s", test.name, diff)
		}
	}
}

// Temporal says no version both for workers that have none and for no ramp: the
// percentage tells them apart.
func TestRoutingOf(t *testing.T) {
	v := func(build string) *worker.WorkerDeploymentVersion {
		return &worker.WorkerDeploymentVersion{DeploymentName: "d", BuildID: build}
	}
	for _, test := range []struct {
		in   client.WorkerDeploymentRoutingConfig
		want Routing
	}{
		{client.WorkerDeploymentRoutingConfig{}, Routing{Current: Unversioned}},
		{client.WorkerDeploymentRoutingConfig{CurrentVersion: v("1")}, Routing{Current: "1"}},
		{client.WorkerDeploymentRoutingConfig{CurrentVersion: v("1"), RampingVersion: v("2"), RampingVersionPercentage: 10}, Routing{"1", "2", 10}},
		{client.WorkerDeploymentRoutingConfig{CurrentVersion: v("1"), RampingVersion: v("2")}, Routing{Current: "1", Ramping: "2"}},
		{client.WorkerDeploymentRoutingConfig{CurrentVersion: v("1"), RampingVersionPercentage: 10}, Routing{"1", Unversioned, 10}},
	} {
		if got := routingOf(test.in); got != test.want {
			t.Errorf("%+v: got %+v, want %+v", test.in, got, test.want)
		}
	}
}

func TestVersionsOf(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	summary := func(build string, age time.Duration, drainage client.WorkerDeploymentVersionDrainageStatus) client.WorkerDeploymentVersionSummary {
		return client.WorkerDeploymentVersionSummary{
			Version: worker.WorkerDeploymentVersion{DeploymentName: "d", BuildID: build}, CreateTime: now.Add(-age), DrainageStatus: drainage,
		}
	}
	info := client.WorkerDeploymentInfo{
		Name: "d",
		VersionSummaries: []client.WorkerDeploymentVersionSummary{
			summary("1", 4*time.Hour, client.WorkerDeploymentVersionDrainageStatusDrained),
			summary("2", 3*time.Hour, client.WorkerDeploymentVersionDrainageStatusDraining),
			summary("3", 2*time.Hour, client.WorkerDeploymentVersionDrainageStatusUnspecified),
			summary("4", time.Hour, client.WorkerDeploymentVersionDrainageStatusUnspecified),
			summary("5", time.Minute, client.WorkerDeploymentVersionDrainageStatusUnspecified),
		},
		RoutingConfig: client.WorkerDeploymentRoutingConfig{
			CurrentVersion: &worker.WorkerDeploymentVersion{DeploymentName: "d", BuildID: "3"},
			RampingVersion: &worker.WorkerDeploymentVersion{DeploymentName: "d", BuildID: "4"}, RampingVersionPercentage: 10,
		},
	}
	polls := map[Worker]time.Time{
		{"d", "3"}:     now.Add(-50 * time.Second), // a poll takes up to 60 s
		{"d", "2"}:     now.Add(-2 * time.Minute),
		{"other", "4"}: now,
	}
	want := []Version{
		{Build: "5", State: Inactive, Created: now.Add(-time.Minute)},
		{Build: "4", State: Ramping, Percent: 10, Created: now.Add(-time.Hour)},
		{Build: "3", State: Current, Created: now.Add(-2 * time.Hour), LastPoll: now.Add(-50 * time.Second), Polled: true},
		{Build: "2", State: Draining, Created: now.Add(-3 * time.Hour), LastPoll: now.Add(-2 * time.Minute)},
		{Build: "1", State: Drained, Created: now.Add(-4 * time.Hour)},
	}
	if diff := cmp.Diff(want, versionsOf(info, polls, now)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	info.RoutingConfig = client.WorkerDeploymentRoutingConfig{}
	got := versionsOf(info, polls, now)
	if last := got[len(got)-1]; last.Build != Unversioned || last.State != Current || last.Polled {
		t.Errorf("no version is current: got %+v, want workers without a version", last)
	}
}

// calls is a deployment that keeps what it is asked to change.
type calls struct {
	client.WorkerDeploymentHandle
	got    []string // the tokens
	failed error    // of the second call
}

func (c *calls) SetCurrentVersion(_ context.Context, o client.WorkerDeploymentSetCurrentVersionOptions) (client.WorkerDeploymentSetCurrentVersionResponse, error) {
	c.got = append(c.got, "current "+o.BuildID+" after "+string(o.ConflictToken))
	return client.WorkerDeploymentSetCurrentVersionResponse{ConflictToken: []byte("b")}, nil
}

func (c *calls) SetRampingVersion(_ context.Context, o client.WorkerDeploymentSetRampingVersionOptions) (client.WorkerDeploymentSetRampingVersionResponse, error) {
	c.got = append(c.got, "ramp "+o.BuildID+" after "+string(o.ConflictToken))
	return client.WorkerDeploymentSetRampingVersionResponse{}, c.failed
}

// Each call is made only if nobody has changed the deployment since the one before.
func TestApply(t *testing.T) {
	conflict := serviceerror.NewFailedPrecondition("conflict token mismatch")
	c := &calls{failed: conflict}
	err := apply(t.Context(), c, []change{{current: true, build: "3"}, endRamp}, []byte("a"))
	if diff := cmp.Diff([]string{"current 3 after a", "ramp  after b"}, c.got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !conflicts(err) {
		t.Errorf("got %v, want a conflict", err)
	}
	for _, other := range []error{nil, errors.New("conflict token mismatch"), serviceerror.NewFailedPrecondition("missing task queues")} {
		if conflicts(other) {
			t.Errorf("%v is taken for a conflict", other)
		}
	}
	if !unanswered(serviceerror.NewDeadlineExceeded("context deadline exceeded")) || unanswered(conflict) {
		t.Error("a call that was not answered is told from one that was by its error")
	}
}

package diagnose

import (
	"regexp"
	"testing"
	"time"

	deploymentpb "go.temporal.io/api/deployment/v1"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"headroom/internal/rollout"
)

// A workflow task that fails is told apart from a worker that is not there, and each
// has its own remedy.
func TestFinding(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 12, 0, 0, time.UTC)
	since := now.Add(-10 * time.Minute)
	one, two, three := rollout.Worker{Deployment: "headroom", Build: "1"}, rollout.Worker{Deployment: "headroom", Build: "2"}, rollout.Worker{Deployment: "headroom", Build: "3"}
	other, none := rollout.Worker{Deployment: "prod", Build: "7"}, rollout.Worker{Build: rollout.Unversioned}
	polls := func(w ...rollout.Worker) map[rollout.Worker]time.Time {
		all := map[rollout.Worker]time.Time{}
		for _, w := range w {
			all[w] = now.Add(-30 * time.Second)
		}
		return all
	}
	fails := facts{ID: "execute/chat", Queue: "headroom", Attempt: 12, Since: since, Message: "[TMPRL1100] lookup failed", Diverged: true, Worker: three, Completed: two, Pinned: true, Polls: polls(two, three)}
	change := func(f facts, by func(*facts)) facts { by(&f); return f }
	for _, test := range []struct {
		name  string
		facts facts
		cause Cause
		text  string // a regular expression
	}{
		{"does not replay", fails, Fails, `^the workflow task of execute/chat fails since 2026-03-02T10:02:00Z \(12 attempts\): its history does not replay with build 3: \[TMPRL1100\] lookup failed: build 2 did the last one, let it go on: ` + "`headroom workers move --from 3 --to 2 execute/chat`$"},
		{"panics", change(fails, func(f *facts) { f.Diverged = false }), Fails, `its code fails with build 3: `},
		{"upgraded by a promotion", change(fails, func(f *facts) { f.Pinned = false }), Fails, "promote it again: `headroom workers promote 2`$"},
		{"fails from the start", change(fails, func(f *facts) { f.Completed = rollout.Worker{} }), Fails, "`headroom workers move --from 3 --to BUILD execute/chat`$"},
		{"fails with what it ran on", change(fails, func(f *facts) { f.Completed = three }), Fails, "`headroom workers move --from 3 --to BUILD execute/chat`$"},
		{"a query does not replay", change(fails, func(f *facts) { f.Attempt, f.Queried = 0, true }), Fails, `^a query of execute/chat fails, as its next workflow task will: its history does not replay with build 3: `},
		{"another deployment", change(fails, func(f *facts) {
			f.Worker, f.Completed, f.Polls = other, rollout.Worker{Deployment: "prod", Build: "6"}, polls(other)
		}), Fails, "`headroom workers move --from 7 --to 6 --deployment prod execute/chat`$"},
		{"fails without versions", change(fails, func(f *facts) { f.Worker, f.Completed, f.Pinned, f.Polls = none, rollout.Worker{}, false, polls(none) }), Fails, "with the workers that run: .*: start workers of the release that ran before"},
		{"failed, and its workers are gone", change(fails, func(f *facts) { f.Polls = polls(two) }), NoWorker, "^no worker of build 3 polls the queue \"headroom\": start one, or let another build go on .*`headroom workers move --from 3`$"},

		{"pinned to a build without workers", facts{Queue: "headroom", Pinned: true, Worker: two, Polls: map[rollout.Worker]time.Time{two: since, three: now}}, NoWorker, "^no worker of build 2 polls the queue \"headroom\" \\(the last one did at 2026-03-02T10:02:00Z\\): "},
		{"current, without workers", facts{Queue: "headroom", Worker: two}, NoWorker, "start one, or promote a build that has workers"},
		{"no workers at all", facts{Queue: "headroom", Worker: none}, NoWorker, `^no worker polls the queue "headroom": start one with bin/worker$`},
		{"none is promoted", facts{Queue: "headroom", Worker: none, Polls: polls(one)}, NotPromoted, "^runs go to workers without a version, and only workers of build 1 poll .*`headroom workers promote 1`$"},
		{"workers of the build before", facts{Queue: "headroom", Worker: two, Polls: polls(one)}, NotPromoted, "^runs go to build 2, and only workers of build 1 poll"},
		{"workers that have no version", facts{Queue: "headroom", Worker: two, Polls: polls(none)}, NotPromoted, "`headroom workers promote unversioned`$"},
		{"a worker that was killed", facts{Queue: "headroom", Pinned: true, Worker: two, Attempt: 1, Waits: now.Add(-20 * time.Second), Polls: polls(two)}, NoWorker, "no worker of build 2"},

		{"a worker that just took another task", facts{Queue: "headroom", Pinned: true, Worker: two, Attempt: 1, Waits: now.Add(-2 * time.Second), Polls: polls(two)}, Unknown, "a worker of build 2 polled the queue \"headroom\" at 2026-03-02T10:11:30Z"},
		{"attempts that took too long", facts{Queue: "headroom", Attempt: 3, Worker: none, Polls: polls(none)}, Unknown, "it may be overloaded"},
	} {
		got := test.facts.finding(now)
		if got.Cause != test.cause || !regexp.MustCompile(test.text).MatchString(got.Text) {
			t.Errorf("%s: got %s: %s\nwant %s: %s", test.name, got.Cause, got.Text, test.cause, test.text)
		}
		if got.Stuck() != (test.cause != Unknown) {
			t.Errorf("%s: stuck is %t", test.name, got.Stuck())
		}
	}
}

func TestPinnedTo(t *testing.T) {
	v := func(build string) *deploymentpb.WorkerDeploymentVersion {
		return &deploymentpb.WorkerDeploymentVersion{DeploymentName: "headroom", BuildId: build}
	}
	with := func(o *workflowpb.VersioningOverride, behaviour enumspb.VersioningBehavior) *workflowpb.WorkflowExecutionVersioningInfo {
		return &workflowpb.WorkflowExecutionVersioningInfo{Behavior: behaviour, DeploymentVersion: v("1"), VersioningOverride: o}
	}
	for _, test := range []struct {
		name  string
		info  *workflowpb.WorkflowExecutionVersioningInfo
		build string // empty: it is pinned to none
	}{
		{"no task is done yet", nil, ""},
		{"pinned", with(nil, enumspb.VERSIONING_BEHAVIOR_PINNED), "1"},
		{"upgrades", with(nil, enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE), ""},
		{"moved once", with(&workflowpb.VersioningOverride{Override: &workflowpb.VersioningOverride_OneTime{OneTime: &workflowpb.VersioningOverride_OneTimeOverride{TargetDeploymentVersion: v("2")}}}, enumspb.VERSIONING_BEHAVIOR_PINNED), "2"},
		{"moved for good", with(&workflowpb.VersioningOverride{Override: &workflowpb.VersioningOverride_Pinned{Pinned: &workflowpb.VersioningOverride_PinnedOverride{Version: v("3")}}}, enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE), "3"},
		{"made to upgrade", with(&workflowpb.VersioningOverride{Override: &workflowpb.VersioningOverride_AutoUpgrade{AutoUpgrade: true}}, enumspb.VERSIONING_BEHAVIOR_PINNED), ""},
	} {
		got, pinned := pinnedTo(test.info)
		if pinned != (test.build != "") || pinned && got.GetBuildId() != test.build {
			t.Errorf("%s: got %v, %t, want %q", test.name, got, pinned, test.build)
		}
	}
}

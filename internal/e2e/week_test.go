package e2e_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/activities/pruning"
	"headroom/activities/retraining"
	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/internal/scheduling"
	"headroom/pipeline"
	"headroom/workflows"
)

// A week is a service's schedules over recorded load, gone through as fast as
// they run: Temporal takes the actions of times that are past (a backfill), and
// each run believes in the time that its schedule says.
type week struct {
	*site
	day time.Time // midnight
}

// weekly lets an hour of the week last half a second.
const weekly = 7200

// sync puts the policies in force and makes the server's schedules equal to them.
func (w *week) sync(t *testing.T, policies ...capacity.Policy) scheduling.Difference {
	t.Helper()
	for _, p := range policies {
		w.forced(t, p)
	}
	found, err := scheduling.Find(t.Context(), w.temporal)
	if err != nil {
		t.Fatal(err)
	}
	d, err := scheduling.Compare(scheduling.Wanted(policies, capacity.Replay(time.Time{}, weekly)), found)
	if err != nil {
		t.Fatal(err)
	}
	if err := scheduling.Apply(t.Context(), w.temporal, d.Changes, func() {}); err != nil {
		t.Fatal(err)
	}
	want, err := scheduling.Compare(scheduling.Wanted(policies, capacity.Replay(time.Time{}, weekly)), nil)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the schedules are listed", func() bool {
		found, err := scheduling.Find(t.Context(), w.temporal)
		return err == nil && len(found) == len(want.Changes)
	})
	return d
}

// fire lets a schedule come up at an hour of the day, and returns the run that it
// starts, which may not have ended.
func (w *week) fire(t *testing.T, task workflows.Task, hour int) client.WorkflowRun {
	t.Helper()
	handle := w.temporal.ScheduleClient().GetHandle(t.Context(), fmt.Sprintf("headroom/%s/%s", w.policy.Service, task))
	at := w.day.Add(time.Duration(hour) * time.Hour)
	if err := handle.Backfill(t.Context(), client.ScheduleBackfillOptions{Backfill: []client.ScheduleBackfill{{
		Start: at.Add(-time.Minute), End: at.Add(time.Minute), Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL,
	}}}); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("due/%s/%s-%s", w.policy.Service, task, at.Format(time.RFC3339))
	eventually(t, id+" is started", func() bool {
		_, err := w.temporal.DescribeWorkflow(t.Context(), id, "")
		return err == nil
	})
	return w.temporal.GetWorkflow(t.Context(), id, "")
}

// done is what a run that a schedule started has done.
func done(t *testing.T, run client.WorkflowRun) (out workflows.DueResult) {
	t.Helper()
	if err := run.Get(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// waiting waits until the plan waits for a person, and returns its ID.
func (w *week) waiting(t *testing.T) string {
	t.Helper()
	var now workflows.PlanResult
	eventually(t, "the plan waits for a person", func() bool {
		value, err := w.temporal.QueryWorkflow(t.Context(), workflows.PlanID(w.policy.Service), "", workflows.StatusQuery)
		return err == nil && value.Get(&now) == nil && now.Verdict == workflows.Waiting
	})
	return now.Plan.Plan.ID
}

// conductor is what the conductor knows.
func (w *week) conductor(t *testing.T) (s executor.State) {
	t.Helper()
	value, err := w.temporal.QueryWorkflow(t.Context(), workflows.ExecuteID(w.policy.Service), "", workflows.StatusQuery)
	if err == nil {
		err = value.Get(&s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestWeek: on seven days schedules come up, models are promoted and refused, and
// plans are proposed, carried out, approved, rejected, expired, overridden and
// frozen; then the policy is removed.
func TestWeek(t *testing.T) {
	needServers(t)
	w := &week{site: newSite(t)}
	w.startWorker(t, devstack.Bucket)
	w.small("sim://chat?leadTime=8m&units=60", 24*time.Hour)
	const weeks = 4
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	w.day = start.Add(weeks * 7 * 24 * time.Hour)
	if err := w.s3.Upload(t.Context(), devstack.HistoryBucket, "week/load.csv.gz", load(3, start, 5*time.Minute, (weeks+1)*7*288)); err != nil {
		t.Fatal(err)
	}
	p := &w.policy
	p.Demand = capacity.Demand{Source: "s3://" + devstack.HistoryBucket + "/week/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum, Step: 10 * time.Minute, Timezone: "UTC", Window: weeks * 7 * 24 * time.Hour}
	p.Forecast.Retrain = "0 3 * * *"
	p.Schedule = capacity.Schedule{Plan: "0 4 * * *", Watch: "0 * * * *", Replan: time.Hour, Overlap: capacity.Wait, CatchUp: time.Hour}

	day := func(control capacity.Control) client.WorkflowRun {
		t.Helper()
		p.Control = control
		w.sync(t, *p)
		if got := done(t, w.fire(t, workflows.RetrainTask, 3)); !strings.Contains(got.Retrained, " promoted: ") {
			t.Errorf("%s: got %q, want the newer training promoted", w.day.Weekday(), got.Retrained)
		}
		return w.fire(t, workflows.PlanTask, 4)
	}
	plan := func(run client.WorkflowRun, verdict workflows.PlanVerdict) {
		t.Helper()
		if got := done(t, run); !strings.Contains(got.Planned, ", "+string(verdict)+":") {
			t.Errorf("%s: got %+v, want it %s", w.day.Weekday(), got, verdict)
		}
		w.day = w.day.Add(24 * time.Hour)
	}
	approve := func(expires time.Duration) capacity.Control {
		return capacity.Control{Mode: capacity.Approve, Approval: capacity.Approval{Expires: expires}}
	}
	plan(day(capacity.Control{Mode: capacity.Propose}), workflows.Proposed)

	run := day(approve(time.Hour))
	w.tell(t, workflows.PlanID(p.Service), workflows.RejectUpdate, workflows.Decision{Plan: w.waiting(t), By: "ann", Why: "not on a Tuesday"})
	plan(run, workflows.Rejected)
	plan(day(approve(time.Second)), workflows.Expired)

	run = day(approve(time.Hour))
	approved := w.waiting(t)
	w.tell(t, workflows.PlanID(p.Service), workflows.ApproveUpdate, workflows.Decision{Plan: approved, By: "ann"})
	plan(run, workflows.HandedOver)
	eventually(t, "the approved plan is carried out", func() bool { return len(w.outcomes(t, approved)) > 2 })

	// A person outranks the plan, and a freeze everybody.
	now := w.conductor(t)
	o := capacity.Override{ID: "friday", Units: 150, From: now.Clock.Now(time.Now()), Until: now.Clock.Now(time.Now()).Add(12 * time.Hour), By: "bob", Why: "a launch"}
	w.tell(t, workflows.ExecuteID(p.Service), executor.OverrideOrder, o)
	eventually(t, "the override is asked for", func() bool {
		_, log := w.ledger(t)
		return slices.ContainsFunc(log, func(c local.Change) bool { return c.To == 150 })
	})
	plan(day(capacity.Control{Mode: capacity.Auto}), workflows.HandedOver)
	frozen := capacity.Window{From: start, To: start.Add(10 * 7 * 24 * time.Hour)}
	plan(day(capacity.Control{Mode: capacity.Auto, Freeze: capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{frozen}}}), workflows.HandedOver)
	_, before := w.ledger(t)
	run = day(capacity.Control{Mode: capacity.Propose})
	plan(run, workflows.Proposed)
	if _, after := w.ledger(t); len(after) != len(before) {
		t.Errorf("during the freeze the target was changed %d times", len(after)-len(before))
	}

	// History that nothing can be learnt from is refused, and the champion stays.
	champion := w.read(t, devstack.Bucket, capacity.ChampionKey(p.Service), nil)
	idle := *p
	idle.Demand.Value = "idle"
	w.sync(t, idle)
	if err := w.fire(t, workflows.RetrainTask, 3).Get(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "nothing but zeros") {
		t.Errorf("an idle column: got %v, want it refused", err)
	}
	if after := w.read(t, devstack.Bucket, capacity.ChampionKey(p.Service), nil); !bytes.Equal(champion, after) {
		t.Errorf("a refused history changed the champion to %s", after)
	}

	w.pruned(t)

	// Without its policy the service is left, and nothing comes up any more.
	d := w.sync(t)
	if diff := cmp.Diff([]string{p.Service}, d.Gone); diff != "" {
		t.Fatalf("gone (-want +got):\n%s", diff)
	}
	var left workflows.RetireResult
	in := workflows.RetireInput{Caller: workflows.Caller{By: "ann"}, Service: p.Service, Why: "its policy was removed"}
	if err := w.start(t, workflows.RetireID(p.Service), workflows.Retire, in).Get(t.Context(), &left); err != nil {
		t.Fatal(err)
	}
	if len(left.Left) != 1 || !strings.Contains(left.Left[0], "control.mode is propose") {
		t.Errorf("left %q, want it as it is, since the policy in force only proposes", left.Left)
	}
	w.audited(t)
}

// pruned lets all that is stored grow old, prunes it, and checks that what is in force
// stays: the conductor is asked for its plan, and the champion and all plans, which are
// few, can still be read.
func (w *week) pruned(t *testing.T) {
	t.Helper()
	root, long := filepath.Join(w.stack.Data, "s3", "buckets", devstack.Bucket), time.Now().Add(-60*24*time.Hour)
	if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			err = os.Chtimes(path, long, long)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var out pruning.ConcludeResult
	if err := w.start(t, workflows.PruneID, workflows.Prune, workflows.PruneState{}).Get(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if out.Pruned.Services != 1 || out.Pruned.Failed != 0 || out.Pruned.Prefixes["history"].Objects == 0 || out.Pruned.Prefixes["plans"].Objects != 0 {
		t.Errorf("pruned %+v, want old history of one service and none of its few plans", out.Pruned)
	}
	var champion retraining.Champion
	w.read(t, devstack.Bucket, capacity.ChampionKey(w.policy.Service), &champion)
	w.read(t, devstack.Bucket, champion.Trained.Key, nil)
	plans := 0
	for e, err := range (aws.Store{Client: w.s3, Bucket: devstack.Bucket}).List(t.Context(), "plans/"+w.policy.Service+"/", "") {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(e.Key, "/plan.json") {
			var stored pipeline.StoredPlan
			w.read(t, devstack.Bucket, e.Key, &stored)
			w.read(t, devstack.Bucket, stored.Table.Key, nil)
			w.read(t, devstack.Bucket, stored.Forecast.Key, nil)
			plans++
		}
	}
	if plans < 7 {
		t.Errorf("%d plans are left, want 7 and more", plans)
	}
	t.Log(out.Story)
}

// audited checks that all that was decided in the week is on record.
func (w *week) audited(t *testing.T) {
	t.Helper()
	store := aws.Store{Client: w.s3, Bucket: devstack.Bucket}
	found := map[string]int{}
	for r, err := range audit.Read(t.Context(), store, w.policy.Service) {
		if err != nil {
			t.Fatal(err)
		}
		what := string(r.Kind)
		if r.Kind == audit.Verdict {
			what = r.Verdict
		}
		if r.By != "" {
			what += " by " + r.By
		}
		found[what]++
	}
	for what, least := range map[string]int{
		"planned": 7, "promoted": 7, "proposed": 2, "waiting": 3, "rejected by ann": 1, "expired": 1, "handed over by ann": 1,
		"handed over": 2, "ordered by bob": 1, "acted": 3, "retired by ann": 1,
	} {
		if found[what] < least {
			t.Errorf("the audit has %d records of %q, want %d or more: %v", found[what], what, least, found)
		}
	}
	v, err := audit.Verify(t.Context(), store, w.policy.Service, "")
	if err != nil || v.First != 1 {
		t.Errorf("the audit is %+v, %v", v, err)
	}
	t.Logf("the week has %d records: %v", v.Records, found)
}

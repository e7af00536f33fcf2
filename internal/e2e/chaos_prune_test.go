package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/policies"
	"headroom/activities/pruning"
	"headroom/adapters/aws"
	"headroom/audit"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/pipeline"
	"headroom/workflows"
)

// prunes has the store pruned again and again until all is over, by workers that keep
// plans for seconds, and terminates some of these runs. It tells how many runs ended, and
// how many objects they removed.
func (w *workers) prunes(t *testing.T, rng *rand.Rand, over <-chan struct{}) (runs int, removed int64) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { <-over; cancel() }()
	for ctx.Err() == nil {
		select {
		case <-over:
		case <-time.After(time.Duration(500+rng.IntN(2500)) * time.Millisecond):
		}
		run, err := w.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflows.PruneID, TaskQueue: workflows.Queue}, workflows.Prune, workflows.PruneState{})
		if err == nil && rng.IntN(4) == 0 {
			time.Sleep(time.Duration(rng.IntN(500)) * time.Millisecond)
			err = w.temporal.TerminateWorkflow(ctx, workflows.PruneID, "", "chaos")
		}
		var out pruning.ConcludeResult
		if err == nil {
			err = run.Get(ctx, &out)
		}
		_, terminated := errors.AsType[*temporal.TerminatedError](err)
		switch {
		case err == nil:
			runs, removed = runs+1, removed+out.Pruned.All.Objects
		case ctx.Err() == nil && !terminated && !isAway(err) && !isOver(err):
			t.Errorf("prune: %v", err)
		}
	}
	return runs, removed
}

// waits has a service planned up to where a person would approve the plan. What it returns
// approves that plan once all is over: neither it nor what it was made from may be gone.
func (s *site) waits(t *testing.T, p pattern, name string) (approve func()) {
	t.Helper()
	st := calmStory(s, p, name, 10*time.Minute, chaosSpeed, 10, 0)
	st.policy.Control.Mode, st.policy.Control.Approval = capacity.Approve, capacity.Approval{Above: -1, Expires: time.Hour}
	st.forced(t, st.policy)
	run := st.start(t, workflows.PlanID(name), workflows.Plan, workflows.PlanInput{Service: name, Clock: capacity.Replay(st.origin, 1)})
	var plan workflows.PlanResult
	ask := func() error {
		value, err := st.temporal.QueryWorkflow(t.Context(), run.GetID(), run.GetRunID(), workflows.StatusQuery)
		if err == nil {
			err = value.Get(&plan)
		}
		if err == nil && plan.Verdict != workflows.Waiting {
			err = notIdle{}
		}
		return err
	}
	if err := st.insist(t.Context(), ask); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return func() {
		id := plan.Plan.Plan.ID
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := st.insist(ctx, ask); err != nil || plan.Plan.Plan.ID != id {
			t.Errorf("%s: the plan that waited is %+v, %v, want %s still waiting", name, plan, err, id)
			return
		}
		var stored pipeline.StoredPlan
		st.site.read(t, devstack.Bucket, plan.Plan.Plan.Ref.Key, &stored)
		st.site.read(t, devstack.Bucket, stored.Forecast.Key, nil)
		st.site.read(t, devstack.Bucket, stored.Table.Key, nil)
		st.tell(t, run.GetID(), workflows.ApproveUpdate, workflows.Decision{Plan: id, By: "ann"})
		if err := run.Get(ctx, &plan); err != nil || plan.Verdict != workflows.HandedOver {
			t.Errorf("%s: the plan that waited became %s, %v, want it handed over", name, plan.Verdict, err)
		}
		if err := st.temporal.TerminateWorkflow(ctx, workflows.ExecuteID(name), "", "the end"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pruned reports whether what was stored of a plan was removed, if any of it was.
func (st *story) pruned(t *testing.T, plan string) bool {
	t.Helper()
	_, _, err := aws.Store{Client: st.s3, Bucket: devstack.Bucket}.Get(t.Context(), capacity.PlanKey(st.service, plan, "plan.json"))
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("%s: %v", st.service, err)
	}
	return err != nil
}

// checkKept: whatever was pruned, what is in force is there, and the audit has that the
// rest was removed.
func (st *story) checkKept(t *testing.T, fail failing) {
	t.Helper()
	ctx, store := t.Context(), aws.Store{Client: st.s3, Bucket: devstack.Bucket}
	now, _, err := policies.Current(ctx, store, st.service)
	if err == nil {
		_, _, err = store.Get(ctx, capacity.PolicyKey(st.service, now.Hash))
	}
	if err != nil {
		fail("read the policy in force: %v", err)
	}
	var inForce string
	var asked error
	if err := st.insist(ctx, func() error {
		s, err := st.state(ctx)
		inForce = s.Plan.ID
		if err == nil && (s.Pause != nil || len(s.Overrides) > 0) {
			_, _, asked = store.Get(ctx, capacity.OrdersKey(st.service))
		}
		return err
	}); err != nil || asked != nil {
		fail("ask for the plan in force and the standing orders: %v", errors.Join(err, asked))
		return
	}
	gone := 0
	for _, a := range st.actions {
		plan, _, _ := strings.Cut(a.ID, "/")
		if !st.pruned(t, plan) {
			continue
		}
		gone++
		if plan == inForce {
			fail("the plan in force, %s, was removed", plan)
		}
	}
	if gone == 0 {
		return
	}
	said := false
	for r, err := range audit.Read(ctx, store, st.service) {
		var facts pruning.Pruned
		if err == nil && r.Kind == audit.Pruned {
			err = json.Unmarshal(r.Facts, &facts)
		}
		if err != nil {
			fail("read the audit: %v", err)
			return
		}
		said = said || facts.Prefixes["plans"].Objects > 0
	}
	if !said {
		fail("plans were removed, and the audit does not say so")
	}
}

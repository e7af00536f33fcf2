package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// nothing is the limit of a pause and of a stop.
func nothing(local.Change) bool { return false }

// harmless are the blows after which a target ends at its plan's number.
var harmless = []string{
	"plan", "ramp", "newer plan", "pause", "next plan", "plan over", "lasting pause", "resume", "terminate", "cancel, next run", "reset", "damaged orders",
	"stop", "end of stop", "stop all", "damaged records", "damaged outcomes", "planned anew", "unreadable plan", "propose", "auto", "lower max", "lasting override", "clear",
}

// strike draws a blow that lasts: it limits what may be requested, and the run that
// carries out the plan may be ended under it.
func (st *story) strike(rng *rand.Rand) {
	first := time.Duration(3000+rng.IntN(3000)) * time.Millisecond
	at := func(after time.Duration) time.Duration { return first + after*time.Second }
	next := func(after time.Duration) {
		seed := rng.Uint64()
		st.add(at(after), "next plan", func(ctx context.Context) error { return st.hand(ctx, seed, st.found()) })
	}
	pause := func() {
		st.add(first, "lasting pause", func(ctx context.Context) error {
			return st.limit(ctx, &hold{name: "a pause", allows: nothing}, func() error {
				return st.order(ctx, executor.PauseOrder, executor.Order{By: "bob", Why: "chaos"})
			})
		})
	}
	resume := func(after time.Duration) {
		st.add(at(after), "resume", func(ctx context.Context) error {
			return st.release(func() error {
				return st.order(ctx, executor.ResumeOrder, executor.Order{By: "bob", Why: "chaos"})
			})
		})
	}
	damage := func(after time.Duration) {
		if rng.IntN(3) == 0 {
			st.add(at(after), "damaged orders", func(ctx context.Context) error { return st.put(ctx, capacity.OrdersKey(st.service), "{") })
		}
	}
	switch rng.IntN(12) {
	case 0, 1, 2:
		pause()
		if rng.IntN(2) == 0 {
			next(1)
		}
		damage(2)
		st.end(rng, at(3))
		next(5)
		next(8)
		resume(12)
	case 8, 9: // the plan ends under the pause
		pause()
		damage(2)
		st.end(rng, at(3))
		st.add(20*time.Second, "plan over", func(ctx context.Context) error {
			if st.now().Before(st.last.End()) {
				return fmt.Errorf("the plan ends at %s, and it is %s: the pause does not outlive it", st.last.End(), st.now())
			}
			return nil
		})
		next(20)
		resume(23)
	case 10:
		damaged := []string{
			audit.HeadKey(st.service), capacity.ChampionKey(st.service), capacity.ShareKey(st.service), capacity.UnitRatesKey(st.service),
			capacity.LeadTimesKey(st.service), capacity.OwnTargetsKey(st.service), capacity.CurrentPlanKey(st.service),
		}
		st.add(at(0), "damaged records", func(ctx context.Context) error {
			for _, key := range damaged {
				if err := st.put(ctx, key, "{"); err != nil {
					return err
				}
			}
			return nil
		})
		st.add(at(1), "planned anew", st.planAnew)
	case 11:
		st.add(at(0), "damaged outcomes", func(ctx context.Context) error {
			plan := st.last.ID
			st.damaged[plan] = true
			return st.put(ctx, capacity.PlanKey(st.service, plan, "outcomes.json"), "[1")
		})
		if rng.IntN(2) == 0 {
			st.end(rng, at(2))
			next(5)
		}
	case 3:
		o := capacity.Override{ID: "o", Units: capacity.Units(5 + rng.IntN(30)), AtLeast: rng.IntN(2) == 0, By: "ann", Why: "chaos"}
		allows := func(c local.Change) bool { return c.To == o.Units || o.AtLeast && c.To > o.Units }
		st.add(first, "lasting override", func(ctx context.Context) error {
			o.From, o.Until = st.now(), st.now().Add(30*24*time.Hour)
			return st.limit(ctx, &hold{name: "an override of " + o.Text(), allows: allows}, func() error { return st.order(ctx, executor.OverrideOrder, o) })
		})
		st.end(rng, at(3))
		next(5)
		st.add(at(9), "clear", func(ctx context.Context) error {
			return st.release(func() error {
				return st.order(ctx, executor.ClearOrder, executor.Order{Override: "o", By: "ann", Why: "chaos"})
			})
		})
	case 4:
		store := aws.Store{Client: st.s3, Bucket: devstack.Bucket}
		st.add(first, "stop", func(ctx context.Context) error {
			return st.limit(ctx, &hold{name: "a stop", allows: nothing, bound: true}, func() error { return st.put(ctx, capacity.StopKey(st.service), "chaos") })
		})
		if rng.IntN(2) == 0 {
			next(2)
		}
		st.add(at(5), "end of stop", func(ctx context.Context) error {
			return st.release(func() error {
				return st.insist(ctx, func() error { return store.Delete(ctx, capacity.StopKey(st.service)) })
			})
		})
	case 5:
		for after := range time.Duration(4) {
			st.add(at(2*after), "damaged records", func(ctx context.Context) error {
				return errors.Join(st.put(ctx, audit.HeadKey(st.service), "{"), st.put(ctx, capacity.DayKey(st.service, st.now()), "[1"))
			})
		}
	case 6:
		st.add(first, "unreadable plan", st.offerUnreadable)
	case 7:
		st.governed(rng, at)
	}
}

// governed applies another policy under way: one that carries out nothing for a while,
// or one with a lower bound.
func (st *story) governed(rng *rand.Rand, at func(time.Duration) time.Duration) {
	apply := func(ctx context.Context) error { return st.order(ctx, workflows.PolicyUpdate, st.policy) }
	if rng.IntN(2) == 0 {
		most := capacity.Units(12 + rng.IntN(15))
		st.add(at(0), "lower max", func(ctx context.Context) error {
			st.policy.Pools[0].Max = most
			return st.limit(ctx, &hold{name: fmt.Sprintf("a policy of at most %d", most), allows: func(c local.Change) bool { return c.To <= most }}, func() error { return apply(ctx) })
		})
		return
	}
	st.add(at(0), "propose", func(ctx context.Context) error {
		st.policy.Control.Mode = capacity.Propose
		return st.limit(ctx, &hold{name: "mode propose", allows: nothing}, func() error { return apply(ctx) })
	})
	st.add(at(5), "auto", func(ctx context.Context) error {
		return st.release(func() error {
			st.policy.Control.Mode = capacity.Auto
			return st.insist(ctx, func() error { return st.update(ctx, workflows.PolicyUpdate, "auto", st.policy) })
		})
	})
}

// end may end the run from outside, in one of the ways that Temporal has.
func (st *story) end(rng *rand.Rand, at time.Duration) {
	id := workflows.ExecuteID(st.service)
	terminate := func(ctx context.Context) error {
		if err := st.insist(ctx, func() error { return st.excuse(ctx) }); err != nil {
			return err
		}
		return st.insist(ctx, func() error { return st.temporal.TerminateWorkflow(ctx, id, "", "chaos") })
	}
	switch rng.IntN(6) {
	case 0, 1:
		st.add(at, "terminate", terminate)
	case 2:
		st.add(at, "cancel, next run", func(ctx context.Context) error {
			st.unbegun = len(st.actions)
			return st.insist(ctx, func() error {
				if err := st.temporal.CancelWorkflow(ctx, id, ""); err != nil {
					return err
				}
				err := st.temporal.GetWorkflow(ctx, id, "").Get(ctx, nil)
				if temporal.IsCanceledError(err) {
					return nil
				}
				return err
			})
		})
	case 3:
		back, exclude := 1+rng.IntN(6), rng.IntN(2) == 0
		st.add(at, "reset", func(ctx context.Context) error { return st.reset(ctx, id, back, exclude) })
	}
}

// reset resets a run to one of its last workflow tasks. Its updates since then are
// given to the new run again, or not.
func (st *story) reset(ctx context.Context, id string, back int, exclude bool) error {
	request := fmt.Sprintf("%s/reset", st.service)
	return st.insist(ctx, func() error {
		d, err := st.temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return err
		}
		run := d.GetWorkflowExecutionInfo().GetExecution().GetRunId()
		var tasks []int64
		offered := map[string]int64{} // plans, by their IDs, and the event by which they were taken
		taken := int64(0)
		for history := st.temporal.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); history.HasNext(); {
			e, err := history.Next()
			if err != nil {
				return err
			}
			switch e.GetEventType() { //nolint:exhaustive // only these matter
			case enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
				tasks = append(tasks, e.GetEventId())
			case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
				offered[e.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest().GetMeta().GetUpdateId()] = e.GetEventId()
			case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
				if taken == 0 {
					taken = e.GetEventId()
				}
			}
		}
		tasks = slices.DeleteFunc(tasks, func(id int64) bool { return id <= taken }) // its first plan is not taken away
		if len(tasks) == 0 {
			return errMoot
		}
		to := tasks[max(0, len(tasks)-back)]
		in := &workflowservice.ResetWorkflowExecutionRequest{
			Namespace: "default", WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: run},
			Reason: "chaos", WorkflowTaskFinishEventId: to, RequestId: request,
		}
		if exclude {
			for _, a := range st.actions { // a plan that came after that task is forgotten
				plan, _, _ := strings.Cut(a.ID, "/")
				st.excused[a.ID] = st.excused[a.ID] || offered[plan] > to
			}
			in.ResetReapplyExcludeTypes = []enumspb.ResetReapplyExcludeType{enumspb.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE}
		}
		_, err = st.temporal.ResetWorkflowExecution(ctx, in)
		return err
	})
}

// excuse notes which actions may have no outcome if the run is ended now: those that the
// target was never asked for, and those that are under way.
func (st *story) excuse(ctx context.Context) error {
	id := workflows.ExecuteID(st.service)
	state, err := st.state(ctx)
	if err != nil {
		return err
	}
	d, err := st.temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return err
	}
	busy := d.GetPendingWorkflowTask() != nil
	for _, p := range d.GetPendingActivities() {
		busy = busy || slices.Contains([]string{"Act", "Restore", "Verify", "Record"}, p.GetActivityType().GetName())
	}
	requests := st.ledger().Requests
	for _, a := range st.actions {
		begun := slices.ContainsFunc(requests, func(r local.Change) bool { return r.Action == a.ID })
		under := slices.ContainsFunc(state.Verifying, func(v executor.Verification) bool { return v.Attempt.Action.ID == a.ID })
		for _, target := range state.Targets {
			under = under || target.Postponed != nil && target.Postponed.Action.ID == a.ID
		}
		st.excused[a.ID] = st.excused[a.ID] || busy || !begun || under
	}
	return nil
}

// planAnew has the service planned from the recorded load, up to where a person would
// approve the plan.
func (st *story) planAnew(ctx context.Context) error {
	in := workflows.PlanInput{Service: st.service, Clock: capacity.Replay(st.origin, 1)}
	waits := st.policy
	waits.Control.Mode, waits.Control.Approval = capacity.Approve, capacity.Approval{Above: -1, Expires: time.Second}
	var result workflows.PlanResult
	err := st.insist(ctx, func() error {
		if err := st.force(ctx, waits); err != nil {
			return err
		}
		run, err := st.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflows.PlanID(st.service), TaskQueue: workflows.Queue}, workflows.Plan, in)
		if err != nil {
			return err
		}
		return run.Get(ctx, &result)
	})
	if err == nil && result.Verdict != workflows.Expired {
		err = fmt.Errorf("the plan is %s, want it made and not approved", result.Verdict)
	}
	return errors.Join(err, st.insist(ctx, func() error { return st.force(ctx, st.policy) }))
}

// put stores something, whatever is there.
func (st *story) put(ctx context.Context, key, text string) error {
	return st.insist(ctx, func() error { return st.s3.Upload(ctx, devstack.Bucket, key, []byte(text)) })
}

// offerUnreadable hands over a plan that cannot be read.
func (st *story) offerUnreadable(ctx context.Context) error {
	p := st.last
	p.ID, p.Made = st.service+"-unreadable", st.now()
	err := st.offer(ctx, p, []byte(`{"Plan": 1`))
	if _, refused := errors.AsType[*temporal.ApplicationError](err); refused && strings.Contains(err.Error(), "cannot be read") {
		return nil
	}
	if err == nil {
		st.happened = append(st.happened, "answered late")
	}
	return err
}

// checkAudit: the audit is whole, and has every outcome, whatever was damaged.
func (st *story) checkAudit(t *testing.T, fail failing, outcomes map[string]capacity.Outcome) {
	t.Helper()
	store := aws.Store{Client: st.s3, Bucket: devstack.Bucket}
	last := audit.Record{Service: st.service, ID: "checked", At: st.now(), Kind: audit.Ordered, Text: "the next decision makes a damaged head anew"}
	if _, err := audit.Append(t.Context(), store, last); err != nil {
		fail("append to the audit: %v", err)
		return
	}
	if _, err := audit.Verify(t.Context(), store, st.service, ""); err != nil {
		fail("verify the audit: %v", err)
		return
	}
	acted := st.acted(t)
	for _, a := range st.actions {
		_, there := outcomes[a.ID]
		if _, recorded := acted[a.ID]; there && !recorded && !st.excused[a.ID] {
			fail("the outcome of action %s is not in the audit", a.ID)
		}
	}
}

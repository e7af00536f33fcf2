package e2e_test

import (
	"context"
	"encoding/json"
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
	"go.temporal.io/sdk/temporal"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// A hold is a part of the target's requests while something limits what may be
// requested.
type hold struct {
	name     string
	from, to int // to is -1 until it is over
	allows   func(local.Change) bool
}

// nothing is the limit of a pause and of a stop.
func nothing(local.Change) bool { return false }

// harmless are the blows after which a target ends at its plan's number.
var harmless = []string{
	"plan", "newer plan", "pause", "next plan", "lasting pause", "resume", "terminate", "cancel, next run", "reset", "damaged orders",
	"stop", "end of stop", "damaged records", "unreadable plan", "propose", "auto", "lower max", "lasting override", "clear",
}

// strike draws a blow that lasts: it limits what may be requested, and the run that
// carries out the plan may be ended under it.
func (st *story) strike(rng *rand.Rand) {
	first := time.Duration(3000+rng.IntN(3000)) * time.Millisecond
	at := func(after time.Duration) time.Duration { return first + after*time.Second }
	next := func(after time.Duration) {
		seed := rng.Uint64()
		st.add(at(after), "next plan", func(ctx context.Context) error { return st.hand(ctx, seed, st.ledger().Asked) })
	}
	switch rng.IntN(8) {
	case 0, 1, 2:
		st.add(first, "lasting pause", func(ctx context.Context) error {
			return st.limit(ctx, "a pause", nothing, func() error {
				return st.order(ctx, executor.PauseOrder, executor.Order{By: "bob", Why: "chaos"})
			})
		})
		if rng.IntN(2) == 0 {
			next(1)
		}
		st.end(rng, at(3))
		next(5)
		next(8)
		st.add(at(12), "resume", func(ctx context.Context) error {
			return st.release(func() error {
				return st.order(ctx, executor.ResumeOrder, executor.Order{By: "bob", Why: "chaos"})
			})
		})
	case 3:
		o := capacity.Override{ID: "o", Units: capacity.Units(5 + rng.IntN(30)), AtLeast: rng.IntN(2) == 0, By: "ann", Why: "chaos"}
		allows := func(c local.Change) bool { return c.To == o.Units || o.AtLeast && c.To > o.Units }
		st.add(first, "lasting override", func(ctx context.Context) error {
			o.From, o.Until = st.now(), st.now().Add(30*24*time.Hour)
			return st.limit(ctx, "an override of "+o.Text(), allows, func() error { return st.order(ctx, executor.OverrideOrder, o) })
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
			return st.limit(ctx, "a stop", nothing, func() error { return st.put(ctx, capacity.StopKey(st.service), "chaos") })
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
			return st.limit(ctx, fmt.Sprintf("a policy of at most %d", most), func(c local.Change) bool { return c.To <= most }, func() error { return apply(ctx) })
		})
		return
	}
	st.add(at(0), "propose", func(ctx context.Context) error {
		st.policy.Control.Mode = capacity.Propose
		return st.limit(ctx, "mode propose", nothing, func() error { return apply(ctx) })
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
		st.excused = len(st.actions)
		return st.insist(ctx, func() error { return st.temporal.TerminateWorkflow(ctx, id, "", "chaos") })
	}
	switch rng.IntN(6) {
	case 0, 1:
		st.add(at, "terminate", terminate)
	case 2:
		st.add(at, "cancel, next run", func(ctx context.Context) error {
			st.excused = len(st.actions)
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
		taken := int64(0)
		for history := st.temporal.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); history.HasNext(); {
			e, err := history.Next()
			if err != nil {
				return err
			}
			switch e.GetEventType() { //nolint:exhaustive // only these matter
			case enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
				tasks = append(tasks, e.GetEventId())
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
		in := &workflowservice.ResetWorkflowExecutionRequest{
			Namespace: "default", WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: run},
			Reason: "chaos", WorkflowTaskFinishEventId: tasks[max(0, len(tasks)-back)], RequestId: request,
		}
		if exclude {
			st.excused = len(st.actions) // a plan that came after that task is forgotten
			in.ResetReapplyExcludeTypes = []enumspb.ResetReapplyExcludeType{enumspb.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE}
		}
		_, err = st.temporal.ResetWorkflowExecution(ctx, in)
		return err
	})
}

// limit begins something that limits what may be requested: it counts for what is
// requested once nothing that began before it is in flight.
func (st *story) limit(ctx context.Context, name string, allows func(local.Change) bool, begin func() error) error {
	if err := begin(); err != nil {
		return err
	}
	err := st.insist(ctx, func() error { return st.quiet(ctx) })
	st.holds = append(st.holds, hold{name: name, from: len(st.ledger().Requests), to: -1, allows: allows})
	return err
}

// release ends it. An order that cannot be ended was forgotten.
func (st *story) release(end func() error) error {
	n := len(st.holds)
	if n == 0 {
		return errMoot // it never began
	}
	st.holds[n-1].to = len(st.ledger().Requests)
	switch err := end(); {
	case errors.Is(err, errMoot):
		return fmt.Errorf("%s cannot be ended: it was forgotten", st.holds[n-1].name)
	case err != nil:
		return err
	}
	if !st.now().Before(st.last.End().Add(-st.last.Step)) {
		st.happened = append(st.happened, "released late") // the plan has ended under it
	}
	return nil
}

// quiet returns nil if no target is being asked for something.
func (st *story) quiet(ctx context.Context) error {
	d, err := st.temporal.DescribeWorkflowExecution(ctx, workflows.ExecuteID(st.service), "")
	if err != nil {
		return err
	}
	for _, p := range d.GetPendingActivities() {
		if name := p.GetActivityType().GetName(); name == "Act" || name == "Restore" {
			return notIdle{}
		}
	}
	return nil
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

// checkHolds: nothing is requested against what limits it. A cut that failed is taken
// back all the same.
func (st *story) checkHolds(fail failing, b book) {
	for _, h := range st.holds {
		to := h.to
		if to < 0 {
			to = len(b.Requests)
		}
		for _, r := range b.Requests[h.from:to] {
			if !h.allows(r) && !strings.HasSuffix(r.Action, "/restore") {
				fail("%+v was requested against %s", r, h.name)
			}
		}
	}
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
	acted := map[string]bool{}
	for r, err := range audit.Read(t.Context(), store, st.service) {
		var of []capacity.Outcome
		if err == nil && r.Kind == audit.Acted {
			err = json.Unmarshal(r.Facts, &of)
		}
		if err != nil {
			fail("read the audit: %v", err)
			return
		}
		for _, o := range of {
			acted[o.Action.ID] = true
		}
	}
	for _, a := range st.actions[st.excused:] {
		if _, there := outcomes[a.ID]; there && !acted[a.ID] {
			fail("the outcome of action %s is not in the audit", a.ID)
		}
	}
}

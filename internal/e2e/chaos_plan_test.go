package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/execution"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/internal/proof"
	"headroom/workflows"
)

// draw is a plan of eighteen steps from a number on. One for a pool with a ramp keeps
// the ramp.
func (st *story) draw(id string, now time.Time, from capacity.Units, seed uint64) capacity.Plan {
	rng := rand.New(rand.NewPCG(seed, 3))
	p := capacity.Plan{ID: id, Service: st.service, Made: now, Start: now.Truncate(st.step), Step: st.step, Model: st.pattern.Plan.Model}
	pool := st.policy.Pools[0]
	p.Pools = []capacity.PoolPlan{{Pool: pool.Name, Target: pool.Target, Steps: make([]capacity.Step, 18)}}
	for i := range p.Pools[0].Steps {
		to := from
		if i > 0 && rng.IntN(2) == 0 {
			to = capacity.Units(1 + rng.IntN(st.most))
		}
		if most := pool.Ramp.Up.Units; most > 0 {
			to = max(from-most, min(to, from+most))
		}
		start := p.Start.Add(time.Duration(i) * p.Step)
		p.Pools[0].Steps[i] = capacity.Step{Start: start, Units: to}
		if to != from {
			p.Actions = append(p.Actions, capacity.Action{ID: fmt.Sprintf("%s/%d", id, i), Target: pool.Target, At: start, Due: start.Add(pool.LeadTime), From: from, Units: to, Why: "chaos"})
		}
		from = to
	}
	return p
}

// hand stores a plan and hands it to the conductor, which it starts.
func (st *story) hand(ctx context.Context, seed uint64, from capacity.Units) error {
	now := st.now()
	p := st.draw(fmt.Sprintf("%s-%d", st.service, len(st.actions)), now, from, seed)
	stored := st.pattern.StoredPlan
	stored.Policy, stored.Asked, stored.Plan = st.policy, st.policy, p
	_, hash, err := st.policy.Encode()
	if err != nil {
		return err
	}
	stored.PolicyHash = hash
	data, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	err = st.offer(ctx, p, data)
	if err == nil {
		st.mark()
		st.mu.Lock()
		st.actions, st.last = append(st.actions, p.Actions...), p
		st.mu.Unlock()
	}
	return err
}

// offer stores what a plan is kept as, and hands the plan to the conductor.
func (st *story) offer(ctx context.Context, p capacity.Plan, data []byte) error {
	if err := st.insist(ctx, func() error { return st.force(ctx, st.policy) }); err != nil {
		return err
	}
	var ref capacity.Ref
	if err := st.insist(ctx, func() (err error) {
		ref, err = aws.Store{Client: st.s3, Bucket: devstack.Bucket}.Put(ctx, capacity.PlanKey(st.service, p.ID, "plan.json"), data)
		return err
	}); err != nil {
		return err
	}
	in := execution.TakeInput{Service: st.service, Plan: capacity.PlanRef{ID: p.ID, Ref: ref, Now: p.Made, End: p.End()}, Clock: st.clock}
	id := workflows.ExecuteID(st.service)
	return st.insist(ctx, func() error {
		err := st.take(ctx, id, in)
		// It ended after it was found, or another has begun since: that one takes the plan.
		if isOver(err) || err != nil && strings.Contains(err.Error(), "made for another one") {
			return ended{err}
		}
		return err
	})
}

// take offers a plan to the conductor as a worker does.
func (st *story) take(ctx context.Context, id string, in execution.TakeInput) error {
	run, err := st.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.Queue, WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, workflows.Execute, executor.State{Service: st.service})
	if err != nil {
		return err
	}
	d, err := st.temporal.DescribeWorkflowExecution(ctx, id, run.GetRunID())
	if err != nil {
		return err
	}
	in.Proof, err = st.keys.Sign(proof.Sender{Workflow: "the test"}, workflows.TakeRequest(in, d.GetWorkflowExecutionInfo().GetFirstRunId()))
	if err != nil {
		return err
	}
	handle, err := st.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateID: in.Plan.ID, UpdateName: workflows.TakeUpdate, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// ended says that a conductor ended meanwhile.
type ended struct{ error }

func (ended) Temporary() bool { return true }

// replan makes a plan from what the target is asked for now, as a planner would.
func (st *story) replan(ctx context.Context, seed uint64) error {
	if st.cancelled || !st.now().Before(st.last.End()) {
		return errMoot
	}
	err := st.hand(ctx, seed, st.found())
	if _, refused := errors.AsType[*temporal.ApplicationError](err); refused {
		return errMoot // it is aborted
	}
	return err
}

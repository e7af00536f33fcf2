package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/executor"
)

// carryOut begins an effect. Its result becomes an event of the machine.
func (x *executeRun) carryOut(effect executor.Effect) {
	service := x.m.State().Service
	switch e := effect.(type) {
	case executor.Ask:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			in := execution.ActInput{Service: service, Action: e.Action, Clock: x.clock(), Expect: e.Expect, Least: e.Least, Orders: e.Orders, Live: e.Live}
			out, err := do(ask(ctx, fmt.Sprintf("%d → %s: %s", e.Action.From, capacity.Count(e.Action.Units, "unit"), e.Action.Why)), a.Act, in)
			return executor.Asked{ID: e.ID, Outcome: out, Failure: failureOf(err)}
		}, x.step)
	case executor.Verify:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			in := execution.VerifyInput{Outcome: e.Outcome, Clock: x.clock(), Within: e.Within}
			out, err := do(watch(ctx, fmt.Sprintf("verify that %d units serve", e.Outcome.Action.Units), x.clock().Wall(e.Within)), a.Verify, in)
			return executor.Verified{ID: e.ID, Outcome: out, Failure: failureOf(err)}
		}, x.step)
	case executor.RollBack:
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			out, err := do(remote(ctx, "roll back "+e.Action.ID), a.Restore, execution.ActInput{Service: service, Action: e.Action, Clock: x.clock()})
			return executor.RolledBack{ID: e.ID, Outcome: out, Failure: failureOf(err)}
		}, x.step)
	case executor.ReadTargets:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			out, _ := do(remote(ctx, e.Summary), a.ReadTargets, execution.ReadTargetsInput{Clock: x.clock(), Targets: e.Targets})
			return executor.TargetsRead{ID: e.ID, States: out}
		}, x.step)
	case executor.ReadLoad:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			in := execution.ReactInput{Policy: e.Policy, Now: x.now(), Units: e.Units, Memory: e.Memory.Memory}
			out, err := do(brief(ctx, "compute what the floor needs at the current load"), a.React, in)
			return executor.LoadRead{Result: out, Failure: failureOf(err)}
		}, x.step)
	case executor.CheckStop:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			out, err := do(brief(ctx, "look whether changes are stopped"), a.CheckStop, execution.OrdersInput{Service: service})
			out.Failure = failureOf(err)
			return out
		}, x.step)
	case executor.Publish:
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			err := run(keep(ctx, "publish what the controller may do"), a.Publish, execution.PublishInput{Envelope: e.Envelope})
			return executor.Published{Failure: failureOf(err)}
		}, x.step)
	case executor.ReadLease:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			out, err := do(brief(ctx, "look whether the controller decides"), a.ReadLease, execution.OrdersInput{Service: service})
			out.Failure = failureOf(err)
			return out
		}, x.step)
	case executor.WriteTimetable:
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			err := run(remote(ctx, "write the timetable of the target"), a.Push, execution.PushInput{Target: e.Target, Now: x.now(), Clock: x.clock(), Slots: e.Slots})
			return executor.TimetableWritten{Target: e.Target, Slots: e.Slots, Failure: failureOf(err)}
		}, x.step)
	case executor.LoadPlan:
		background(x.ctx, func(ctx workflow.Context) executor.Event {
			out, err := do(keep(ctx, "read the actions of plan "+e.Plan.ID), a.Load, execution.LoadInput{Service: service, Plan: e.Plan, Clock: x.clock(), CarriedOut: e.Plan.ID == x.m.State().Plan.ID})
			if err != nil {
				return executor.PlanUnreadable{Plan: e.Plan.ID, Why: because(err)}
			}
			return out
		}, x.step)
	case executor.ReadOrders:
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			out, err := insist(ctx, func() (executor.OrdersRead, error) {
				return do(keep(ctx, "read the standing orders"), a.ReadOrders, execution.OrdersInput{Service: service, New: e.New})
			})
			if err != nil { // canceled
				return executor.Tick{}
			}
			return out
		}, x.step)
	case executor.StoreOrders:
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			out, _ := insist(ctx, func() (executor.OrdersStored, error) {
				return do(keep(ctx, "store the standing orders"), a.StoreOrders, execution.OrdersInput{Service: service, Orders: e.Orders})
			})
			return out
		}, x.step)
	case executor.Record:
		background(x.finishing, func(ctx workflow.Context) executor.Event { return x.record(ctx, e) }, x.step)
	case executor.Audit:
		policy := x.m.State().Policy
		policy.Service = service
		background(x.finishing, func(ctx workflow.Context) executor.Event {
			witness(ctx, policy, e.Record)
			return executor.Recorded{ID: e.ID}
		}, x.step)
	case executor.Report:
		x.report(e)
	case executor.Describe:
		x.describe(e.Stage, e.Text)
	case executor.Finish:
		x.finish(e)
	}
}

// background runs an effect beside the workflow, and hands its result on.
func background(ctx workflow.Context, effect func(workflow.Context) executor.Event, done func(executor.Event)) {
	workflow.Go(ctx, func(ctx workflow.Context) { done(effect(ctx)) })
}

// record keeps outcomes with their plan. Where that can never be done, it is logged,
// and does not stop the run.
func (x *executeRun) record(ctx workflow.Context, e executor.Record) executor.Event {
	s := x.m.State()
	err := x.recording.Lock(ctx)
	if err == nil {
		defer x.recording.Unlock()
		err = run(keep(ctx, execution.OutcomesInShort(e.Outcomes)), a.Record, execution.RecordInput{Service: s.Service, Plan: e.Plan, Outcomes: e.Outcomes, Notify: s.Policy.Notify})
	}
	if err != nil {
		workflow.GetLogger(ctx).Error("outcomes were not recorded", "plan", e.Plan, "first", e.Outcomes[0].Action.ID, "error", err)
	}
	if p := x.pages[e.Plan]; p != nil {
		x.report(p.Report)
	}
	return executor.Recorded{ID: e.ID}
}

// insist repeats a call until it succeeds or the context is canceled, also where its
// error says that a repeat is of no use: nothing can go on without it.
func insist[Out any](ctx workflow.Context, call func() (Out, error)) (Out, error) {
	for {
		out, err := call()
		if err == nil || ctx.Err() != nil {
			return out, err
		}
		workflow.GetLogger(ctx).Error("the standing orders are not at hand; nothing is requested until they are", "error", err)
		if err := workflow.Sleep(ctx, 30*time.Second); err != nil {
			return out, err
		}
	}
}

// failureOf is what an activity's error means for the machine; nil if there is none.
func failureOf(err error) *executor.Failure {
	if err == nil {
		return nil
	}
	f := &executor.Failure{Kind: executor.Uncertain, Passing: failure.MayPass(err), Text: err.Error()}
	switch {
	case failure.Is(err, capacity.ErrTargetBusy):
		f.Kind = executor.TargetBusy
	case failure.Is(err, capacity.ErrStopped):
		f.Kind, f.Text = executor.Stopped, strings.TrimSuffix(because(err), ": "+capacity.ErrStopped.Error())
	case failure.Is(err, failure.ErrOutdated):
		f.Kind = executor.Outdated
	case failure.Is(err, failure.ErrLed):
		f.Kind = executor.Led
	case failure.RemedyFor(err) == failure.NextPool:
		f.Kind = executor.NoUnits
	case failure.RemedyFor(err) == failure.GiveUp:
		f.Kind = executor.Rejected
	}
	return f
}

package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/proof"
	"headroom/internal/signedcalls"
)

// TakeUpdate is the name under which the executor of a service is offered a plan, and
// PolicyUpdate that under which it is told that another policy is in
// force.
const (
	TakeUpdate   = "take"
	PolicyUpdate = "policy"
)

// TakeRequest is what the proof of a worker covers that offers a plan: it counts for the
// conductor that began with a run, which a copy cannot outlive.
func TakeRequest(in execution.TakeInput, firstRun string) proof.Request {
	in.Proof = ""
	return proof.Request{ID: firstRun + " " + in.Plan.ID, Service: in.Service, Operation: TakeUpdate, Order: in}
}

// Execute carries out the plans of a service: the newest counts, beneath the orders of
// persons. What it does is decided by [executor.Machine]; the workflow carries out its
// effects and reports their results. It continues as new whenever Temporal suggests it,
// and when a plan was taken over and a newer build of the workers is in use. It ends
// when it is aborted or canceled.
func Execute(ctx workflow.Context, s executor.State) (executor.State, error) {
	return execute(ctx, s, executor.Current())
}

func execute(ctx workflow.Context, s executor.State, versions executor.Versions) (executor.State, error) {
	// The version is recorded, so that a run keeps it whichever build replays it.
	if err := workflow.SideEffect(ctx, func(workflow.Context) any { return versions.Latest() }).Get(&s.Version); err != nil {
		return s, err
	}
	if err := named(s.Service); err != nil {
		return s, err
	}
	if id := workflow.GetInfo(ctx).WorkflowExecution.ID; id != ExecuteID(s.Service) {
		return s, temporal.NewNonRetryableApplicationError(fmt.Sprintf("%s cannot carry out the plans of %q: only %s can, so that one run does", id, s.Service, ExecuteID(s.Service)), "Refused", capacity.ErrRefused)
	}
	if !continued(ctx) { // anybody may have started it
		clock := s.Clock
		if !signedcalls.Keys(ctx).None() {
			clock = capacity.Clock{} // it comes with a plan
		}
		s = executor.State{Service: s.Service, Clock: clock, Version: s.Version}
	}
	s.Clock = s.Clock.Started(workflow.Now(ctx))
	machine, err := executor.New(s, versions)
	if err != nil {
		panic(err) // fails the workflow task, not the run: a newer build goes on with it
	}
	finishing, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	x := &executeRun{ctx: ctx, finishing: finishing, m: machine, plan: s.Plan.ID, policies: workflow.NewMutex(ctx), recording: workflow.NewMutex(ctx), pages: map[string]*page{}}
	if err := x.listen(); err != nil {
		return s, err
	}
	x.step(executor.Started{})
	if !continued(ctx) {
		workflow.Go(ctx, func(ctx workflow.Context) {
			if err := x.applyPolicy(ctx); err != nil {
				workflow.GetLogger(ctx).Warn("the policy in force is not known before a plan is read", "error", err)
			}
		})
	}
	err = x.run()
	return x.m.State(), err
}

// An executeRun is one run of Execute.
type executeRun struct {
	ctx       workflow.Context
	finishing workflow.Context // is not canceled with the run
	m         *executor.Machine
	plan      string           // that was carried out when the run began
	policies  workflow.Mutex   // the policy in force is read again, one call after the other
	recording workflow.Mutex   // outcomes are added to one object, one call after the other
	pages     map[string]*page // reports of plans
	writing   int              // reports in flight
	pauses    int              // that were given in this run
	failure   error            // of what the Temporal UI shows
}

// clock is the run's.
func (x *executeRun) clock() capacity.Clock { return x.m.State().Clock }

// now is the time on the run's clock.
func (x *executeRun) now() time.Time { return x.clock().Now(workflow.Now(x.ctx)) }

// step tells the machine of an event, and carries out what follows.
func (x *executeRun) step(e executor.Event) {
	for _, effect := range x.m.Step(x.now(), e) {
		x.carryOut(effect)
	}
}

// run steps the machine when it is time to, until it has finished.
func (x *executeRun) run() error {
	ctx := x.ctx
	for !x.m.Finished() && x.failure == nil {
		if x.continues() {
			return workflow.NewContinueAsNewErrorWithOptions(x.ctx, workflow.ContinueAsNewErrorOptions{
				InitialVersioningBehavior: workflow.ContinueAsNewVersioningBehaviorAutoUpgrade,
			}, Execute, x.m.State())
		}
		at, why := x.m.Wake()
		woken := func() bool {
			next, _ := x.m.Wake()
			return x.m.Finished() || x.failure != nil || !next.Equal(at) || x.continues()
		}
		due, err := x.wait(ctx, at, why, woken)
		if x.ctx.Err() != nil && ctx.Err() != nil {
			ctx = x.finishing
			x.step(executor.Canceled{})
			continue
		}
		if err != nil {
			return err
		}
		if due {
			x.step(executor.Tick{})
		}
	}
	if x.failure != nil {
		return x.failure
	}
	if err := workflow.Await(x.finishing, func() bool { return x.writing == 0 && workflow.AllHandlersFinished(x.ctx) }); err != nil {
		return err
	}
	return x.ctx.Err()
}

// wait waits until the machine is to be stepped at a time on its clock, which is then
// due, or until something else is to be done.
func (x *executeRun) wait(ctx workflow.Context, at time.Time, why string, woken func() bool) (due bool, err error) {
	if at.IsZero() {
		return false, workflow.Await(ctx, woken)
	}
	options := workflow.AwaitOptions{Timeout: max(x.clock().Wall(at.Sub(x.now())), time.Nanosecond), TimerOptions: workflow.TimerOptions{Summary: why}}
	early, err := workflow.AwaitWithOptions(ctx, options, woken)
	return !early, err
}

// continues reports whether the run is to continue as new: its history is long, or it
// took a plan over and the workers have a newer build. Nothing waits for it: while
// something is in flight, the run goes on.
func (x *executeRun) continues() bool {
	info := workflow.GetInfo(x.ctx)
	plan := x.m.State().Plan.ID
	wanted := info.GetContinueAsNewSuggested() || info.GetTargetWorkerDeploymentVersionChanged() && plan != x.plan
	return wanted && plan != "" && x.m.Idle() && x.writing == 0 && workflow.AllHandlersFinished(x.ctx)
}

// finish writes the last report and shows in the Temporal UI how the run ended.
func (x *executeRun) finish(e executor.Finish) {
	if err := workflow.UpsertTypedSearchAttributes(x.ctx, verdictKey.ValueSet(e.Verdict)); err != nil {
		x.failure = err
		return
	}
	x.describe("done", e.Text)
	if plan := x.m.State().Plan; plan.ID != "" {
		x.report(executor.Report{Plan: plan})
	}
}

// describe shows in the Temporal UI what is being done.
func (x *executeRun) describe(name, text string) {
	if err := stage(x.ctx, x.m.State().Service, name, text); err != nil {
		x.failure = fmt.Errorf("show the stage %q: %w", name, err)
	}
}

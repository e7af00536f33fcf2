// Package signedcalls lets workers take from Temporal only what workers have put there:
// the inputs, results and heartbeats of activities, the inputs of child workflows and of
// runs that continue as new. Each of these payloads carries an HMAC by the key of the
// workers over the payload and what it belongs to, such as the one call of an activity of
// one run, so that a copy counts nowhere else. Whoever reaches Temporal can end runs and
// fail activities, but cannot say what an activity has found or what a run goes on with.
//
// What people send, such as starts and updates, is not signed: their tokens say who they
// are. Failures are not signed either: an activity that somebody else has failed is one
// that has failed.
package signedcalls

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/capacity"
	"headroom/internal/proof"
)

// Sign makes the connection of a worker sign what it sends, and refuse what it does not
// find signed. Without keys it does nothing. The options have their data converter: what is
// signed is what that makes.
//
// A key that is removed takes with it the runs that hold what it has signed: a workflow
// that is replayed verifies everything again.
func Sign(options *client.Options, keys proof.Keys) {
	if keys.None() {
		return
	}
	inner := options.DataConverter
	if inner == nil {
		inner = converter.GetDefaultDataConverter()
	}
	options.DataConverter = dataConverter{DataConverter: inner, keys: keys}
	options.ContextPropagators = append(options.ContextPropagators, propagator{keys})
	// The first interceptor is the outermost: nothing changes what it has signed.
	options.Interceptors = append([]interceptor.ClientInterceptor{&signing{}}, options.Interceptors...)
}

// Replay makes a replayer verify what workers with these keys have signed.
func Replay(options *worker.WorkflowReplayerOptions, keys proof.Keys) {
	if keys.None() {
		return
	}
	connection := client.Options{DataConverter: options.DataConverter}
	Sign(&connection, keys)
	options.DataConverter, options.ContextPropagators = connection.DataConverter, append(options.ContextPropagators, connection.ContextPropagators...)
	options.Interceptors = append([]interceptor.WorkerInterceptor{&signing{}}, options.Interceptors...)
}

// inputKey finds the input of a workflow or activity in its context, callKey what the
// result of an activity must be signed for.
type (
	inputKey struct{}
	callKey  struct{}
)

// An input is what is known of that of a workflow or an activity.
type input struct {
	keys   proof.Keys
	origin string // the kind of purpose that a worker has signed it for; empty: none has
	begun  bool   // the workflow runs: nothing that is decoded later is its input
}

// A propagator puts an input into the context of each workflow and each activity, where the
// data converter finds it before interceptors are called.
type propagator struct{ keys proof.Keys }

func (propagator) Inject(context.Context, workflow.HeaderWriter) error { return nil }

func (propagator) InjectFromWorkflow(workflow.Context, workflow.HeaderWriter) error { return nil }

func (p propagator) Extract(ctx context.Context, _ workflow.HeaderReader) (context.Context, error) {
	return context.WithValue(ctx, inputKey{}, &input{keys: p.keys}), nil
}

func (p propagator) ExtractToWorkflow(ctx workflow.Context, _ workflow.HeaderReader) (workflow.Context, error) {
	return workflow.WithValue(ctx, inputKey{}, &input{keys: p.keys}), nil
}

// The kinds of input that a worker signs for a workflow.
const (
	Child     = "child"     // by the run that is its parent
	Continued = "continued" // by the run before, which continued as new
)

// Signed reports whether a worker has signed the input of a run as one of a kind. Without
// keys nobody knows, and it is taken for granted.
func Signed(ctx workflow.Context, kind string) bool {
	own, ok := ctx.Value(inputKey{}).(*input)
	return !ok || own.origin == kind
}

// Keys are those that verify what a workflow is sent; without keys there are none.
func Keys(ctx workflow.Context) proof.Keys {
	if own, ok := ctx.Value(inputKey{}).(*input); ok {
		return own.keys
	}
	return proof.Keys{}
}

// inputOf is what the input of an activity must be signed for.
func inputOf(a activity.Info) purpose {
	return purpose{"input", a.WorkflowExecution.ID, a.WorkflowExecution.RunID, a.ActivityType.Name, a.ActivityID}
}

// resultOf is what the result of a call must be signed for. The ID of the call is drawn at
// random for each run, and anew after a reset.
func resultOf(workflowID, activityType, id string) purpose {
	return purpose{"result", workflowID, activityType, id}
}

// origins are what the input of a run may be signed for.
func origins(run *workflow.Info) []purpose {
	var all []purpose
	own := run.WorkflowExecution.ID
	if parent := run.ParentWorkflowExecution; parent != nil {
		all = append(all, childOf(*parent, own, run.WorkflowType.Name))
	}
	if before := run.ContinuedExecutionRunID; before != "" {
		all = append(all, continuationOf(workflow.Execution{ID: own, RunID: before}, run.WorkflowType.Name))
	}
	return all
}

func childOf(parent workflow.Execution, id, workflowType string) purpose {
	return purpose{Child, parent.ID, parent.RunID, id, workflowType}
}

func continuationOf(before workflow.Execution, workflowType string) purpose {
	return purpose{Continued, before.ID, before.RunID, workflowType}
}

// Result waits for the result of an activity; a nil pointer takes none. It returns an error
// if no worker has signed it.
func Result(ctx workflow.Context, f workflow.Future, pointer any) error {
	var raw converter.RawValue
	if err := f.Get(ctx, &raw); err != nil {
		return err
	}
	if _, signing := ctx.Value(inputKey{}).(*input); signing && raw.Payload() == nil {
		return fmt.Errorf("read the result of an activity: %w", errUnsigned)
	}
	if pointer == nil || raw.Payload() == nil {
		return nil
	}
	return converter.GetDefaultDataConverter().FromPayload(raw.Payload(), pointer)
}

// signing intercepts what workflows and activities call.
type signing struct {
	interceptor.InterceptorBase
}

// InterceptActivity is called for each run of an activity.
func (*signing) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &signedActivity{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}}
}

// InterceptWorkflow is called for each run of a workflow.
func (*signing) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &signedWorkflow{interceptor.WorkflowInboundInterceptorBase{Next: next}}
}

// signedActivity is one run of an activity.
type signedActivity struct {
	interceptor.ActivityInboundInterceptorBase
}

// Init puts itself between the activity and its heartbeats.
func (a *signedActivity) Init(outbound interceptor.ActivityOutboundInterceptor) error {
	return a.Next.Init(&signedHeartbeats{interceptor.ActivityOutboundInterceptorBase{Next: outbound}})
}

// ExecuteActivity runs the activity if a worker has signed its input, and signs its result.
func (a *signedActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	if own, ok := ctx.Value(inputKey{}).(*input); !ok || own.origin == "" {
		return nil, temporal.NewNonRetryableApplicationError(fmt.Sprintf("the input of %s is refused: %v", info.ActivityType.Name, errUnsigned), "Refused", capacity.ErrRefused)
	}
	out, err := a.Next.ExecuteActivity(ctx, in)
	if err != nil {
		return nil, err
	}
	return outgoing{out, resultOf(info.WorkflowExecution.ID, info.ActivityType.Name, info.ActivityID)}, nil
}

// heartbeatOf is what the details of a heartbeat must be signed for: a later attempt of the
// same call reads them.
func heartbeatOf(a activity.Info) purpose { return append(inputOf(a), "heartbeat") }

// Details are the details of a heartbeat that an activity sends otherwise than by
// [activity.RecordHeartbeat].
func Details(ctx context.Context, details []any) []any {
	if own, ok := ctx.Value(inputKey{}).(*input); !ok || own.origin == "" {
		return details
	}
	all := make([]any, len(details))
	for i, d := range details {
		all[i] = outgoing{d, heartbeatOf(activity.GetInfo(ctx))}
	}
	return all
}

// signedHeartbeats are those of one run of an activity.
type signedHeartbeats struct {
	interceptor.ActivityOutboundInterceptorBase
}

// RecordHeartbeat is what the activity calls.
func (h *signedHeartbeats) RecordHeartbeat(ctx context.Context, details ...any) {
	h.Next.RecordHeartbeat(ctx, Details(ctx, details)...)
}

// GetHeartbeatDetails are those of an earlier attempt; what no worker has signed is an
// error.
func (h *signedHeartbeats) GetHeartbeatDetails(ctx context.Context, pointers ...any) error {
	all := make([]any, len(pointers))
	for i, p := range pointers {
		all[i] = incoming{p, heartbeatOf(activity.GetInfo(ctx))}
	}
	return h.Next.GetHeartbeatDetails(ctx, all...)
}

// signedWorkflow is one run of a workflow.
type signedWorkflow struct {
	interceptor.WorkflowInboundInterceptorBase
}

// Init puts itself between the workflow and what it calls.
func (w *signedWorkflow) Init(outbound interceptor.WorkflowOutboundInterceptor) error {
	return w.Next.Init(&signedOutbound{interceptor.WorkflowOutboundInterceptorBase{Next: outbound}})
}

// ExecuteWorkflow runs the workflow. Its input was decoded before.
func (w *signedWorkflow) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	if own, ok := ctx.Value(inputKey{}).(*input); ok {
		own.begun = true
	}
	return w.Next.ExecuteWorkflow(ctx, in)
}

// signedOutbound signs what a workflow calls.
type signedOutbound struct {
	interceptor.WorkflowOutboundInterceptorBase
}

// ExecuteActivity calls an activity under an ID of this run's own, for which the result
// must be signed.
func (o *signedOutbound) ExecuteActivity(ctx workflow.Context, activityType string, args ...any) workflow.Future {
	id := fmt.Sprintf("%016x", workflow.GetRandomStream(ctx, "headroom/signedcalls").Uint64())
	options := workflow.GetActivityOptions(ctx)
	options.ActivityID = id
	ctx = workflow.WithActivityOptions(ctx, options)
	run := workflow.GetInfo(ctx).WorkflowExecution
	ctx = workflow.WithValue(ctx, callKey{}, resultOf(run.ID, activityType, id))
	return o.Next.ExecuteActivity(ctx, activityType, sign(args, purpose{"input", run.ID, run.RunID, activityType, id})...)
}

// ExecuteChildWorkflow starts a child.
func (o *signedOutbound) ExecuteChildWorkflow(ctx workflow.Context, workflowType string, args ...any) workflow.ChildWorkflowFuture {
	id := workflow.GetChildWorkflowOptions(ctx).WorkflowID
	return o.Next.ExecuteChildWorkflow(ctx, workflowType, sign(args, childOf(workflow.GetInfo(ctx).WorkflowExecution, id, workflowType))...)
}

// NewContinueAsNewError continues a run as new. The type is named by its text: a function
// would have its argument's type checked.
func (o *signedOutbound) NewContinueAsNewError(ctx workflow.Context, _ any, args ...any) error {
	info := workflow.GetInfo(ctx)
	return o.Next.NewContinueAsNewError(ctx, info.WorkflowType.Name, sign(args, continuationOf(info.WorkflowExecution, info.WorkflowType.Name))...)
}

// sign makes all arguments outgoing.
func sign(args []any, p purpose) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		all[i] = outgoing{arg, p}
	}
	return all
}

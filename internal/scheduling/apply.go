package scheduling

import (
	"context"
	"errors"
	"fmt"
	"sync"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/capacity"
	"headroom/workflows"
)

// atOnce is how many changes are under way at a time: enough to keep a server
// busy, few enough not to be refused by its limits.
const atOnce = 32

// Apply makes the changes, and calls done after each. It goes on past a change
// that fails; the error joins all that did. Making a change again is harmless.
func Apply(ctx context.Context, temporal client.Client, changes []Change, done func()) error {
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	free := make(chan struct{}, atOnce)
	for _, c := range changes {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			err := c.apply(ctx, temporal.ScheduleClient())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = append(failed, fmt.Errorf("%s the schedule %s: %w", c.Verb, c.ID, err))
			}
			done()
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// apply makes one change.
func (c Change) apply(ctx context.Context, schedules client.ScheduleClient) error {
	handle := schedules.GetHandle(ctx, c.ID)
	switch c.Verb {
	case Create:
		_, err := schedules.Create(ctx, c.options())
		if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
			err = c.update(ctx, handle) // created by an earlier try, or not listed yet
		}
		return err
	case Delete:
		err := handle.Delete(ctx)
		if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
			return nil
		}
		return err
	case Update, Pause, Resume:
	}
	return c.update(ctx, handle)
}

// update replaces all of a schedule. One that a person has paused stays so.
func (c Change) update(ctx context.Context, handle client.ScheduleHandle) error {
	return handle.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: func(now client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		o := c.options()
		state := client.ScheduleState{Paused: o.Paused, Note: o.Note}
		was, _ := now.Description.TypedSearchAttributes.GetKeyword(markKey)
		if then := now.Description.Schedule.State; then != nil && (Found{Paused: then.Paused, mark: was}).held() {
			state.Paused, state.Note = true, then.Note
		}
		return &client.ScheduleUpdate{
			Schedule: &client.Schedule{
				Action: o.Action, Spec: &o.Spec, State: &state,
				Policy: &client.SchedulePolicies{Overlap: o.Overlap, CatchupWindow: o.CatchupWindow},
			},
			TypedSearchAttributes: &o.TypedSearchAttributes,
		}, nil
	}})
}

// options is a schedule as Temporal wants it.
func (c Change) options() client.ScheduleOptions {
	e := c.entry
	note, whom := "", e.Service
	if whom == capacity.AllServices {
		whom = "all services"
	}
	if e.Paused {
		note = "paused by the policy of " + e.Service
	}
	spec := times(e.Cron, e.Zone)
	spec.Jitter = e.Jitter
	return client.ScheduleOptions{
		ID:   e.ID,
		Spec: spec,
		Action: &client.ScheduleWorkflowAction{
			ID: e.RunID, Workflow: e.Workflow, Args: []any{e.In}, TaskQueue: workflows.Queue,
			StaticSummary:         "does what is due for " + whom,
			TypedSearchAttributes: temporal.NewSearchAttributes(serviceKey.ValueSet(e.Service)),
		},
		Overlap:               overlaps[e.Overlap],
		CatchupWindow:         e.CatchUp,
		Note:                  note,
		Paused:                e.Paused,
		TypedSearchAttributes: temporal.NewSearchAttributes(markKey.ValueSet(c.mark), serviceKey.ValueSet(e.Service)),
	}
}

// overlaps are the policies about overlaps in Temporal's words.
var overlaps = map[capacity.Overlap]enumspb.ScheduleOverlapPolicy{
	capacity.Skip:    enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
	capacity.Wait:    enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
	capacity.Replace: enumspb.SCHEDULE_OVERLAP_POLICY_CANCEL_OTHER,
}

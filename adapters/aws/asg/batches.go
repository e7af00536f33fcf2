package asg

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"

	"headroom/adapters/aws/timetable"
	"headroom/capacity"
)

// batchSize is the most entries of one call.
const batchSize = 50

// write makes our actions what the slots say, as far as they differ from what
// was found. AWS may refuse single entries of a batch: those are tried once
// more, and those whose minute turns out to be taken in another minute. It
// returns what should be there now.
func (t *Timetabled) write(ctx context.Context, verb string, now time.Time, slots []capacity.Slot, f found) (map[string]timetable.Entry, error) {
	have, taken := maps.Clone(f.ours), maps.Clone(f.taken)
	for again := false; ; again = true {
		want := timetable.Place(slots, now, taken)
		c := timetable.Difference(have, want, now)
		if err := t.remove(ctx, verb, slices.Concat(c.Gone, c.Moved)); err != nil {
			return want, err
		}
		for _, e := range slices.Concat(c.Gone, c.Moved) {
			delete(have, e.Name)
		}
		refused, err := t.put(ctx, verb, c.Put)
		if err != nil || len(refused) == 0 {
			return want, err
		}
		for _, e := range c.Put {
			no, is := refused[e.Name]
			switch {
			case is && again:
				return want, t.explain(verb, no)
			case is && no.Code == alreadyExists:
				taken[e.At.Unix()] = true
			case !is:
				have[e.Name] = e
			}
		}
	}
}

// alreadyExists is what AWS says of a start time that another action has.
const alreadyExists = "AlreadyExists"

// put writes entries, and returns those that were refused, by name.
func (t *Timetabled) put(ctx context.Context, verb string, entries []timetable.Entry) (map[string]*smithy.GenericAPIError, error) {
	refused := map[string]*smithy.GenericAPIError{}
	for part := range slices.Chunk(entries, batchSize) {
		in := &autoscaling.BatchPutScheduledUpdateGroupActionInput{AutoScalingGroupName: &t.group}
		for _, e := range part {
			in.ScheduledUpdateGroupActions = append(in.ScheduledUpdateGroupActions,
				types.ScheduledUpdateGroupActionRequest{ScheduledActionName: &e.Name, StartTime: &e.At, MinSize: &e.Units})
		}
		out, err := t.client.BatchPutScheduledUpdateGroupAction(ctx, in)
		if err != nil {
			return nil, t.explain(verb, err)
		}
		note(refused, out.FailedScheduledUpdateGroupActions)
	}
	return refused, nil
}

// remove deletes entries; those that are refused once more. One that is then
// still refused has most likely run and is gone: reading back tells.
func (t *Timetabled) remove(ctx context.Context, verb string, entries []timetable.Entry) error {
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	for range 2 {
		refused := map[string]*smithy.GenericAPIError{}
		for part := range slices.Chunk(names, batchSize) {
			in := &autoscaling.BatchDeleteScheduledActionInput{AutoScalingGroupName: &t.group, ScheduledActionNames: part}
			out, err := t.client.BatchDeleteScheduledAction(ctx, in)
			if err != nil {
				return t.explain(verb, err)
			}
			note(refused, out.FailedScheduledActions)
		}
		names = slices.Sorted(maps.Keys(refused))
	}
	return nil
}

// note adds what a batch refused.
func note(refused map[string]*smithy.GenericAPIError, failed []types.FailedScheduledUpdateGroupActionRequest) {
	for _, f := range failed {
		said := &smithy.GenericAPIError{Code: "InternalFailure", Message: "no reason given"}
		if f.ErrorCode != nil {
			said.Code = *f.ErrorCode
		}
		if f.ErrorMessage != nil {
			said.Message = *f.ErrorMessage
		}
		if f.ScheduledActionName != nil {
			refused[*f.ScheduledActionName] = said
		}
	}
}

package asg

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"headroom/adapters/aws/timetable"
)

// found is the scheduled actions of a group.
type found struct {
	ours  map[string]timetable.Entry // by name
	taken map[int64]bool             // the seconds of the others
	other []timetable.Entry          // the others
}

// timetable reads the scheduled actions of the group.
func (t *Target) timetable(ctx context.Context, verb string) (found, error) {
	f := found{ours: map[string]timetable.Entry{}, taken: map[int64]bool{}}
	in := &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: &t.group, MaxRecords: new(int32(100))}
	for pages := autoscaling.NewDescribeScheduledActionsPaginator(t.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return f, t.explain(verb, err)
		}
		for _, a := range page.ScheduledUpdateGroupActions {
			if e, ours := read(a); ours {
				f.ours[e.Name] = e
			} else {
				f.other = append(f.other, e)
				f.taken[e.At.Unix()] = true
			}
		}
	}
	return f, nil
}

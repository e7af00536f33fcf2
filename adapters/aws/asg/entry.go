package asg

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"headroom/adapters/aws/timetable"
)

// read is an action as AWS shows it, and whether it is ours.
func read(a types.ScheduledUpdateGroupAction) (timetable.Entry, bool) {
	var e timetable.Entry
	if a.ScheduledActionName != nil {
		e.Name = *a.ScheduledActionName
	}
	if a.StartTime != nil {
		e.At = a.StartTime.UTC()
	}
	e.Units = timetable.Edited
	if a.MinSize != nil && a.MaxSize == nil && a.DesiredCapacity == nil && a.Recurrence == nil {
		e.Units = *a.MinSize
	}
	return e, timetable.Ours(e.Name)
}

package awstest

import (
	"errors"
	"time"
)

// What a group's schedule may hold, and one batch.
const (
	maxActions = 125
	maxBatch   = 50
)

// action is a scheduled action.
type action struct {
	name, recurrence string
	start, runs      time.Time // when it is to run, and when it does
	numbers          asked
}

func (a *AutoScaling) putAction(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	return nil, a.putForm(g, f)
}

// putForm puts the scheduled action that a call describes.
func (a *AutoScaling) putForm(g *group, f form) error {
	s := action{name: f.text("ScheduledActionName"), recurrence: f.text("Recurrence")}
	var err error
	if s.start, err = f.moment("StartTime"); err != nil {
		return err
	}
	if s.numbers, err = readAsked(f); err != nil {
		return err
	}
	return a.put(g, s)
}

// put creates a scheduled action, or replaces the one of that name.
func (a *AutoScaling) put(g *group, s action) error {
	switch {
	case s.name == "" || len(s.name) > 255:
		return refused("ValidationError", "ScheduledActionName must have 1 to 255 characters")
	case s.numbers == asked{}:
		return refused("ValidationError", "one of MinSize, MaxSize and DesiredCapacity is required")
	case s.numbers.min != nil && s.numbers.max != nil && *s.numbers.min > *s.numbers.max:
		return refused("ValidationError", "min size must not be above max size")
	case s.start.IsZero() && s.recurrence == "":
		return refused("ValidationError", "StartTime or Recurrence is required")
	case !s.start.IsZero() && !s.start.After(a.clock):
		return refused("ValidationError", "Given start time is in the past")
	}
	for _, other := range g.schedule {
		if other.name != s.name && !s.start.IsZero() && other.start.Equal(s.start) {
			return refused("AlreadyExists", "the scheduled action %s starts at the same time", other.name)
		}
	}
	if _, replaces := g.schedule[s.name]; !replaces && len(g.schedule) >= maxActions {
		return refused("LimitExceeded", "the group has %d scheduled actions, and may not have more", maxActions)
	}
	s.runs = s.start.Add(a.lateness())
	g.schedule[s.name] = s
	return nil
}

func (a *AutoScaling) deleteAction(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	return nil, g.remove(f.text("ScheduledActionName"))
}

func (g *group) remove(name string) error {
	if _, ok := g.schedule[name]; !ok {
		return refused("ValidationError", "Scheduled action name not found: %s", name)
	}
	delete(g.schedule, name)
	return nil
}

// fault is one entry of a batch that was not carried out.
type fault struct{ ScheduledActionName, ErrorCode, ErrorMessage string }

func (a *AutoScaling) putActions(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	var result struct {
		Failed []fault `xml:"FailedScheduledUpdateGroupActions>member"`
	}
	puts := f.forms("ScheduledUpdateGroupActions")
	result.Failed, err = batch(puts, func(one form) (string, error) { return one.text("ScheduledActionName"), a.putForm(g, one) })
	return result, err
}

func (a *AutoScaling) deleteActions(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	var result struct {
		Failed []fault `xml:"FailedScheduledActions>member"`
	}
	result.Failed, err = batch(f.texts("ScheduledActionNames"), func(name string) (string, error) { return name, g.remove(name) })
	return result, err
}

// batch does all of them, and lists those that failed.
func batch[T any](all []T, do func(T) (name string, err error)) ([]fault, error) {
	if len(all) == 0 || len(all) > maxBatch {
		return nil, refused("ValidationError", "a batch has 1 to %d entries, this one has %d", maxBatch, len(all))
	}
	var faults []fault
	for _, one := range all {
		name, err := do(one)
		var no refusal
		switch {
		case errors.As(err, &no):
			faults = append(faults, fault{name, no.code, no.message})
		case err != nil:
			faults = append(faults, fault{name, "ValidationError", err.Error()})
		}
	}
	return faults, nil
}

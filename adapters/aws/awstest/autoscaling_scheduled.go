package awstest

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Schedule puts a scheduled action that sets the minimum, as somebody at the
// console would, under the same rules.
func (a *AutoScaling) Schedule(in, name string, at time.Time, least int) error {
	return a.byHand(in, func(g *group) error { return a.put(g, action{name: name, start: at, numbers: asked{min: &least}}) })
}

// Unschedule deletes a scheduled action.
func (a *AutoScaling) Unschedule(in, name string) error {
	return a.byHand(in, func(g *group) error { return g.remove(name) })
}

// Scheduled is the names of a group's scheduled actions, in the order in which
// they start; of an unknown group none.
func (a *AutoScaling) Scheduled(in string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	var names []string
	if g := a.groups[in]; g != nil {
		for _, s := range g.inOrder() {
			names = append(names, s.name)
		}
	}
	return names
}

// inOrder is the scheduled actions as they start.
func (g *group) inOrder() []action {
	return slices.SortedFunc(maps.Values(g.schedule), func(x, y action) int {
		return cmp.Or(x.start.Compare(y.start), cmp.Compare(x.name, y.name))
	})
}

func (a *AutoScaling) describeSchedule(f form) (any, error) {
	type shown struct {
		AutoScalingGroupName, ScheduledActionName string
		StartTime, Time                           *time.Time `xml:",omitempty"`
		Recurrence                                string     `xml:",omitempty"`
		MinSize, DesiredCapacity, MaxSize         *int       `xml:",omitempty"`
	}
	var all []shown
	groups, names := a.shown(), f.texts("ScheduledActionNames")
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		if only := f.text("AutoScalingGroupName"); only != "" && only != g {
			continue
		}
		for _, s := range groups[g].inOrder() {
			if len(names) > 0 && !slices.Contains(names, s.name) {
				continue
			}
			one := shown{g, s.name, nil, nil, s.recurrence, s.numbers.min, s.numbers.desired, s.numbers.max}
			if !s.start.IsZero() {
				one.StartTime, one.Time = &s.start, &s.start
			}
			all = append(all, one)
		}
	}
	var result struct {
		Actions   []shown `xml:"ScheduledUpdateGroupActions>member"`
		NextToken string  `xml:",omitempty"`
	}
	var err error
	result.Actions, result.NextToken, err = page(f, all)
	return result, err
}

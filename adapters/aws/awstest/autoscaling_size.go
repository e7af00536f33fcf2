package awstest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Size is the three numbers of a group.
type Size struct{ Min, Desired, Max int }

// check reports what AWS does not take.
func (s Size) check() error {
	switch {
	case s.Min < 0 || s.Max < 0:
		return refused("ValidationError", "Min and max size must not be negative")
	case s.Min > s.Max:
		return refused("ValidationError", "Max bound, %d, must be greater than or equal to min bound, %d", s.Max, s.Min)
	case s.Desired < s.Min || s.Desired > s.Max:
		return refused("ValidationError", "Desired capacity:%d must be between the specified min size:%d and max size:%d", s.Desired, s.Min, s.Max)
	}
	return nil
}

// An Effect is a write that a group took: a caller's, also if it changed
// nothing, a scheduled action's, or a scaling policy's.
type Effect struct {
	At            time.Time
	Group, By     string // the operation, the name of the scheduled action, or "policy"
	Asked         string // what was given, such as "MinSize=4"
	Before, After Size
}

// Effects is what the groups took so far, the oldest first.
func (a *AutoScaling) Effects() []Effect {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	return slices.Clone(a.log)
}

// Size is the numbers of a group now; of an unknown group the zero Size.
func (a *AutoScaling) Size(name string) Size {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	if g := a.groups[name]; g != nil {
		return g.size()
	}
	return Size{}
}

// asked is the numbers that a call gives; nil is not given.
type asked struct{ min, desired, max *int }

func readAsked(f form) (a asked, err error) {
	for key, into := range map[string]**int{"MinSize": &a.min, "DesiredCapacity": &a.desired, "MaxSize": &a.max} {
		if *into, err = f.number(key); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a asked) String() string {
	var given []string
	for _, n := range []struct {
		key   string
		value *int
	}{{"MinSize", a.min}, {"DesiredCapacity", a.desired}, {"MaxSize", a.max}} {
		if n.value != nil {
			given = append(given, fmt.Sprintf("%s=%d", n.key, *n.value))
		}
	}
	return strings.Join(given, " ")
}

// applied is what a size becomes: a minimum above the desired number lifts it,
// and a maximum below lowers it, unless the desired number is given.
func (a asked) applied(s Size) Size {
	if a.min != nil {
		s.Min = *a.min
	}
	if a.max != nil {
		s.Max = *a.max
	}
	if a.desired != nil {
		s.Desired = *a.desired
	} else if s.Min <= s.Max {
		s.Desired = min(max(s.Desired, s.Min), s.Max)
	}
	return s
}

// resize gives a group new numbers, and notes who did.
func (a *AutoScaling) resize(g *group, by string, numbers asked) error {
	before, after := g.size(), numbers.applied(g.size())
	if err := after.check(); err != nil {
		return err
	}
	g.Min, g.Desired, g.Max = after.Min, after.Desired, after.Max
	a.log = append(a.log, Effect{a.clock, g.Name, by, numbers.String(), before, after})
	a.react(g)
	a.launch(g)
	return nil
}

// react is the scaling policy of a group.
func (a *AutoScaling) react(g *group) {
	if n := min(max(g.Load, g.Min), g.Max); g.Reactive && n != g.Desired {
		before := g.size()
		g.Desired = n
		a.log = append(a.log, Effect{a.clock, g.Name, "policy", asked{desired: &n}.String(), before, g.size()})
	}
}

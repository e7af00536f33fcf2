package awstest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Group is an Auto Scaling group as a test makes it.
type Group struct {
	Name              string
	Min, Desired, Max int
	// Launch is how long an instance takes from its launch until it serves.
	Launch time.Duration
	// Stock, if positive, is how many instances the provider has for the group;
	// a launch beyond them fails with insufficient capacity.
	Stock int
	// Broken, if not empty, is why every launch fails.
	Broken string
	// Deleting: the group is being deleted.
	Deleting bool
	// Reactive: a scaling policy keeps the desired number at Load, within the
	// minimum and the maximum.
	Reactive bool
	Load     int
	// Exclusive refuses updates with ScalingActivityInProgress while an instance
	// is being launched.
	Exclusive bool
	Suspended []string // processes, such as "Launch"
	Tags      map[string]string

	Warmup    int // default instance warm-up in seconds; 0 is none
	Mixed     bool
	WarmPool  bool
	Refreshes []string // states of instance refreshes, the newest first
	Policies  []Policy
}

// A Policy is a scaling policy as the group shows it. Only Reactive of the
// group acts.
type Policy struct {
	Name, Type   string // such as "TargetTrackingScaling"
	Mode, Breach string // of a "PredictiveScaling" policy
}

// group is a Group at work.
type group struct {
	Group
	instances  []instance        // oldest first
	activities []activity        // oldest first
	schedule   map[string]action // by name
}

type instance struct {
	id     string
	serves time.Time // from when on
}

func (g *group) copied() *group {
	twin := *g
	twin.instances, twin.activities, twin.schedule = slices.Clone(g.instances), slices.Clone(g.activities), maps.Clone(g.schedule)
	return &twin
}

func (g *group) size() Size { return Size{g.Min, g.Desired, g.Max} }

// Create makes a group whose instances serve already.
func (a *AutoScaling) Create(in Group) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pass()
	return a.create(in)
}

func (a *AutoScaling) create(in Group) error {
	if a.groups[in.Name] != nil {
		return refused("AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name %s already exists", in.Name)
	}
	if err := (Size{in.Min, in.Desired, in.Max}).check(); err != nil {
		return err
	}
	if a.groups == nil {
		a.groups = map[string]*group{}
	}
	g := &group{Group: in, schedule: map[string]action{}}
	for range in.Desired {
		g.instances = append(g.instances, instance{id: a.id()})
	}
	a.groups[in.Name] = g
	return nil
}

// Change lets f change what a group is like; its numbers are kept as they are.
func (a *AutoScaling) Change(name string, f func(*Group)) error {
	return a.byHand(name, func(g *group) error {
		size := g.size()
		f(&g.Group)
		g.Name, g.Min, g.Desired, g.Max = name, size.Min, size.Desired, size.Max
		a.react(g)
		a.launch(g)
		return nil
	})
}

func (a *AutoScaling) createGroup(f form) (any, error) {
	in := Group{Name: f.text("AutoScalingGroupName")}
	asked, err := readAsked(f)
	if err != nil {
		return nil, err
	}
	if in.Name == "" || asked.min == nil || asked.max == nil {
		return nil, refused("ValidationError", "AutoScalingGroupName, MinSize and MaxSize are required")
	}
	in.Min, in.Max, in.Desired = *asked.min, *asked.max, *asked.min
	if asked.desired != nil {
		in.Desired = *asked.desired
	}
	return nil, a.create(in)
}

func (a *AutoScaling) updateGroup(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	if g.Exclusive && slices.ContainsFunc(g.instances, func(i instance) bool { return i.serves.After(a.clock) }) {
		return nil, refused("ScalingActivityInProgress", "an activity is in progress for group %s", g.Name)
	}
	asked, err := readAsked(f)
	if err != nil {
		return nil, err
	}
	return nil, a.resize(g, "UpdateAutoScalingGroup", asked)
}

func (a *AutoScaling) setDesired(f form) (any, error) {
	g, err := a.existing(f.text("AutoScalingGroupName"))
	if err != nil {
		return nil, err
	}
	n, err := f.number("DesiredCapacity")
	if err != nil || n == nil {
		return nil, refused("ValidationError", "DesiredCapacity is required, and a number")
	}
	return nil, a.resize(g, "SetDesiredCapacity", asked{desired: n})
}

func (a *AutoScaling) id() string {
	a.serial++
	return fmt.Sprintf("i-%017x", a.serial)
}

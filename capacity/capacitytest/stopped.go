package capacitytest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

// A Stoppable is a target whose changes can be stopped at the target itself.
type Stoppable struct {
	Target capacity.Target
	// Stop stops changes for a reason, and Resume allows them again: what a person
	// does at the target, without Headroom.
	Stop   func(reason string)
	Resume func()
	// Now is the time there, on a whole minute; it is used for a
	// [capacity.Timetabled] only.
	Now time.Time
}

// Stopped checks what every [capacity.Target] must do while changes are stopped:
// it can be read, every request that would change it is ErrStopped with the reason
// and changes nothing, and it can be changed again once the stop is removed. Each
// call of fresh returns a new target that runs at least 2 units, and can run from 0
// to 20.
func Stopped(t *testing.T, fresh func(t *testing.T) Stoppable) {
	t.Helper()
	for name, check := range map[string]func(*stopped){
		"Scale":     (*stopped).scale,
		"Limit":     (*stopped).limit,
		"Push":      (*stopped).push,
		"Inspected": (*stopped).inspected,
	} {
		t.Run(name, func(t *testing.T) { check(&stopped{T: t, Stoppable: fresh(t)}) })
	}
}

// stopped is one check at work.
type stopped struct {
	*testing.T
	Stoppable
}

// reason is why changes are stopped.
const reason = "incident 42: ask the on-call"

// refused wants an error to be ErrStopped, and to say why.
func (c *stopped) refused(doing string, err error) {
	c.Helper()
	if !errors.Is(err, capacity.ErrStopped) || !strings.Contains(err.Error(), reason) {
		c.Errorf("%s: got %v, want %v and the reason %q", doing, err, capacity.ErrStopped, reason)
	}
}

func (c *stopped) state() capacity.State {
	c.Helper()
	s, err := c.Target.State(c.Context())
	if err != nil {
		c.Fatalf("state: %v", err)
	}
	return s
}

func (c *stopped) scale() {
	before := c.state()
	c.Stop(reason)
	for doing, n := range map[string]capacity.Units{"raise": before.Units + 3, "lower": before.Units - 1} {
		c.refused(doing, c.Target.Scale(c.Context(), capacity.Action{ID: doing, Units: n, At: time.Unix(0, 0)}))
	}
	if got := c.state(); got != before {
		c.Errorf("the state is %+v while changes are stopped, was %+v", got, before)
	}
	c.Resume()
	if err := c.Target.Scale(c.Context(), capacity.Action{ID: "raise", Units: before.Units + 3, At: time.Unix(0, 0)}); err != nil {
		c.Errorf("raise after the stop was removed: %v", err)
	}
	if got := c.state(); got.Units != before.Units+3 {
		c.Errorf("the state is %+v after the stop was removed, want %d units", got, before.Units+3)
	}
}

func (c *stopped) limit() {
	target, ok := c.Target.(capacity.Limited)
	if !ok {
		return // its upper bound cannot be moved
	}
	limits := func() capacity.Limits {
		c.Helper()
		l, err := target.Limits(c.Context())
		if err != nil {
			c.Fatalf("limits: %v", err)
		}
		return l
	}
	before := limits()
	c.Stop(reason)
	c.refused("limit", target.Limit(c.Context(), capacity.Limiting{ID: "l", From: before.Max, Max: before.Max + 5}))
	if got := limits(); got != before {
		c.Errorf("the limits are %+v while changes are stopped, were %+v", got, before)
	}
	c.Resume()
	if err := target.Limit(c.Context(), capacity.Limiting{ID: "l", From: before.Max, Max: before.Max + 5}); err != nil {
		c.Errorf("limit after the stop was removed: %v", err)
	}
}

func (c *stopped) push() {
	target, ok := c.Target.(capacity.Timetabled)
	if !ok {
		return // it has no timetable
	}
	slots := func(units ...capacity.Units) (all []capacity.Slot) {
		for i, n := range units {
			all = append(all, capacity.Slot{At: c.Now.Add(time.Duration(i+1) * 30 * time.Minute), Units: n})
		}
		return all
	}
	push := func(slots []capacity.Slot) error {
		_, err := target.Push(c.Context(), c.Now, slots)
		return err
	}
	if err := push(slots(4, 6)); err != nil {
		c.Fatalf("push: %v", err)
	}
	c.Stop(reason)
	c.refused("push of another timetable", push(slots(4, 9, 7)))
	c.refused("push of none", push(nil))
	got, err := target.Timetable(c.Context())
	if err != nil {
		c.Fatalf("timetable: %v", err)
	}
	sameTime := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if diff := cmp.Diff(slots(4, 6), got, sameTime); diff != "" {
		c.Errorf("the timetable has changed while changes were stopped (-want +got):\n%s", diff)
	}
	c.Resume()
	if err := push(slots(4, 9, 7)); err != nil {
		c.Errorf("push after the stop was removed: %v", err)
	}
}

func (c *stopped) inspected() {
	target, ok := c.Target.(capacity.Inspected)
	if !ok {
		return // it cannot be inspected
	}
	says := func() bool {
		c.Helper()
		found, err := target.Inspect(c.Context())
		if err != nil {
			c.Fatalf("inspect: %v", err)
		}
		for _, f := range found {
			if f.Blocks && strings.Contains(f.Text, reason) {
				return true
			}
		}
		return false
	}
	c.Stop(reason)
	if !says() {
		c.Error("inspect does not say that changes are stopped, and why")
	}
	c.Resume()
	if says() {
		c.Error("inspect says that changes are stopped after the stop was removed")
	}
}

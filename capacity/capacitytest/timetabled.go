package capacitytest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

// A Neighbour is somebody else who writes into the timetable of a target.
type Neighbour struct {
	Put  func(at time.Time) // adds an entry that takes this minute
	Left func() int         // how many of those entries are still there
}

// Timetabled checks what every [capacity.Timetabled] must do. Each call of
// fresh returns a new target that can run from 0 to 20 units, whose timetable
// is empty and may hold at least ten entries, the time it is there, on a whole
// minute, and a neighbour. Time stands still meanwhile.
func Timetabled(t *testing.T, fresh func(t *testing.T) (capacity.Timetabled, time.Time, Neighbour)) {
	t.Helper()
	for name, check := range map[string]func(*timetabled){
		"Empty":          (*timetabled).empty,
		"Repeat":         (*timetabled).repeat,
		"Changed":        (*timetabled).changed,
		"Cleared":        (*timetabled).cleared,
		"Past":           (*timetabled).past,
		"NeighbourStays": (*timetabled).neighbourStays,
		"Collision":      (*timetabled).collision,
		"TooMany":        (*timetabled).tooMany,
		"OutOfBounds":    (*timetabled).outOfBounds,
		"OutOfOrder":     (*timetabled).outOfOrder,
	} {
		t.Run(name, func(t *testing.T) {
			target, now, neighbour := fresh(t)
			check(&timetabled{T: t, target: target, now: now, neighbour: neighbour})
		})
	}
}

// timetabled is one check at work.
type timetabled struct {
	*testing.T
	target    capacity.Timetabled
	now       time.Time
	neighbour Neighbour
}

// slots is one slot every half an hour from now on, without the slot now.
func (c *timetabled) slots(units ...capacity.Units) []capacity.Slot {
	var all []capacity.Slot
	for i, n := range units {
		all = append(all, capacity.Slot{At: c.now.Add(time.Duration(i+1) * 30 * time.Minute), Units: n})
	}
	return all
}

// push pushes slots, and wants them to change so much and to be there then.
func (c *timetabled) push(slots []capacity.Slot, want capacity.Pushed) {
	c.Helper()
	got, err := c.target.Push(c.Context(), c.now, slots)
	if err != nil {
		c.Fatalf("push: %v", err)
	}
	if got != want {
		c.Errorf("the push changed %+v, want %+v", got, want)
	}
	c.holds(slots)
}

func (c *timetabled) holds(want []capacity.Slot) {
	c.Helper()
	got, err := c.target.Timetable(c.Context())
	if err != nil {
		c.Fatalf("timetable: %v", err)
	}
	sameTime := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if diff := cmp.Diff(want, got, sameTime); diff != "" {
		c.Errorf("the timetable is not as expected (-want +got):\n%s", diff)
	}
}

// refuses wants a push to fail, and to leave the timetable as it was.
func (c *timetabled) refuses(slots []capacity.Slot) {
	c.Helper()
	before := c.slots(3, 5)
	c.push(before, capacity.Pushed{Put: 2})
	if _, err := c.target.Push(c.Context(), c.now, slots); err == nil {
		c.Errorf("push of %d slots: no error", len(slots))
	}
	c.holds(before)
}

func (c *timetabled) empty() { c.holds(nil); c.push(nil, capacity.Pushed{}) }

func (c *timetabled) repeat() {
	c.push(c.slots(4, 9, 2), capacity.Pushed{Put: 3})
	c.push(c.slots(4, 9, 2), capacity.Pushed{Kept: 3})
}

// Of a changed plan only the difference is written.
func (c *timetabled) changed() {
	c.push(c.slots(4, 9, 2, 7), capacity.Pushed{Put: 4})
	changed := c.slots(4, 8, 2, 7, 1)
	changed = append(changed[:2], changed[3:]...)
	c.push(changed, capacity.Pushed{Put: 2, Removed: 1, Kept: 2})
}

func (c *timetabled) cleared() {
	c.push(c.slots(4, 9), capacity.Pushed{Put: 2})
	c.push(nil, capacity.Pushed{Removed: 2})
}

func (c *timetabled) past() {
	ahead := c.slots(4, 9)
	slots := append([]capacity.Slot{{At: c.now.Add(-time.Hour), Units: 1}, {At: c.now, Units: 2}}, ahead...)
	if _, err := c.target.Push(c.Context(), c.now, slots); err != nil {
		c.Fatalf("push: %v", err)
	}
	c.holds(ahead)
}

func (c *timetabled) neighbourStays() {
	c.neighbour.Put(c.now.Add(10 * time.Minute))
	c.neighbour.Put(c.now.Add(20 * time.Hour))
	c.push(c.slots(4, 9), capacity.Pushed{Put: 2})
	c.push(nil, capacity.Pushed{Removed: 2})
	if got := c.neighbour.Left(); got != 2 {
		c.Errorf("%d entries of somebody else are left, want 2", got)
	}
}

// An entry whose minute is taken moves by a minute, and stays there.
func (c *timetabled) collision() {
	slots := c.slots(4, 9, 2)
	c.neighbour.Put(slots[1].At)
	for _, want := range []capacity.Pushed{{Put: 3}, {Kept: 3}} {
		got, err := c.target.Push(c.Context(), c.now, slots)
		if err != nil {
			c.Fatalf("push: %v", err)
		}
		if got != want {
			c.Errorf("the push changed %+v, want %+v", got, want)
		}
	}
	moved := c.slots(4, 9, 2)
	moved[1].At = moved[1].At.Add(time.Minute)
	c.holds(moved)
	if got := c.neighbour.Left(); got != 1 {
		c.Errorf("%d entries of somebody else are left, want 1", got)
	}
}

func (c *timetabled) tooMany() { c.refuses(c.slots(make([]capacity.Units, c.target.Slots()+1)...)) }

func (c *timetabled) outOfBounds() {
	c.refuses(c.slots(3, 5, 21))
	c.push(c.slots(3, 5), capacity.Pushed{Kept: 2})
	if _, err := c.target.Push(c.Context(), c.now, c.slots(3, -1)); err == nil {
		c.Error("push of -1 units: no error")
	}
}

func (c *timetabled) outOfOrder() {
	slots := c.slots(3, 5)
	c.refuses([]capacity.Slot{slots[1], slots[0]})
	for name, wrong := range map[string][]capacity.Slot{
		"twice the same minute": {slots[0], slots[0]},
		"between two minutes":   {{At: slots[0].At.Add(time.Second), Units: 3}},
	} {
		if _, err := c.target.Push(c.Context(), c.now, wrong); err == nil {
			c.Errorf("push of slots %s: no error", name)
		}
	}
}

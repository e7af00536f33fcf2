package controller_test

import (
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/controller"
)

// decides is the numbers that are decided minute by minute at a load that needs 30 units,
// and then none, by a service that runs 5.
func decides(t *testing.T, minutes int, change func(*controller.Envelope)) (all []capacity.Units, why []string) {
	t.Helper()
	e := envelopeFor(origin)
	change(&e)
	d, asked := controller.NewDecider(e.Share), capacity.Units(5)
	for i := range minutes {
		now, load := origin.Add(time.Duration(i)*time.Minute), 205.0
		if i >= minutes/2 {
			load = 0
		}
		n := d.Decide(controller.Situation{Now: now, Envelope: e, Load: load, Seen: now, Target: controller.Target{Known: true, Asked: asked, Serving: asked}})
		if n.Act {
			asked = n.Units
		}
		all, why = append(all, asked), append(why, n.Capped)
	}
	return all, why
}

// TestDecide_Ramp: the number moves no faster than the ramp of the pool allows, whatever
// number of decisions its period has, and stays as long as it has to.
func TestDecide_Ramp(t *testing.T) {
	got, why := decides(t, 12, func(e *controller.Envelope) {
		e.Ramp.Up = capacity.Rate{Units: 4, Per: 3 * time.Minute}
	})
	for i, want := range []capacity.Units{9, 9, 9, 13, 13, 13} {
		if got[i] != want || !strings.HasPrefix(why[i], "the ramp allows 4 units more in 3m") {
			t.Fatalf("got %v (%q), want 4 units more in 3 minutes", got, why)
		}
	}
	got, _ = decides(t, 40, func(e *controller.Envelope) {
		e.Ramp.Down = capacity.Rate{Units: 5, Per: 2 * time.Minute}
	})
	for i := range got {
		if i >= 2 && got[i-2]-got[i] > 5 || i == 0 && got[0] != 30 {
			t.Fatalf("got %v, want 30 at once, and then 5 units less in 2 minutes", got)
		}
	}
	got, why = decides(t, 20, func(e *controller.Envelope) { e.Stay = 30 * time.Minute })
	if got[0] != 30 || got[19] != 30 || why[19] != "a number that was changed stays for 30m0s" {
		t.Errorf("got %v (%q), want 30 for 30 minutes", got, why)
	}
}

// TestDecide_Band: where a person approves, the number stays near the plan, and without a
// plan it stays as it is.
func TestDecide_Band(t *testing.T) {
	got, why := decides(t, 2, func(e *controller.Envelope) {
		e.Band = 4
		e.Plan = controller.Plan{ID: "p", Until: origin.Add(time.Hour), Slots: []controller.Slot{{At: origin, Units: 8}}}
	})
	if got[0] != 12 || !strings.HasPrefix(why[0], "the plan's 8 and 4 units more or less") {
		t.Errorf("got %v (%q), want 4 more than the plan", got, why)
	}
	if got, _ := decides(t, 2, func(e *controller.Envelope) { e.Band = 4 }); got[0] != 5 {
		t.Errorf("got %v without a plan, want 5 as before", got)
	}
}

package capacitytest

import (
	"testing"
	"time"

	"headroom/capacity"
)

// Target checks what every [capacity.Target] must do. Each call of fresh
// returns a new target that is settled and can run from 0 to 20 units, and a
// function that lets its time pass until it has settled.
func Target(t *testing.T, fresh func(t *testing.T) (target capacity.Target, settle func())) {
	t.Helper()
	ask := func(t *testing.T, target capacity.Target, id string, n capacity.Units) {
		t.Helper()
		if err := target.Scale(t.Context(), capacity.Action{ID: id, Units: n, At: time.Unix(0, 0)}); err != nil {
			t.Fatalf("scale to %d: %v", n, err)
		}
	}
	state := func(t *testing.T, target capacity.Target) capacity.State {
		t.Helper()
		s, err := target.State(t.Context())
		if err != nil {
			t.Fatalf("state: %v", err)
		}
		return s
	}
	t.Run("Up", func(t *testing.T) {
		target, settle := fresh(t)
		before := state(t, target)
		ask(t, target, "up", before.Units+3)
		if got := state(t, target); got.Units != before.Units+3 {
			t.Errorf("asked for %d, state says it was asked for %d", before.Units+3, got.Units)
		}
		settle()
		if got := state(t, target); !got.Settled() || got.Serving != before.Units+3 {
			t.Errorf("settled at %+v, want %d serving", got, before.Units+3)
		}
	})
	t.Run("Down", func(t *testing.T) {
		target, settle := fresh(t)
		ask(t, target, "up", 9)
		settle()
		ask(t, target, "down", 4)
		settle()
		if got := state(t, target); got.Units != 4 || got.Serving != 4 {
			t.Errorf("settled at %+v, want 4 serving", got)
		}
	})
	t.Run("SameTwice", func(t *testing.T) {
		target, settle := fresh(t)
		ask(t, target, "once", 7)
		ask(t, target, "once", 7)
		ask(t, target, "another", 7)
		settle()
		if got := state(t, target); got.Units != 7 || got.Serving != 7 {
			t.Errorf("settled at %+v, want 7 serving", got)
		}
	})
	t.Run("ToZeroAndBack", func(t *testing.T) {
		target, settle := fresh(t)
		ask(t, target, "zero", 0)
		settle()
		if got := state(t, target); got.Units != 0 || got.Serving != 0 {
			t.Errorf("settled at %+v, want none serving", got)
		}
		ask(t, target, "back", 2)
		settle()
		if got := state(t, target); got.Serving != 2 {
			t.Errorf("settled at %+v, want 2 serving", got)
		}
	})
	t.Run("Negative", func(t *testing.T) {
		target, _ := fresh(t)
		before := state(t, target)
		if err := target.Scale(t.Context(), capacity.Action{ID: "negative", Units: -1}); err == nil {
			t.Error("scale to -1: no error")
		}
		if got := state(t, target); got != before {
			t.Errorf("state is %+v after a refused action, was %+v", got, before)
		}
	})
}

package event_test

import (
	"testing"
	"time"

	"headroom/capacity"
	"headroom/executor/event"
)

// A limit is tried again many times before it is left raised, however fast the clock is.
func TestTuning_On(t *testing.T) {
	if on := event.Newest().On(capacity.Clock{}); on != event.Newest() {
		t.Errorf("on the wall clock the tuning is %+v, want it unchanged: %+v", on, event.Newest())
	}
	fast := event.Newest().On(capacity.Clock{Speed: 36000})
	if fast.Patience < 20*fast.RestoreRound {
		t.Errorf("patience %s, want 20 rounds of %s", fast.Patience, fast.RestoreRound)
	}
	if wall := (capacity.Clock{Speed: 36000}).Wall(fast.RestoreRound); wall < time.Second {
		t.Errorf("a round lasts %s on the wall, want a second at least", wall)
	}
}

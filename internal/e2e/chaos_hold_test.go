package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// A hold is a part of the target's requests, and of the changes of its bound, while
// something limits what may be requested.
type hold struct {
	name     string
	from, to book // as the target's book was
	over     bool
	allows   func(local.Change) bool
	bound    bool // the bound may not be changed either
}

// limit begins something that limits what may be requested: it counts for what is
// requested once nothing that began before it is in flight.
func (st *story) limit(ctx context.Context, h *hold, begin func() error) error {
	if err := begin(); err != nil {
		return err
	}
	err := st.insist(ctx, func() error { return st.quiet(ctx) })
	st.own = h
	st.begin(h)
	return err
}

// begin lets a hold count from now on.
func (st *story) begin(h *hold) {
	st.mu.Lock()
	defer st.mu.Unlock()
	h.from = st.ledger()
	st.holds = append(st.holds, h)
}

// endHold lets a hold count no longer.
func (st *story) endHold(h *hold) {
	st.mu.Lock()
	defer st.mu.Unlock()
	h.to, h.over = st.ledger(), true
}

// release ends what limits requests. An order that cannot be ended was forgotten.
func (st *story) release(end func() error) error {
	if st.own == nil {
		return errMoot // it never began
	}
	st.endHold(st.own)
	switch err := end(); {
	case errors.Is(err, errMoot):
		return fmt.Errorf("%s cannot be ended: it was forgotten", st.own.name)
	case err != nil:
		return err
	}
	st.lateRelease()
	return nil
}

// noticed is how many steps of a plan, each a second on the wall, it may take until the
// end of a stop is seen and what was due is requested.
const noticed = 4

// lateRelease remembers if the plan has about ended under what limited requests.
func (st *story) lateRelease() {
	st.mu.Lock()
	end := st.last.End()
	st.mu.Unlock()
	if !st.now().Before(end.Add(-noticed * st.step)) {
		st.remember("released late")
	}
}

// stopAll stops all changes of all services for a while.
func (w *workers) stopAll(t *testing.T, stories []*story, lasts time.Duration) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	st := stories[0]
	if err := st.put(ctx, capacity.StopAllKey, "chaos"); err != nil {
		t.Errorf("stop all: %v", err)
	}
	holds := make([]*hold, len(stories))
	for i, st := range stories {
		if err := st.insist(ctx, func() error { return st.quiet(ctx) }); err != nil && !errors.Is(err, errMoot) {
			t.Errorf("stop all: %s: %v", st.service, err)
		}
		holds[i] = &hold{name: "a stop of all services", allows: nothing, bound: true}
		st.begin(holds[i])
	}
	time.Sleep(lasts)
	for i, st := range stories {
		st.endHold(holds[i])
		st.remember("stop all")
	}
	store := aws.Store{Client: w.s3, Bucket: devstack.Bucket}
	if err := st.insist(ctx, func() error { return store.Delete(ctx, capacity.StopAllKey) }); err != nil {
		t.Errorf("go on after a stop: %v", err)
	}
	for _, st := range stories {
		st.lateRelease()
	}
}

// quiet returns nil if no target is being asked for something.
func (st *story) quiet(ctx context.Context) error {
	for _, id := range []string{workflows.ExecuteID(st.service), workflows.EventID(st.service, "e")} {
		d, err := st.temporal.DescribeWorkflowExecution(ctx, id, "")
		if isOver(err) {
			continue
		}
		if err != nil {
			return err
		}
		for _, p := range d.GetPendingActivities() {
			if slices.Contains([]string{"Act", "Restore", "RaiseLimit", "RestoreLimits", "ReleaseEvent"}, p.GetActivityType().GetName()) && p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED {
				return notIdle{}
			}
		}
	}
	return nil
}

// checkHolds: nothing is requested against what limits it. A cut that failed is taken
// back all the same, but not under a stop.
func (st *story) checkHolds(fail failing, b book) {
	for _, h := range st.holds {
		to := b
		if h.over {
			to = h.to
		}
		for _, r := range b.Requests[len(h.from.Requests):len(to.Requests)] {
			if !h.allows(r) && r.Action != "stranger" && (h.bound || !strings.HasSuffix(r.Action, "/restore")) {
				fail("%+v was requested against %s", r, h.name)
			}
		}
		if h.bound {
			for _, l := range b.Limits[len(h.from.Limits):len(to.Limits)] {
				if l.Action != "stranger" {
					fail("the bound was changed (%+v) against %s", l, h.name)
				}
			}
		}
	}
}

// checkRamp: nothing moves a target further than its ramp, whose plans keep it, but an
// order, an event and what takes a failed cut back.
func (st *story) checkRamp(fail failing, b book) {
	most := st.policy.Pools[0].Ramp.Up.Units
	ordered := slices.ContainsFunc(st.happened, func(what string) bool { return strings.Contains(what, "override") })
	if most == 0 || ordered || st.event {
		return
	}
	for _, r := range b.Requests {
		if max(r.From-r.To, r.To-r.From) > most && !strings.HasSuffix(r.Action, "/restore") && r.Action != "stranger" {
			fail("%+v was requested against a ramp of %d", r, most)
		}
	}
}

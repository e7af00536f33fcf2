package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/pipeline"
	"headroom/workflows"
)

// chaosSpeed lets ten minutes of a plan last a second. Where a service is prepared for
// an event of a week, all times are weekLong times as long.
const (
	chaosSpeed = 600
	weekLong   = 60
)

// The numbers that plans, strangers and events ask for never meet.
const (
	planned  = 40 // at most by a plan
	allowed  = 45 // the bound of every target, at first
	prepared = 50 // by an event
)

// A pattern is a stored plan whose forecast and reports other plans borrow.
type pattern struct{ pipeline.StoredPlan }

// pattern plans the shipped trace once.
func (s *site) pattern(t *testing.T) pattern {
	t.Helper()
	worker := s.startWorker(t, devstack.Bucket)
	defer worker.kill(t)
	proposed := s.policy
	proposed.Control.Mode = capacity.Propose
	in := workflows.PlanInput{Service: s.forced(t, proposed), Clock: capacity.Replay(s.origin, 1)}
	var result workflows.PlanResult
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, in).Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	var p pattern
	s.read(t, devstack.Bucket, result.Plan.Plan.Ref.Key, &p.StoredPlan)
	return p
}

// A happening is what befalls a service so long after its start, on the wall.
type happening struct {
	after time.Duration
	name  string
	do    func(ctx context.Context) error
}

// A story is one service in chaos.
type story struct {
	*site
	pattern pattern
	service string
	calm    capacity.TargetName // the address under which the target never fails
	step    time.Duration       // of plans
	begins  capacity.Units      // what the target runs at first
	most    int                 // units that a plan asks for
	policy  capacity.Policy
	clock   capacity.Clock
	actions []capacity.Action // of all plans that were handed over
	last    capacity.Plan
	events  []happening

	mu        sync.Mutex
	happened  []string
	marks     []int // how long the target's log was when something was ordered
	read      int   // how long it was when the last plan was made from it
	stranger  int   // the index of the stranger's change in it, or -1
	rebound   capacity.Units
	event     bool
	cancelled bool
	holds     []*hold
	own       *hold           // the one that the story has begun
	unbegun   int             // actions of plans whose run was canceled: those that were never requested have no outcome
	excused   map[string]bool // actions that may have no outcome, since their run was ended from outside
	damaged   map[string]bool // plans whose outcomes were damaged: the audit has them
}

// calmStory is a service whose target never fails, with plans of a step, and nothing that
// befalls it. Its clock runs so fast that a step lasts as long as one of ten minutes does
// at a speed.
func calmStory(s *site, p pattern, name string, step time.Duration, speed float64, begins capacity.Units, lead int) *story {
	st := &story{
		site: s, pattern: p, service: name, stranger: -1, policy: p.Policy, step: step, begins: begins, most: planned,
		clock: capacity.Replay(s.origin, speed*float64(step/(10*time.Minute))), excused: map[string]bool{}, damaged: map[string]bool{},
	}
	st.calm = capacity.TargetName(fmt.Sprintf("sim://%s?units=%d&leadTime=%v&max=%d", name, begins, time.Duration(lead)*step/10, allowed))
	st.policy.Service, st.policy.Control.Mode = name, capacity.Auto
	st.policy.Pools = slices.Clone(st.policy.Pools)
	pool := &st.policy.Pools[0]
	pool.Target, pool.LeadTime, pool.Min, pool.Max, pool.Ramp = st.calm, 8*step/10, 1, 60, capacity.Ramp{}
	return st
}

// newStory draws a service, its plans and what befalls it.
func newStory(s *site, p pattern, name string, rng *rand.Rand) *story {
	step, begins := 10*time.Minute, capacity.Units(10)
	long := rng.IntN(10) == 0 // with an event of a week
	if long {
		step *= weekLong
	}
	ramped := !long && rng.IntN(6) == 0 // and its plans are of few units
	if ramped {
		begins = capacity.Units(1 + rng.IntN(4))
	}
	st := calmStory(s, p, name, step, chaosSpeed, begins, rng.IntN(8))
	var faults strings.Builder
	for _, fault := range []string{"lost", "busy", "fail", "slow", "dry"} {
		if rng.IntN(4) == 0 {
			fmt.Fprintf(&faults, "&%s=%d", fault, 3+rng.IntN(4))
		}
	}
	pool := &st.policy.Pools[0]
	if ramped {
		st.most, st.happened = 6, []string{"ramp"}
		rate := capacity.Rate{Units: 1, Per: step}
		pool.Ramp = capacity.Ramp{Up: rate, Down: rate}
		if rng.IntN(4) == 0 {
			fmt.Fprintf(&faults, "&limit=%d", 3+rng.IntN(3))
		}
	}
	pool.Target += capacity.TargetName("&strict=1" + faults.String())
	// The happenings run beside each other: what they need of rng is drawn here.
	first := rng.Uint64()
	st.add(0, "plan", func(ctx context.Context) error { return st.hand(ctx, first, st.begins) })
	at := func() time.Duration { return time.Duration(3000+rng.IntN(12000)) * time.Millisecond }
	seed := rng.Uint64()
	if !long && rng.IntN(5) < 3 {
		st.strike(rng)
		return st
	}
	if rng.IntN(2) == 0 {
		st.add(at(), "newer plan", func(ctx context.Context) error { return st.replan(ctx, seed) })
	}
	switch rng.IntN(8) {
	case 0:
		o := capacity.Override{ID: "o", Units: capacity.Units(5 + rng.IntN(30)), AtLeast: rng.IntN(2) == 0, By: "ann", Why: "chaos"}
		st.add(at(), "override", func(ctx context.Context) error {
			o.From, o.Until = st.now(), st.now().Add(9*st.step)
			return st.order(ctx, executor.OverrideOrder, o)
		})
	case 1:
		st.add(at(), "pause", func(ctx context.Context) error {
			return st.order(ctx, executor.PauseOrder, executor.Order{By: "bob", Why: "chaos", Until: st.now().Add(6 * st.step)})
		})
	case 2:
		st.add(at(), "abort", func(ctx context.Context) error {
			return st.order(ctx, executor.AbortOrder, executor.Order{By: "cy", Why: "chaos"})
		})
	case 3:
		st.add(at(), "cancel", func(ctx context.Context) error {
			st.cancelled = true
			return st.insist(ctx, func() error { return st.temporal.CancelWorkflow(ctx, workflows.ExecuteID(name), "") })
		})
	case 4, 5:
		units := capacity.Units(planned + 1 + rng.IntN(allowed-planned-1))
		st.add(at(), "stranger", func(ctx context.Context) error { return st.disturb(ctx, units) })
	}
	if long || rng.IntN(3) == 0 {
		lasts := time.Hour
		if long {
			lasts = 7 * 24 * time.Hour
		}
		st.prepareEvent(rng, lasts)
	}
	slices.SortStableFunc(st.events, func(a, b happening) int { return int(a.after - b.after) })
	return st
}

// remember notes what has befallen the service.
func (st *story) remember(what string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.happened = append(st.happened, what)
}

func (st *story) add(after time.Duration, name string, do func(context.Context) error) {
	st.events = append(st.events, happening{after, name, do})
}

// live goes through what befalls the service, and waits until nothing of it runs.
func (st *story) live(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	begun := time.Now()
	for _, h := range st.events {
		time.Sleep(time.Until(begun.Add(h.after)))
		switch err := h.do(ctx); {
		case errors.Is(err, errMoot):
			st.remember(h.name + " (moot)")
		case err != nil:
			t.Errorf("%s: %s: %v", st.service, h.name, err)
			return
		default:
			st.remember(h.name)
		}
	}
	if st.event {
		id := workflows.EventID(st.service, "e")
		err := st.insist(ctx, func() error { return st.temporal.GetWorkflow(ctx, id, "").Get(ctx, nil) })
		if err != nil && !temporal.IsCanceledError(err) && !strings.Contains(err.Error(), "nothing is left raised") {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := st.insist(ctx, func() error { return st.idle(ctx) }); err != nil {
		state, unknown := st.state(t.Context())
		t.Errorf("%s (%v): %v\nconductor: %s %v", workflows.ExecuteID(st.service), st.happened, err, asJSON(state), unknown)
	}
}

// state is what the run that carries plans out tells of itself.
func (st *story) state(ctx context.Context) (state executor.State, err error) {
	value, err := st.temporal.QueryWorkflow(ctx, workflows.ExecuteID(st.service), "", workflows.StatusQuery)
	if err == nil {
		err = value.Get(&state)
	}
	return state, err
}

// notIdle says that a plan is still carried out.
type notIdle struct{}

func (notIdle) Error() string   { return "its plan is still carried out" }
func (notIdle) Temporary() bool { return true }

// idle returns nil once the conductor has ended, or its last plan has and nothing is
// under way.
func (st *story) idle(ctx context.Context) error {
	id := workflows.ExecuteID(st.service)
	d, err := st.temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil || d.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return err
	}
	state, err := st.state(ctx)
	if err == nil && (state.Plan.ID == "" || state.Ended == "" || len(d.GetPendingActivities()) > 0) {
		err = notIdle{}
	}
	return err
}

// errMoot is an order that came too late: what it was for is over.
var errMoot = errors.New("too late")

// insist does something until the servers let it.
func (st *story) insist(ctx context.Context, do func() error) error {
	for {
		err := do()
		var gone interface{ Temporary() bool }
		switch {
		case err == nil, temporal.IsCanceledError(err):
			return err
		case isOver(err):
			return errMoot
		case !isAway(err) && !errors.As(err, &gone):
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w, at last %w", ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// order gives the conductor an order.
func (st *story) order(ctx context.Context, name string, in any) error {
	err := st.insist(ctx, func() error { return st.update(ctx, name, name, in) })
	if _, refused := errors.AsType[*temporal.ApplicationError](err); refused {
		return errMoot
	}
	st.mark()
	return err
}

// update sends one update, whose ID makes a repeat harmless.
func (st *story) update(ctx context.Context, name, id string, in any) error {
	args := []any{in, ""}
	if name == workflows.PolicyUpdate {
		args = nil
		if err := st.force(ctx, in.(capacity.Policy)); err != nil {
			return err
		}
	}
	handle, err := st.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflows.ExecuteID(st.service), UpdateID: st.service + "/" + id, UpdateName: name, Args: args, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// disturb has somebody else ask the target for units.
func (st *story) disturb(ctx context.Context, units capacity.Units) error {
	target, err := local.Fleet{Dir: st.fleet}.Target(st.calm)
	if err != nil {
		return err
	}
	err = target.Scale(ctx, capacity.Action{ID: "stranger", Units: units})
	st.stranger = slices.IndexFunc(st.ledger().Log, func(c local.Change) bool { return c.Action == "stranger" })
	return err
}

// now is about what the conductor's clock shows.
func (st *story) now() time.Time {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.clock.Since.IsZero() {
		st.clock = st.clock.Started(time.Now())
	}
	return st.clock.Now(time.Now())
}

// mark remembers how long the target's log was when something was ordered.
func (st *story) mark() { st.marks = append(st.marks, len(st.ledger().Log)) }

// book is the target's own record.
type book struct {
	Asked, Max            capacity.Units
	Log, Requests, Limits []local.Change
}

// ledger reads it.
func (st *story) ledger() book {
	if b, there := st.bookOf(st.service); there {
		return b
	}
	return book{Asked: st.begins, Max: allowed}
}

// found is what the target is asked for, of which a plan is made.
func (st *story) found() capacity.Units {
	b := st.ledger()
	st.read = len(b.Log)
	return b.Asked
}

// bookOf is the own record of the target of a service, without a lock, as it is
// replaced at once. There is none before the target is first looked at.
func (s *site) bookOf(service string) (b book, there bool) {
	data, err := os.ReadFile(filepath.Join(s.fleet, service+".json"))
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		panic(err)
	}
	return b, err == nil
}

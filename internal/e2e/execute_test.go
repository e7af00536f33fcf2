package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/lockedfile"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/temporal"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/pipeline"
	"headroom/workflows"
)

// speed lets ten minutes of the plan, between two actions, last 0.6 s.
const speed = 1000

// small makes the policy's units so small, and their changes so free, that
// most steps of the plan need an action.
func (s *site) small(target capacity.TargetName, horizon time.Duration) {
	s.policy.Forecast.Horizon = horizon
	s.policy.Pools[0].Ramp = capacity.Ramp{}
	pool := &s.policy.Pools[0]
	pool.Target, pool.LeadTime, pool.UnitRate, pool.Max = target, 8*time.Minute, 20, 400
}

// hand plans so many hours for the target, and returns the plan once it is
// handed over to the conductor.
func (s *site) hand(t *testing.T, target capacity.TargetName, horizon time.Duration) capacity.Plan {
	t.Helper()
	s.small(target, horizon)
	in := workflows.PlanInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, speed/max(1, s.slow))}
	var result workflows.PlanResult
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, in).Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	p := s.stored(t, result)
	if len(p.Actions) < 8 {
		t.Fatalf("got a plan of %d actions, too few for a test of survival", len(p.Actions))
	}
	return p
}

// stored is a plan that was handed over.
func (s *site) stored(t *testing.T, result workflows.PlanResult) capacity.Plan {
	t.Helper()
	if result.Verdict != workflows.HandedOver {
		t.Fatalf("got verdict %s, want %s", result.Verdict, workflows.HandedOver)
	}
	var stored pipeline.StoredPlan
	s.read(t, devstack.Bucket, result.Plan.Plan.Ref.Key, &stored)
	return stored.Plan
}

// ledger is the fleet's own record of what was asked of the target: the number
// of requests, and the changes. It is read without a lock, as it is replaced
// at once.
func (s *site) ledger(t *testing.T) (calls int, log []local.Change) {
	t.Helper()
	data, err := os.ReadFile(s.ledgerPath())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var ledger struct {
		Calls int
		Log   []local.Change
	}
	if err := json.Unmarshal(data, &ledger); err != nil {
		t.Fatal(err)
	}
	return ledger.Calls, ledger.Log
}

// unrecorded reports whether the last change of the fleet has no outcome yet.
func (s *site) unrecorded(t *testing.T, p capacity.Plan) bool {
	t.Helper()
	_, log := s.ledger(t)
	return len(log) > 0 && !slices.ContainsFunc(s.outcomes(t, p.ID), func(o capacity.Outcome) bool { return o.Action.ID == log[len(log)-1].Action })
}

// outcomes is what was recorded so far.
func (s *site) outcomes(t *testing.T, plan string) []capacity.Outcome {
	t.Helper()
	return s.outcomesOf(t, s.policy.Service, plan)
}

// outcomesOf is outcomes for a plan of any service.
func (s *site) outcomesOf(t *testing.T, service, plan string) []capacity.Outcome {
	t.Helper()
	data, _, err := aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Get(t.Context(), capacity.PlanKey(service, plan, "outcomes.json"))
	if errors.Is(err, capacity.ErrNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []capacity.Outcome
	if err := json.Unmarshal(data, &outcomes); err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// carriedOut waits for the plan's end and holds the fleet's own record against the
// plan: every action once, in order, then what is kept until a newer plan comes,
// nothing else, and an outcome for each.
func (s *site) carriedOut(t *testing.T, p capacity.Plan) {
	t.Helper()
	state := s.over(t, p.Service)
	calls, log := s.ledger(t)
	want := make([]local.Change, len(p.Actions))
	for i, a := range p.Actions {
		want[i] = local.Change{Action: a.ID, From: a.From, To: a.Units}
	}
	actions := p.Actions
	if last := actions[len(actions)-1]; keeps(p) > last.Units && len(log) > len(want) {
		extended := capacity.Action{ID: log[len(want)].Action, From: last.Units, Units: keeps(p)}
		want, actions = append(want, local.Change{Action: extended.ID, From: extended.From, To: extended.Units}), append(slices.Clone(actions), extended)
	}
	// The fleet ignores a repeated action, so its log alone would hide one.
	if calls != len(want) {
		t.Errorf("the target was asked %d times, want once for each of %d actions", calls, len(want))
	}
	if diff := cmp.Diff(want, log, cmpopts.IgnoreFields(local.Change{}, "At")); diff != "" {
		t.Errorf("what was done to the fleet is not the plan's actions (-want +got):\n%s", diff)
	}
	p.Actions = actions
	outcomes := s.outcomes(t, p.ID)
	if len(outcomes) != len(p.Actions) {
		t.Errorf("got %d outcomes, want one for each of %d actions", len(outcomes), len(p.Actions))
	}
	counts := map[capacity.Verdict]int{}
	for _, a := range p.Actions {
		i := slices.IndexFunc(outcomes, func(o capacity.Outcome) bool { return o.Action.ID == a.ID })
		if i < 0 {
			t.Errorf("action %s has no outcome", a.ID)
			continue
		}
		o := outcomes[i]
		counts[o.Verdict]++
		if o.Before.Units != a.From {
			t.Errorf("action %s: its outcome says that it found %d units, it found %d", a.ID, o.Before.Units, a.From)
		}
		switch {
		case o.Verdict == capacity.Done:
		case o.Verdict == capacity.Superseded && a.ID != p.Actions[len(p.Actions)-1].ID && o.Note != "":
			// The next action was asked for before this one's units served.
		default:
			t.Errorf("action %s: got verdict %q (%s)", a.ID, o.Verdict, o.Note)
		}
	}
	if diff := cmp.Diff(counts, state.Counts); diff != "" {
		t.Errorf("the conductor's counts are not those of the outcomes (-outcomes +conductor):\n%s", diff)
	}
}

// hold locks the fleet at a moment at which nothing is under way, no earlier
// action being verified, or about to be, either: whatever comes next is begun,
// and cannot ask its target until it is unlocked.
func (s *site) hold(t *testing.T, p capacity.Plan) (unlock func()) {
	t.Helper()
	eventually(t, "nothing is under way", func() bool {
		var err error
		if unlock, err = lockedfile.MutexAt(s.ledgerPath() + ".lock").Lock(); err != nil {
			t.Fatal(err)
		}
		if len(s.pending(t, workflows.ExecuteID(p.Service))) == 0 && !s.unrecorded(t, p) {
			return true
		}
		unlock()
		return false
	})
	unlock = sync.OnceFunc(unlock)
	t.Cleanup(unlock)
	return unlock
}

// TestExecute_SurvivesWorker kills the worker at three moments of an action:
// before the target is asked, after it was asked and before it has answered, and
// after it has answered and before the outcome is recorded. The first moment
// comes first, while nothing is overdue: after a kill the conductor makes up for
// the time in which its worker was missed, and is never idle. A moment lasts for
// fractions of a second, so that a kill may miss it; after mostKills of them actions
// would be overdue for so long that they are passed over, and the test begins anew.
func TestExecute_SurvivesWorker(t *testing.T) {
	needServers(t)
	for attempt := range 4 {
		survived := false
		t.Run(fmt.Sprint(attempt), func(t *testing.T) { survived = survivesWorker(t) })
		if survived || t.Failed() {
			return
		}
	}
	t.Error("no attempt killed the worker at all three moments in time")
}

// mostKills keep the conductor from its work for less than a minute.
const mostKills = 4

// survivesWorker is one attempt. It reports whether the kills hit their moments.
func survivesWorker(t *testing.T) bool {
	s := newSite(t)
	s.slow = 4 // so that there are moments at which nothing is under way
	worker := s.startWorker(t, devstack.Bucket)
	// Every second answer of the target is lost, so that there is a while
	// between asking and answer.
	p := s.hand(t, "sim://chat?leadTime=8m&units=60&lost=2", 6*time.Hour)
	id := workflows.ExecuteID(p.Service)
	kills := 0

	// blow kills the worker at a moment, and again until it was that moment.
	blow := func(name string, moment func() bool) bool {
		t.Helper()
		for kills < mostKills {
			eventually(t, name, func() bool {
				if len(s.outcomes(t, p.ID)) == len(p.Actions) {
					t.Fatalf("the plan is carried out, and the worker was never killed %s", name)
				}
				return moment()
			})
			worker.kill(t)
			kills++
			hit := moment()
			worker = s.startWorker(t, devstack.Bucket)
			if hit {
				return true
			}
		}
		t.Logf("%d kills, and none %s", kills, name)
		return false
	}
	unlock := s.hold(t, p)
	before, _ := s.ledger(t)
	hit := blow("before the target is asked", func() bool { return under(s.pending(t, id), "Act") > 0 })
	if after, _ := s.ledger(t); after != before || after == len(p.Actions) {
		t.Errorf("the target was asked %d times before and %d times after a kill that was to come before it is asked", before, after)
	}
	unlock()
	hit = hit && blow("after the target was asked, before it has answered", func() bool {
		return slices.ContainsFunc(s.pending(t, id), func(a *workflow.PendingActivityInfo) bool {
			return a.GetActivityType().GetName() == "Act" && a.GetLastFailure() != nil
		}) && s.unrecorded(t, p)
	})
	hit = hit && blow("after the target has answered, before the outcome is recorded", func() bool {
		return under(s.pending(t, id), "Verify") > 0 && s.unrecorded(t, p)
	})
	if hit {
		s.carriedOut(t, p)
	}
	return hit
}

// TestExecute_SurvivesServers kills both servers while a plan is carried out,
// and leaves the S3 server away until an outcome cannot be recorded.
func TestExecute_SurvivesServers(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 5*time.Hour)
	eventually(t, "an action is under way", func() bool { return s.unrecorded(t, p) })
	if err := s.stack.Temporal.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.stack.S3.Kill(); err != nil {
		t.Fatal(err)
	}
	if calls, _ := s.ledger(t); calls == len(p.Actions) {
		t.Fatalf("the servers were killed too late: all %d actions were asked for", calls)
	}
	if err := s.stack.Temporal.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "an outcome cannot be recorded", func() bool {
		return slices.ContainsFunc(s.pending(t, workflows.ExecuteID(p.Service)), func(a *workflow.PendingActivityInfo) bool {
			return a.GetActivityType().GetName() == "Record" && a.GetLastFailure() != nil
		})
	})
	if err := s.stack.S3.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.carriedOut(t, p)
}

// TestExecute_CancelWhileAsking: an action that has begun when its run is canceled, and has
// not asked its target yet, does not, and nothing is taken back while it may.
func TestExecute_CancelWhileAsking(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.slow = 4 // so that there are moments at which nothing is under way
	s.startWorker(t, devstack.Bucket)
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 5*time.Hour)
	id := workflows.ExecuteID(p.Service)
	unlock := s.hold(t, p)
	_, before := s.ledger(t)
	if len(before) == len(p.Actions) {
		t.Fatalf("all %d actions were asked for before the conductor was cancelled", len(before))
	}
	eventually(t, "an action is under way", func() bool { return under(s.pending(t, id), "Act") > 0 })
	if err := s.temporal.CancelWorkflow(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the cancellation has reached the conductor", func() bool {
		return slices.ContainsFunc(s.pending(t, id), func(a *workflow.PendingActivityInfo) bool {
			return a.GetState() == enumspb.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED
		})
	})
	for _, a := range s.pending(t, id) {
		if a.GetActivityType().GetName() == "Restore" {
			t.Error("the action is taken back while it is still being asked for")
		}
	}
	unlock()
	if err := s.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil); !temporal.IsCanceledError(err) {
		t.Errorf("got %v, want it cancelled", err)
	}
	struck := p.Actions[len(before)]
	verdict := capacity.Failed
	if struck.Units < struck.From { // the target still holds what it held
		verdict = capacity.Compensated
	}
	_, log := s.ledger(t)
	if diff := cmp.Diff(before, log, cmpopts.IgnoreFields(local.Change{}, "At")); diff != "" {
		t.Errorf("the fleet's log (-want +got):\n%s", diff)
	}
	outcomes := s.outcomes(t, p.ID)
	i := slices.IndexFunc(outcomes, func(o capacity.Outcome) bool { return o.Action.ID == struck.ID })
	if i < 0 || outcomes[i].Verdict != verdict {
		t.Errorf("got outcomes %+v, want action %s %s", outcomes, struck.ID, verdict)
	}
}

// keeps is what a pool is held at when a plan of a day or less has ended: the most
// units that its demand asks for.
func keeps(p capacity.Plan) (most capacity.Units) {
	for _, step := range p.Pools[0].Steps {
		most = max(most, min(step.Units, capacity.Units(math.Ceil(step.Need))))
	}
	return most
}

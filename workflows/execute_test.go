package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/testsuite"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// speed lets ten seconds, the pause between two looks at a target, be no time.
const speed = 600

// A conductor is Execute in a test, over a simulated target in the test's own
// time.
type conductor struct {
	*world
	env  *testsuite.TestWorkflowEnvironment
	mu   sync.Mutex
	last time.Time                  // that an activity saw
	made map[string]capacity.Policy // with which each plan was made
}

func newConductor(t *testing.T, target capacity.TargetName) *conductor {
	t.Helper()
	w := newWorld(t, capacity.Auto)
	w.policy.Pools[0].Target = target
	c := &conductor{world: w, env: w.conductorEnv()}
	w.acts.Now = c.now
	return c
}

// now is the test's time, which passes for activities: half a minute of the
// replay each time one of them looks.
func (c *conductor) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.last.Add(30 * time.Second / speed)
	if now := c.env.Now(); now.After(c.last) {
		c.last = now
	}
	return c.last
}

// state is what a conductor is started with.
func (c *conductor) state() executor.State {
	return executor.State{Service: "web", Clock: capacity.Replay(origin, speed)}
}

// callbacks hear what becomes of an update.
type callbacks interface {
	Accept()
	Reject(err error)
	Complete(result any, err error)
}

// run carries out what is offered, and returns the conductor's counts.
func (c *conductor) run(t *testing.T) map[capacity.Verdict]int {
	t.Helper()
	return c.conduct(t, c.state()).Counts
}

// log is what the fleet says was done to it: "action: from → to".
func (c *conductor) log(t *testing.T) []string {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet")}.Target(c.policy.Pools[0].Target)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := target.(interface {
		Log() ([]local.Change, error)
	}).Log()
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	for _, ch := range changes {
		log = append(log, fmt.Sprintf("%s: %d → %d", ch.Action, ch.From, ch.To))
	}
	return log
}

// outcomes is what was recorded for a plan: "action: verdict".
func (c *conductor) outcomes(t *testing.T, plan string) []string {
	t.Helper()
	data, _, err := c.acts.Store.Get(t.Context(), capacity.PlanKey("web", plan, "outcomes.json"))
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
	var said []string
	for _, o := range outcomes {
		said = append(said, o.Action.ID+": "+string(o.Verdict))
	}
	slices.Sort(said)
	return said
}

// check compares the log of the fleet, and the outcomes of a plan.
func (c *conductor) check(t *testing.T, plan string, log, outcomes []string) {
	t.Helper()
	if diff := cmp.Diff(log, c.log(t)); diff != "" {
		t.Errorf("the fleet's log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(outcomes, c.outcomes(t, plan)); diff != "" {
		t.Errorf("the outcomes (-want +got):\n%s", diff)
	}
}

func TestExecute(t *testing.T) {
	up := change{after: time.Hour, from: 2, to: 6}
	down := change{after: 2 * time.Hour, from: 6, to: 4}
	tests := map[string]struct {
		target   capacity.TargetName
		changes  []change
		log      []string
		outcomes []string
	}{
		"in order": {
			target: "sim://web?leadTime=5m&units=2", changes: []change{up, down},
			log:      []string{"p/0: 2 → 6", "p/1: 6 → 4"},
			outcomes: []string{"p/0: done", "p/1: done"},
		},
		"nothing due": {
			target: "sim://web?units=2",
		},
		"already so": {
			target: "sim://web?units=6", changes: []change{up},
			outcomes: []string{"p/0: already so"},
		},
		"at its limit": {
			target: "sim://web?units=2&limit=5", changes: []change{up},
			log:      []string{"p/0: 2 → 6"},
			outcomes: []string{"p/0: short"},
		},
		"answers lost": {
			target: "sim://web?leadTime=5m&units=2&lost=1", changes: []change{up, down},
			log:      []string{"p/0: 2 → 6", "p/1: 6 → 4"},
			outcomes: []string{"p/0: done", "p/1: done"},
		},
		"busy at times": {
			target: "sim://web?leadTime=5m&units=2&busy=2", changes: []change{up, down},
			log:      []string{"p/0: 2 → 6", "p/1: 6 → 4"},
			outcomes: []string{"p/0: done", "p/1: done"},
		},
		"a cut that takes too much": {
			target: "sim://web?leadTime=1m&units=6&drop=1", changes: []change{{time.Hour, 6, 4}},
			log:      []string{"p/0: 6 → 4", "p/0/restore: 4 → 6"},
			outcomes: []string{"p/0: compensated"},
		},
		"a cut that takes too much, and whose answer is lost": {
			target: "sim://web?leadTime=1m&units=6&drop=1&lost=1", changes: []change{{time.Hour, 6, 4}},
			log:      []string{"p/0: 6 → 4", "p/0/restore: 4 → 6"},
			outcomes: []string{"p/0: compensated"},
		},
		"no such target": {
			target: "sim://Web", changes: []change{up},
			outcomes: []string{"p/0: failed"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, test.target)
			c.offer(0, c.plan(t, "p", 0, test.changes...), updateCallbacks{})
			c.run(t)
			if test.log == nil && name == "no such target" {
				c.policy.Pools[0].Target = "sim://web"
			}
			c.check(t, "p", test.log, test.outcomes)
		})
	}
}

func TestExecute_AsksInTime(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}), updateCallbacks{})
	c.run(t)
	target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet")}.Target("sim://web")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := target.(*local.Target).Log()
	if err != nil {
		t.Fatal(err)
	}
	if late := changes[0].At.Sub(origin.Add(time.Hour)); late < 0 || late > 5*time.Minute {
		t.Errorf("the target was asked at %v, %v after the action's time", changes[0].At, late)
	}
}

func TestExecute_NewerPlanTakesOver(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	old := c.plan(t, "old", 0, change{time.Hour, 2, 6}, change{3 * time.Hour, 6, 9}, change{4 * time.Hour, 9, 2})
	newer := c.plan(t, "new", 2*time.Hour, change{3 * time.Hour, 6, 7})
	c.offer(0, old, updateCallbacks{})
	c.offer(2*time.Hour, newer, updateCallbacks{})
	c.offer(2*time.Hour+time.Minute, newer, updateCallbacks{}) // a repeat
	counts := c.run(t)
	c.check(t, "old", []string{"old/0: 2 → 6", "new/0: 6 → 7"}, []string{"old/0: done", "old/1: superseded", "old/2: superseded"})
	if diff := cmp.Diff([]string{"new/0: done"}, c.outcomes(t, "new")); diff != "" {
		t.Errorf("the new plan's outcomes (-want +got):\n%s", diff)
	}
	if want := (map[capacity.Verdict]int{capacity.Done: 2, capacity.Superseded: 2}); !cmp.Equal(want, counts) {
		t.Errorf("got counts %v, want %v", counts, want)
	}
}

// refused expects an update to be refused.
type refused struct {
	updateCallbacks
	err *error
}

func (r refused) Accept() { panic("an update was accepted that is to be refused") }

func (r refused) Reject(err error) { *r.err = err }

func TestExecute_OlderPlanIsRefused(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	older := c.plan(t, "older", 0, change{2 * time.Hour, 6, 30})
	c.offer(0, c.plan(t, "p", time.Minute, change{time.Hour, 2, 6}), updateCallbacks{})
	var err error
	c.offer(90*time.Minute, older, refused{err: &err})
	c.run(t)
	if err == nil || !strings.Contains(err.Error(), "older than p") {
		t.Errorf("an older plan: got %v, want it refused", err)
	}
	c.check(t, "p", []string{"p/0: 2 → 6"}, []string{"p/0: done"})
}

// watched is a store that tells what is read.
type watched struct {
	capacity.Store
	get func(key string)
}

func (w watched) Get(ctx context.Context, key string) (data []byte, version string, err error) {
	w.get(key)
	return w.Store.Get(ctx, key)
}

// A plan that arrives while the last report is written must not be lost.
func TestExecute_PlanDuringTheLastReport(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	first, late := c.plan(t, "p", 0, change{time.Hour, 2, 6}), c.plan(t, "late", 6*time.Hour, change{7 * time.Hour, 6, 3})
	reads := 0
	c.acts.Store = watched{c.acts.Store, func(key string) {
		if key != capacity.PlanKey("web", "p", "plan.json") {
			return
		}
		if reads++; reads == 4 { // to carry it out, and to report its beginning, its action and its end
			c.env.UpdateWorkflow(workflows.TakeUpdate, "late", updateCallbacks{}, late)
		}
	}}
	c.env = c.conductorEnv()
	c.offer(0, first, updateCallbacks{})
	c.run(t)
	c.check(t, "late", []string{"p/0: 2 → 6", "late/0: 6 → 3"}, []string{"late/0: done"})
}

// A hand-over that is repeated after its conductor has ended starts another.
func TestExecute_SamePlanAgain(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	in := c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{2 * time.Hour, 6, 4})
	c.offer(0, in, updateCallbacks{})
	c.run(t)
	log := c.log(t)
	c.env = c.conductorEnv()
	c.offer(0, in, updateCallbacks{})
	if counts := c.run(t); len(counts) != 0 {
		t.Errorf("got %v, want nothing done anew", counts)
	}
	c.check(t, "p", log, []string{"p/0: done", "p/1: done"})
}

// struck is a target at which something happens when it is looked at for the
// n-th time.
type struck struct {
	capacity.Target
	look func()
}

func (s struck) State(ctx context.Context) (capacity.State, error) {
	s.look()
	return s.Target.State(ctx)
}

func TestExecute_Cancel(t *testing.T) {
	raise, cut := change{time.Hour, 2, 6}, change{time.Hour, 6, 2}
	tests := map[string]struct {
		change   change
		log      []string
		outcomes []string
	}{
		// What was raised is kept: a compensation never takes capacity away.
		"a raise, being verified": {raise, []string{"p/0: 2 → 6"}, []string{"p/0: failed"}},
		"a cut, being verified":   {cut, []string{"p/0: 6 → 2", "p/0/restore: 2 → 6"}, []string{"p/0: compensated"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, capacity.TargetName(fmt.Sprintf("sim://web?leadTime=50h&drop=1&units=%d", test.change.from)))
			c.policy.Pools[0].LeadTime = 50 * time.Hour
			looks, targets := 0, c.acts.Targets
			c.acts.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
				target, err := targets(name, now)
				return struck{target, func() {
					if looks++; looks == 3 { // after those before and after asking
						c.env.CancelWorkflow()
					}
				}}, err
			}
			c.offer(0, c.plan(t, "p", 0, test.change, change{2 * time.Hour, test.change.to, 20}), updateCallbacks{})
			c.env.ExecuteWorkflow(workflows.Execute, c.state())
			if err := c.env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), "canceled") {
				t.Errorf("got %v, want it cancelled", err)
			}
			c.check(t, "p", test.log, test.outcomes)
		})
	}
}

// TestExecute_SkipsPlan: of a plan that another one replaces before its actions are
// loaded, each action has an outcome as well.
func TestExecute_SkipsPlan(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	up := change{after: time.Hour, from: 2, to: 6}
	c.offer(0, c.plan(t, "p", 0, up), updateCallbacks{})
	c.offer(0, c.plan(t, "q", 0, change{after: 2 * time.Hour, from: 2, to: 4}), updateCallbacks{})
	c.run(t)
	c.check(t, "q", []string{"q/0: 2 → 4"}, []string{"q/0: done"})
	if diff := cmp.Diff([]string{"p/0: superseded"}, c.outcomes(t, "p")); diff != "" {
		t.Errorf("the outcomes of the plan that was skipped (-want +got):\n%s", diff)
	}
}

package workflows_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/activities/policies"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

var (
	runs    = flag.Int("runs", 25, "how many random runs TestExecute_Random makes")
	runSeed = flag.Uint64("run-seed", 4242, "of the first run of TestExecute_Random; each later run has the next one")
)

// A faultyTarget fails at random until all is to succeed. It notes what must never be: two
// requests at once, and one that begins during a pause.
type faultyTarget struct {
	capacity.Target
	*randomRun
}

func (f faultyTarget) Scale(ctx context.Context, a capacity.Action) error {
	fault := f.begin(a)
	defer f.end()
	switch fault {
	case "written, the answer is lost":
		if err := f.Target.Scale(ctx, a); err != nil {
			return err
		}
		return errors.New(fault)
	case "not written, the answer is lost":
		return errors.New(fault)
	case "busy":
		return fmt.Errorf("%s: %w", fault, capacity.ErrTargetBusy)
	case "no units":
		return fmt.Errorf("%s: %w", fault, capacity.ErrNoCapacity)
	case "stopped":
		return fmt.Errorf("%s: %w", fault, capacity.ErrStopped)
	}
	return f.Target.Scale(ctx, a)
}

// A faultyStore does not answer at random.
type faultyStore struct {
	capacity.Store
	*randomRun
}

func (f faultyStore) Get(ctx context.Context, key string) ([]byte, string, error) {
	if f.away() {
		return nil, "", errors.New("the store does not answer")
	}
	return f.Store.Get(ctx, key)
}

func (f faultyStore) Swap(ctx context.Context, key string, data []byte, version string) error {
	if f.away() {
		return errors.New("the store does not answer")
	}
	return f.Store.Swap(ctx, key, data, version)
}

// A randomRun is one run of the workflow, with random plans, orders and faults for ten
// hours; then everything succeeds.
type randomRun struct {
	*conductor
	t      *testing.T
	mu     sync.Mutex
	r      *rand.Rand
	until  time.Time // of faults
	busy   int       // requests that the target answers just now
	paused bool      // a pause was answered, and no resume was sent since the pause was
	ended  int       // how many resumes were sent
	broken []string  // what must never be
	story  []string
	taken  []string // plans that were accepted
	plans  map[string]int
}

func newRandomRun(t *testing.T, seed uint64) *randomRun {
	t.Helper()
	w := newWorld(t, capacity.Auto)
	x := &randomRun{t: t, r: rand.New(rand.NewPCG(seed, 7)), until: origin.Add(10 * time.Hour / speed), plans: map[string]int{}}
	targets := w.acts.Targets
	w.acts.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		target, err := targets(name, now)
		return faultyTarget{target, x}, err
	}
	w.acts.Store = faultyStore{w.acts.Store, x}
	x.conductor = &conductor{world: w, env: w.conductorEnv()}
	w.acts.Now = x.now
	x.env.SetTestTimeout(time.Minute) // of the wall: on a busy machine, too
	return x
}

// tell adds a line to the story of the run.
func (x *randomRun) tell(format string, args ...any) {
	x.story = append(x.story, x.env.Now().UTC().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func (x *randomRun) begin(a capacity.Action) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.busy++; x.busy > 1 {
		x.broken = append(x.broken, "two requests at once, the second for "+a.ID)
	}
	if x.paused {
		x.broken = append(x.broken, "a request during a pause: "+a.ID)
	}
	faults := []string{"", "", "", "written, the answer is lost", "not written, the answer is lost", "busy", "no units", "stopped"}
	fault := faults[x.r.IntN(len(faults))]
	if !x.env.Now().Before(x.until) {
		fault = ""
	}
	x.tell("request %s: %d units %s", a.ID, a.Units, fault)
	return fault
}

func (x *randomRun) end() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.busy--
}

// away reports whether the store does not answer. That is rare, since the test environment
// gives an activity up after ten attempts, which a server does not.
func (x *randomRun) away() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.env.Now().Before(x.until) && x.r.IntN(30) == 0
}

// said is what becomes of an update.
type said struct {
	*randomRun
	text     string
	complete func()
}

func (s said) Accept() {}
func (s said) Reject(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell("%s: refused: %v", s.text, err)
}

func (s said) Complete(_ any, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell("%s: %v", s.text, err)
	if err == nil && s.complete != nil {
		s.complete()
	}
}

// at lets something happen so long after the origin.
func (x *randomRun) at(after time.Duration, do func()) {
	x.env.RegisterDelayedCallback(func() {
		if !x.env.IsWorkflowCompleted() {
			do()
		}
	}, after/speed)
}

func (x *randomRun) update(name, id, text string, complete func(), args ...any) {
	x.env.UpdateWorkflow(name, id, said{x, text, complete}, args...)
}

// target is the target itself, without faults, on the clock of the run.
func (x *randomRun) target() capacity.Target {
	clock := capacity.Replay(origin, speed).Started(origin)
	target, err := local.Fleet{Dir: filepath.Join(x.dir, "fleet"), Now: func() time.Time { return clock.Now(x.env.Now()) }}.Target(x.policy.Pools[0].Target)
	if err != nil {
		x.t.Fatal(err)
	}
	return target
}

// units is what the target runs.
func (x *randomRun) units() capacity.State {
	state, err := x.target().State(context.Background())
	if err != nil {
		x.t.Fatal(err)
	}
	return state
}

// hand offers a plan that begins with what the target runs.
func (x *randomRun) hand(after time.Duration, id string, changes ...change) {
	from := x.units().Units
	for i := range changes {
		changes[i].after += after
		changes[i].from, from = from, changes[i].to
	}
	x.plans[id] = len(changes)
	in := x.plan(x.t, id, after, changes...)
	x.update(workflows.TakeUpdate, id, "plan "+id, func() { x.taken = append(x.taken, id) }, in)
}

// apply puts a policy in force.
func (x *randomRun) apply(id string, p capacity.Policy) {
	store := local.Store{Dir: filepath.Join(x.dir, "store")}
	_, version, err := policies.Current(x.t.Context(), store, p.Service)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		x.t.Fatal(err)
	}
	if err := policies.Force(x.t.Context(), store, p, policies.Pointer{By: "ann"}, version); err != nil {
		x.t.Fatal(err)
	}
	x.update(workflows.PolicyUpdate, "policy "+id, "policy", nil)
}

// resume ends a pause. Requests may begin from the moment on when the update arrives.
func (x *randomRun) resume(id string) {
	x.mu.Lock()
	x.paused, x.ended = false, x.ended+1
	x.mu.Unlock()
	x.update(executor.ResumeOrder, id, "resume", nil, executor.Order{By: "ann", Why: "tests"}, "")
}

// happen lets one thing happen, of all that may.
func (x *randomRun) happen(i int, after time.Duration) {
	x.mu.Lock()
	kind, units, length := x.r.IntN(9), capacity.Units(2+x.r.IntN(9)), time.Duration(10+x.r.IntN(170))*time.Minute
	later := []change{{time.Duration(x.r.IntN(90)) * time.Minute, 0, units}, {time.Duration(90+x.r.IntN(90)) * time.Minute, 0, capacity.Units(2 + x.r.IntN(9))}}
	strange := x.r.IntN(3)
	x.mu.Unlock()
	id := fmt.Sprintf("%d", i)
	order := executor.Order{By: "ann", Why: "tests"}
	switch kind {
	case 0, 1, 2:
		x.hand(after, "p"+id, later...)
	case 3:
		if strange == 0 {
			order.Until = origin.Add(after + length)
		}
		ended := x.ended
		x.update(executor.PauseOrder, id, "pause", func() { x.paused = order.Until.IsZero() && x.ended == ended }, order, "")
	case 4:
		x.resume(id)
	case 5:
		x.update(executor.OverrideOrder, id, fmt.Sprintf("override %d, least %v", units, strange > 0), nil, over("o"+id, units, strange > 0, after+length), "")
	case 6:
		x.update(executor.ClearOrder, id, "clear", nil, executor.Order{By: "ann", Override: fmt.Sprintf("o%d", i-1)}, "")
	case 7:
		p := x.policy
		switch strange {
		case 0:
			p.Control.Freeze = capacity.Freeze{Windows: []capacity.Window{{From: origin.Add(after), To: origin.Add(after + length)}}}
		case 1:
			p.Control.Mode = capacity.Propose
		default:
			p.Pools = append([]capacity.Pool(nil), p.Pools...)
			p.Pools[0].Max = units
		}
		x.apply(id, p)
	case 8:
		if strange == 0 {
			x.mu.Lock()
			x.tell("somebody else changes the target to %d", units)
			x.mu.Unlock()
			if err := x.target().Scale(context.Background(), capacity.Action{ID: "stranger/" + id, Target: x.policy.Pools[0].Target, Units: units}); err != nil {
				x.t.Fatal(err)
			}
		}
	}
}

// TestExecute_Random: whatever happens in whatever order, no target is asked for two
// numbers at once or in a pause, each action of each plan that was taken over has one
// outcome, and once everything succeeds, a new plan is carried out.
func TestExecute_Random(t *testing.T) {
	for i := range *runs {
		seed := *runSeed + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			x := newRandomRun(t, seed)
			after := time.Duration(0)
			x.at(0, func() { x.hand(0, "first", change{time.Hour, 0, 6}, change{2 * time.Hour, 0, 4}) })
			for n := 1; after < 10*time.Hour; n++ {
				after += time.Duration(1+x.r.IntN(60)) * time.Minute
				x.at(after, func() { x.happen(n, after) })
			}
			x.finish(t)
			if t.Failed() {
				for _, line := range x.story {
					t.Log(line)
				}
			}
		})
	}
}

// finish lets everything succeed, and checks the end.
func (x *randomRun) finish(t *testing.T) {
	t.Helper()
	x.at(11*time.Hour, func() {
		x.apply("the last", x.policy)
		x.resume("the last")
	})
	x.at(14*time.Hour, func() { x.hand(14*time.Hour, "last", change{0, 0, 5}) })
	x.at(16*time.Hour, func() {
		if s := x.units(); s.Units != 5 || s.Serving != 5 {
			t.Errorf("a plan of 5 units was handed over and nothing failed, and %d run, of which %d serve", s.Units, s.Serving)
		}
		x.update(executor.AbortOrder, "the end", "abort", nil, executor.Order{By: "ann", Why: "the end"}, "")
	})
	x.env.ExecuteWorkflow(workflows.Execute, x.state())
	if err := x.env.GetWorkflowError(); err != nil {
		t.Error(err)
	}
	for _, what := range x.broken {
		t.Error(what)
	}
	var all []string
	refused := map[string]bool{} // plans that were made with a policy that was replaced before they were read
	for r, err := range audit.Read(t.Context(), local.Store{Dir: filepath.Join(x.dir, "store")}, "web") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("audit: %s: %s (%s)", r.ID, r.Text, r.Why))
		refused[r.Plan] = refused[r.Plan] || r.ID == "unreadable/"+r.Plan && strings.Contains(r.Why, "was made with the policy")
	}
	for _, id := range x.taken {
		if refused[id] {
			continue
		}
		got := map[string]int{}
		for _, o := range x.outcomes(t, id) {
			got[o[:len(id)+2]]++
		}
		for i := range x.plans[id] {
			if n := got[fmt.Sprintf("%s/%d", id, i)]; n != 1 {
				t.Errorf("action %s/%d has %d outcomes", id, i, n)
				x.story = append(x.story, all...)
			}
		}
	}
}

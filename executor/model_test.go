package executor_test

import (
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/executor"
)

var (
	depth    = flag.Int("depth", 0, "how many events TestModel lets happen in a row; 0: what takes a minute at most")
	limit    = flag.Duration("limit", 10*time.Minute, "how long TestModel goes on with -depth")
	set      = flag.Int("set", 0, "how many kinds of events the sets of TestModel_Sets have, beside time and plans; 0: it is skipped")
	setDepth = flag.Int("set-depth", 8, "how many events TestModel_Sets lets happen in a row")
	walks    = flag.Int("walks", 200, "how many random runs TestModel_Walks makes")
	seed     = flag.Uint64("seed", 4242, "of TestModel_Walks; 0: another each time")
)

// A model is a world and the events that may happen in it.
type model struct {
	pools  []capacity.Pool
	floor  bool
	events []string
	depth  int // that is explored within a minute
}

func pool(name string, price float64) capacity.Pool {
	return capacity.Pool{Name: name, Target: capacity.TargetName("sim://" + name), UnitRate: 1, Min: 1, Max: 10, Price: price, LeadTime: 5 * time.Minute}
}

// models are the worlds that are explored: one pool with all orders and faults; one pool
// with a ramp and a floor; and two pools, of which one takes over for the other.
func models() map[string]model {
	ramped := pool("a", 1)
	ramped.Ramp = capacity.Ramp{Up: capacity.Rate{Units: 2, Per: 10 * time.Minute}, Down: capacity.Rate{Units: 2, Per: 10 * time.Minute}}
	return map[string]model{
		"one pool": {pools: []capacity.Pool{pool("a", 1)}, depth: 5, events: []string{
			"time passes", "override exactly 3", "override at least 8", "clear", "pause", "resume", "abort", "cancel",
			"freeze all", "freeze lower", "mode propose", "max 4", "the policy as before", "newer plan",
			"somebody else changes it", "a pause is stored elsewhere", "bucket away", "bucket back",
			"continue as new", "terminate", "terminate, a request is written", "reset",
		}},
		"ramp and floor": {pools: []capacity.Pool{ramped}, floor: true, depth: 5, events: []string{
			"time passes", "override exactly 3", "override at least 8", "clear", "freeze lower", "newer plan",
			"load rises", "load falls", "continue as new",
		}},
		"two pools": {pools: []capacity.Pool{pool("a", 1), pool("b", 2)}, depth: 4, events: []string{
			"time passes", "override exactly 3", "override at least 8", "clear", "pause", "resume", "abort", "freeze all",
			"the last pool leaves", "the policy as before", "newer plan", "somebody else changes it", "continue as new", "bucket away", "bucket back",
		}},
	}
}

// start is the world of a model in which the first plan has been taken over.
func (m model) start() (*world, error) {
	p := capacity.Policy{Service: "web", Pools: m.pools, Control: capacity.Control{Mode: capacity.Auto}, Demand: capacity.Demand{Step: time.Hour}}
	if m.floor {
		p.Control.Floor = capacity.Floor{Dynamic: 0.7}
	}
	runs := map[capacity.TargetName]capacity.Units{}
	var changes []change
	for i, pool := range m.pools {
		runs[pool.Target] = 2
		changes = append(changes, change{time.Hour + time.Duration(i)*time.Second, pool.Target, 2, 6}, change{2 * time.Hour, pool.Target, 6, 3})
	}
	slices.SortStableFunc(changes, func(a, b change) int { return int(a.after - b.after) })
	w := newWorld(p, runs)
	if err := w.begin(w.fresh()); err != nil {
		return nil, err
	}
	return w, w.offer(w.planned("p1", changes...))
}

// hash is equal for worlds that go on alike.
func (w *world) hash(seed maphash.Seed) uint64 {
	to := make([]byte, 0, 2048)
	to = executor.Fingerprint(to, w.now)
	if !w.gone {
		to = w.m.Fingerprint(to)
	}
	for _, pool := range w.base.Pools {
		to = executor.Fingerprint(to, w.targets[pool.Target])
		to = append(to, fmt.Sprint(w.conflict[pool.Target], w.policy.Control.Mode)...)
	}
	to = executor.Fingerprint(to, w.policy)
	for i, f := range w.flight {
		to = append(to, w.called(i)...)
		switch e := f.effect.(type) {
		case executor.Ask:
			to = executor.Fingerprint(to, struct {
				Action capacity.Action
				Expect []capacity.Units
				Least  bool
				Orders int
			}{e.Action, e.Expect, e.Least, e.Orders})
		case executor.Verify:
			to = executor.Fingerprint(to, e.Outcome)
		case executor.RollBack:
			to = executor.Fingerprint(to, e.Action)
		default:
			to = append(to, fmt.Sprintf("%T", e)...)
		}
	}
	to = executor.Fingerprint(to, w.bucket.orders)
	to = append(to, fmt.Sprint(w.bucket.away, w.load, w.doubt, w.cancels, w.again, w.elsewhere, w.gone, len(w.plans), w.newest, len(w.bucket.outcomes))...)
	to = append(to, fmt.Sprint(len(w.open), w.last, w.stops)...)
	to = append(to, w.start...)
	return maphash.Bytes(seed, to)
}

// An exploration goes through all orders of the events of a model, and stops at the
// first fault.
type exploration struct {
	model
	seed    maphash.Seed
	seen    [64]map[uint64]int8 // the depth that was left where a state was found
	locks   [64]sync.Mutex
	states  atomic.Int64
	edges   atomic.Int64
	mu      sync.Mutex
	path    []string
	fault   error
	stopped atomic.Bool
	until   time.Time
}

// first reports whether a state was not yet found with so much depth left.
func (x *exploration) first(h uint64, left int) bool {
	i := h % 64
	x.locks[i].Lock()
	defer x.locks[i].Unlock()
	if before, seen := x.seen[i][h]; seen && int(before) >= left {
		return false
	} else if !seen {
		x.states.Add(1)
	}
	x.seen[i][h] = int8(left)
	return true
}

// fail keeps the first fault.
func (x *exploration) fail(path []string, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.fault == nil {
		x.path, x.fault = slices.Clone(path), err
	}
	x.stopped.Store(true)
}

// try lets an event happen in a copy of a world.
func (x *exploration) try(w *world, path []string, event string) *world {
	next := w.clone()
	path = append(path, event)
	if err := guard(func() error { return next.do(event) }); errors.As(err, new(refused)) {
		return nil
	} else if err != nil {
		x.fail(path, err)
		return nil
	}
	x.edges.Add(1)
	if event == "continue as new" && !w.again && !w.elsewhere {
		if err := w.same(next); err != nil {
			x.fail(path, err)
		}
	}
	return next
}

// visit explores what may happen in a world.
func (x *exploration) visit(w *world, path []string, left int) {
	h := w.hash(x.seed)
	if x.stopped.Load() || !x.first(h, left) {
		return
	}
	if left == 0 {
		if err := guard(w.settle); err != nil {
			x.fail(path, fmt.Errorf("then everything succeeds: %w", err))
		}
		if !x.until.IsZero() && time.Now().After(x.until) {
			x.stopped.Store(true)
		}
		return
	}
	for _, event := range w.events(x.events) {
		if next := x.try(w, path, event); next != nil {
			x.visit(next, append(path, event), left-1)
		}
	}
}

// same checks that a run that was continued decides what the one before would have.
func (w *world) same(next *world) error {
	one, next := w.clone(), next.clone()
	for _, c := range []*world{one, next} {
		c.bucket.away = false
		if err := c.step(executor.Tick{}); err != nil {
			return err
		}
	}
	a, b := executor.Fingerprint(nil, one.m.State()), executor.Fingerprint(nil, next.m.State())
	if string(a) != string(b) {
		return fmt.Errorf("the state differs after it continued as new (-before +after):\n%s", cmp.Diff(one.m.State(), next.m.State()))
	}
	at, _ := one.m.Wake()
	if then, _ := next.m.Wake(); !at.Equal(then) {
		return fmt.Errorf("it wakes at %v, and at %v after it continued as new", at, then)
	}
	return nil
}

// guard makes a panic an error.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			buf := make([]byte, 4096)
			err = fmt.Errorf("panic: %v\n%s", r, buf[:runtime.Stack(buf, false)])
		}
	}()
	return f()
}

// explore goes through all paths of a length, with as many workers as there are cores.
func (x *exploration) explore(length int) error {
	for i := range x.seen {
		x.seen[i] = map[uint64]int8{}
	}
	x.seed = maphash.MakeSeed()
	x.states.Store(0)
	w, err := x.start()
	if err != nil {
		return err
	}
	type branch struct {
		w    *world
		path []string
	}
	branches := []branch{{w, nil}}
	for range min(2, length) {
		var next []branch
		for _, b := range branches {
			for _, event := range b.w.events(x.events) {
				if c := x.try(b.w, b.path, event); c != nil {
					next = append(next, branch{c, append(slices.Clone(b.path), event)})
				}
			}
		}
		branches = next
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(branches), func(i, j int) { branches[i], branches[j] = branches[j], branches[i] })
	work := make(chan branch, len(branches))
	for _, b := range branches {
		work <- b
	}
	close(work)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for b := range work {
				x.visit(b.w, slices.Grow(b.path, 8), max(0, length-2))
			}
		})
	}
	wait.Wait()
	if x.fault != nil {
		return fmt.Errorf("after %s:\n%w\n%s", strings.Join(x.path, ", then "), x.fault, x.retell(x.path))
	}
	return nil
}

// retell is what happened on the way to a fault.
func (m model) retell(path []string) string {
	var lines []string
	w, err := m.start()
	if err != nil {
		return err.Error()
	}
	w.tell = func(format string, args ...any) {
		lines = append(lines, w.now.Format("15:04:05 ")+fmt.Sprintf(format, args...))
	}
	for _, event := range path {
		w.tell("- %s", event)
		if err := guard(func() error { return w.do(event) }); err != nil {
			return strings.Join(lines, "\n")
		}
	}
	w.tell("- everything succeeds")
	_ = guard(w.settle) // its fault is known
	return strings.Join(lines, "\n")
}

// sets are all sets of so many events, each with those that all of them need: time and
// plans. The answers of targets come to them by themselves.
func (m model) sets(size int) (all []model) {
	always := []string{"time passes", "newer plan"}
	others := slices.DeleteFunc(slices.Clone(m.events), func(e string) bool { return slices.Contains(always, e) })
	var choose func(from int, set []string)
	choose = func(from int, set []string) {
		if len(set) == size {
			c := m
			c.events = append(slices.Clone(always), set...)
			all = append(all, c)
			return
		}
		for i := from; i < len(others); i++ {
			choose(i+1, append(slices.Clip(set), others[i]))
		}
	}
	choose(0, nil)
	return all
}

// TestModel explores all orders of events up to a depth.
func TestModel(t *testing.T) {
	for name, m := range models() {
		t.Run(name, func(t *testing.T) {
			x := &exploration{model: m}
			begun := time.Now()
			if *depth > 0 {
				x.depth, x.until = *depth, begun.Add(*limit/3)
			} else if testing.Short() {
				x.depth--
			}
			for length := 1; length <= x.depth && !x.stopped.Load(); length++ {
				if err := x.explore(length); err != nil {
					t.Fatal(err)
				}
				t.Logf("depth %d: %d distinct states, %d events, %v%s", length, x.states.Load(), x.edges.Load(), time.Since(begun).Round(time.Millisecond),
					map[bool]string{true: ", not all: the time is up"}[x.stopped.Load()])
			}
		})
	}
}

// TestModel_Sets explores all orders of few kinds of events to a greater depth, for all
// sets of so many kinds.
func TestModel_Sets(t *testing.T) {
	if *set == 0 {
		t.Skip("not part of make test: run make model")
	}
	for name, m := range models() {
		t.Run(name, func(t *testing.T) {
			begun, states, edges := time.Now(), int64(0), int64(0)
			sets := m.sets(*set)
			for _, c := range sets {
				x := &exploration{model: c}
				if err := x.explore(*setDepth); err != nil {
					t.Fatal(err)
				}
				states, edges = states+x.states.Load(), edges+x.edges.Load()
			}
			t.Logf("depth %d of %d sets of %d events: %d distinct states, %d events, %v", *setDepth, len(sets), *set, states, edges, time.Since(begun).Round(time.Second))
		})
	}
}

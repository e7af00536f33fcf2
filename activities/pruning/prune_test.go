package pruning_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/activities/pruning"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/audit"
	"headroom/capacity"
	"headroom/pipeline"
)

const day = 24 * time.Hour

// A bucket is a store with objects of all ages, and what is known of them.
type bucket struct {
	capacity.Store
	t       *testing.T
	objects *objects
	now     time.Time
	needed  map[string]string // key -> why it must stay
	old     map[string]bool   // keys that must go
	inForce map[string][]string
	failing map[string]bool // services whose runs do not answer
}

func newBucket(t *testing.T) *bucket {
	t.Helper()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	objects := &objects{now: now, all: map[string]object{}}
	return &bucket{
		Store: objects, objects: objects, t: t, now: now,
		needed: map[string]string{}, old: map[string]bool{}, inForce: map[string][]string{}, failing: map[string]bool{},
	}
}

func (b *bucket) InForce(_ context.Context, service string) ([]string, error) {
	if b.failing[service] {
		return nil, errors.New("no worker polls for it")
	}
	return b.inForce[service], nil
}

// put writes an object of some age.
func (b *bucket) put(key string, age time.Duration, v any) capacity.Ref {
	b.t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	b.objects.write(key, data, b.now.Add(-age))
	return capacity.RefTo(key, data)
}

// keys is all that is there.
func (b *bucket) keys() map[string]bool {
	b.t.Helper()
	found := map[string]bool{}
	for e, err := range b.List(b.t.Context(), "", "") {
		if err != nil {
			b.t.Fatal(err)
		}
		found[e.Key] = true
	}
	return found
}

// fill draws a service: plans and models of all ages, of which some are in force.
func (b *bucket) fill(service string, rng *rand.Rand) {
	age := func(most int) time.Duration { return time.Duration(rng.IntN(most*24*60)) * time.Minute }
	stay := func(why string, keys ...string) {
		for _, key := range keys {
			if key != "" {
				b.needed[key] = why
			}
		}
	}
	type version struct {
		name           string
		age            time.Duration
		trained, board capacity.Ref
		table          string
	}
	var versions []version
	for i := range 2 + rng.IntN(8) {
		v := version{name: fmt.Sprintf("v%02d", i), age: age(100)}
		v.table = b.put(capacity.HistoryKey(service, b.now.Add(-v.age), fmt.Sprintf("%064x", rng.Uint64())), v.age, "a table").Key
		v.board = b.put(capacity.BoardKey(service, v.name), v.age, "a board")
		v.trained = b.put(capacity.ModelKey(service, v.name, "ets"), v.age, retraining.Trained{Model: "ets", Table: capacity.Ref{Key: v.table}, Board: v.board})
		versions = append(versions, v)
	}
	champion := versions[rng.IntN(len(versions))]
	b.put(capacity.ChampionKey(service), champion.age, retraining.Champion{Model: "ets", Version: champion.name, Trained: champion.trained})
	stay("of the champion", champion.trained.Key, champion.board.Key, champion.table)

	type plan struct {
		id   string
		age  time.Duration
		keys []string
		from []string // what it was made from
	}
	var plans []plan
	for i := range rng.IntN(70) {
		p := plan{id: fmt.Sprintf("%08x%02d", rng.Uint32(), i), age: age(100)}
		made := p.age + 10*time.Minute
		table := b.put(capacity.HistoryKey(service, b.now.Add(-made), fmt.Sprintf("%064x", rng.Uint64())), made, "a table")
		forecast := b.put(capacity.ForecastKey(service, b.now.Add(-made), fmt.Sprintf("%064x", rng.Uint64())), made, "a forecast")
		v := versions[rng.IntN(len(versions))]
		p.from = []string{table.Key, forecast.Key, v.board.Key}
		for part, value := range map[string]any{
			"plan.json":     pipeline.StoredPlan{Plan: capacity.Plan{ID: p.id}, Table: table, Forecast: forecast, Board: v.board},
			"standing.json": capacity.Standing{Verdict: "executing"}, "outcomes.json": []string{}, "report.html": "page",
		} {
			p.keys = append(p.keys, b.put(capacity.PlanKey(service, p.id, part), p.age, value).Key)
		}
		b.put(capacity.DayKey(service, b.now.Add(-p.age)), p.age, map[string]any{})
		plans = append(plans, p)
	}
	slices.SortFunc(plans, func(a, b plan) int { return int(a.age - b.age) })
	force := map[int]string{}
	if len(plans) > 0 {
		current := rng.IntN(len(plans))
		force[current] = "of the current plan"
		b.put(capacity.CurrentPlanKey(service), plans[current].age, capacity.PlanRef{ID: plans[current].id})
		for range rng.IntN(3) {
			i := rng.IntN(len(plans))
			force[i] = "of a plan in force"
			b.inForce[service] = append(b.inForce[service], plans[i].id)
		}
	}
	for i, p := range plans {
		why := force[i]
		if why == "" && i < 24 {
			why = "of the newest plans"
		}
		switch {
		case why != "":
			stay(why, p.keys...)
			stay(why, p.from[:2]...)
			if force[i] != "" {
				stay(why, p.from[2]) // its report may be drawn again
			}
		case p.age < 30*day:
			for _, key := range p.keys {
				if p.age < 7*day || !strings.HasSuffix(key, "/report.html") {
					stay("of a plan that is young", key)
				}
			}
		case p.age > 33*day:
			for _, key := range p.keys {
				b.old[key] = true
			}
		}
		switch {
		case why != "":
		case p.age < 14*day:
			stay("of a plan that is young", p.from[:2]...)
		case p.age > 17*day:
			b.old[p.from[0]], b.old[p.from[1]] = true, true
		}
	}
	for _, v := range versions {
		if v.age < 30*day {
			stay("of models that are young", v.trained.Key, v.board.Key)
		}
	}
	for _, key := range []string{
		capacity.OrdersKey(service), capacity.StopAllKey, capacity.StopKey(service), capacity.ShareKey(service), capacity.LeadTimesKey(service),
		capacity.UnitRatesKey(service), capacity.OwnTargetsKey(service), capacity.TargetKey("sim://a"), capacity.LimitKey("sim://a"),
		capacity.EventKey(service, "launch"), capacity.FleetListKey("ab"), "audit/" + service + "/notes", capacity.ChampionKey(service),
	} {
		if !b.keys()[key] {
			b.put(key, 500*day, "x")
		}
		stay("what moves, or outlives all", key)
	}
	stay("a week of last year", b.put(capacity.RegretKey(service, "2025-W50"), 300*day, "x").Key)
	b.old[b.put(capacity.RegretKey(service, "2024-W50"), 500*day, "x").Key] = true
	stay("damaged lately", b.put(capacity.OrdersKey(service)+".damaged-0123abcd", 80*day, "x").Key)
	b.old[b.put(capacity.OrdersKey(service)+".damaged-0123abce", 100*day, "x").Key] = true
	b.old[b.put(capacity.ChampionKey(service)+".damaged-0123abce", 100*day, "x").Key] = true
	stay("a run over the fleet", b.put("fleets/plan/b/chunk", 10*day, "x").Key)
	b.old[b.put("fleets/plan/a/chunk", 20*day, "x").Key] = true
}

// run prunes all services.
func (b *bucket) run(store capacity.Store) (pruning.ConcludeResult, error) {
	b.t.Helper()
	a := pruning.Pruning{Records: records.Records{Store: store, Now: func() time.Time { return b.now }}, Conductor: b}
	in := pruning.PruneInput{Run: "1"}
	for more := true; more; {
		out, err := a.PruneServices(b.t.Context(), in)
		if err != nil {
			return pruning.ConcludeResult{}, err
		}
		in.After, in.So, more = out.After, out.So, out.More
	}
	return a.Conclude(b.t.Context(), pruning.ConcludeInput{Run: in.Run, So: in.So})
}

// check fails if anything that is needed is gone, or, if all is pruned, anything old is
// there.
func (b *bucket) check(pruned bool) {
	b.t.Helper()
	there := b.keys()
	for key, why := range b.needed {
		if !there[key] {
			b.t.Errorf("%s is gone: %s", key, why)
		}
	}
	for key := range b.old {
		if pruned && there[key] && b.needed[key] == "" {
			b.t.Errorf("%s is kept, and nothing needs it", key)
		}
	}
}

// Of any bucket, what is in force and what is young stays, and what is old goes; also if
// a run is broken off anywhere, and goes on.
func TestPrune(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			b := newBucket(t)
			for i := range 1 + rng.IntN(3) {
				b.fill(fmt.Sprintf("s%d", i), rng)
			}
			if seed%2 == 1 {
				if _, err := b.run(&broken{Store: b.Store, left: rng.IntN(60)}); err != nil && !errors.Is(err, errBroken) {
					t.Fatal(err)
				}
				b.check(false)
			}
			out, err := b.run(b.Store)
			if err != nil || out.Pruned.Failed > 0 {
				t.Fatalf("%+v, %v", out, err)
			}
			b.check(true)
			left := b.keys()
			if again, err := b.run(b.Store); err != nil || again.Pruned.All.Objects != 0 {
				t.Errorf("again: %+v, %v, want nothing removed", again.Pruned, err)
			}
			if now := b.keys(); !maps.Equal(left, now) {
				t.Errorf("a second run left %d keys, the first %d", len(now), len(left))
			}
		})
	}
}

// What is removed is on record before it is: a run that is broken off has said so.
func TestPrune_RecordedFirst(t *testing.T) {
	b := newBucket(t)
	b.fill("s0", rand.New(rand.NewPCG(3, 1)))
	before := len(b.keys())
	if _, err := b.run(&broken{Store: b.Store}); !errors.Is(err, errBroken) {
		t.Fatalf("got %v, want it broken off", err)
	}
	if now := len(b.keys()); now != before+2 { // the record, and the head
		t.Errorf("%d objects became %d, want none removed", before, now)
	}
	for r, err := range audit.Read(t.Context(), b.Store, "s0") {
		if err != nil || r.Kind != audit.Pruned {
			t.Errorf("got %+v, %v, want a record of what was to be removed", r, err)
		}
	}
}

// Where it cannot be found out what is in force, nothing of that service is removed, and
// the result says why; the other services are pruned.
func TestPrune_NotKnown(t *testing.T) {
	for name, spoil := range map[string]func(b *bucket){
		"no answer":          func(b *bucket) { b.failing["s0"] = true },
		"a damaged pointer":  func(b *bucket) { b.put(capacity.CurrentPlanKey("s0"), 0, 7) },
		"a damaged champion": func(b *bucket) { b.put(capacity.ChampionKey("s0"), 0, []int{1}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBucket(t)
			for i := range 2 {
				b.fill(fmt.Sprintf("s%d", i), rand.New(rand.NewPCG(uint64(i), 1)))
			}
			before := b.keys()
			spoil(b)
			out, err := b.run(b.Store)
			if err != nil || out.Pruned.Failed != 1 || !strings.HasPrefix(out.Pruned.Failures[0], "s0: ") {
				t.Fatalf("%+v, %v, want s0 to fail", out.Pruned, err)
			}
			after := b.keys()
			for key := range before {
				if strings.Contains(key, "/s0/") && !after[key] {
					t.Errorf("%s is gone", key)
				}
			}
			if out.Pruned.All.Objects == 0 {
				t.Error("nothing was removed of the other service")
			}
		})
	}
}

// A plan that is made and becomes current while objects are removed loses nothing.
func TestPrune_ConcurrentPlan(t *testing.T) {
	b := newBucket(t)
	b.fill("s0", rand.New(rand.NewPCG(3, 1)))
	busy := &busy{Store: b.Store, each: func(n int) {
		id := fmt.Sprintf("new%d", n)
		table := b.put(capacity.HistoryKey("s0", b.now, fmt.Sprintf("%064x", n)), 0, "a table")
		forecast := b.put(capacity.ForecastKey("s0", b.now, fmt.Sprintf("%064x", n)), 0, "a forecast")
		plan := b.put(capacity.PlanKey("s0", id, "plan.json"), 0, pipeline.StoredPlan{Plan: capacity.Plan{ID: id}, Table: table, Forecast: forecast})
		b.put(capacity.CurrentPlanKey("s0"), 0, capacity.PlanRef{ID: id, Ref: plan})
		for _, key := range []string{table.Key, forecast.Key, plan.Key} {
			b.needed[key] = "of a plan that was made meanwhile"
		}
	}}
	if out, err := b.run(busy); err != nil || out.Pruned.Failed > 0 || busy.calls < 10 {
		t.Fatalf("%+v, %v, during %d calls", out.Pruned, err, busy.calls)
	}
	b.check(true)
}

var errBroken = errors.New("the worker is lost")

// broken removes only so many objects.
type broken struct {
	capacity.Store
	mu   sync.Mutex
	left int
}

func (s *broken) Delete(ctx context.Context, key string) error {
	s.mu.Lock()
	s.left--
	gone := s.left < 0
	s.mu.Unlock()
	if gone {
		return errBroken
	}
	return s.Store.Delete(ctx, key)
}

// busy is a store to which others write between any two removals.
type busy struct {
	capacity.Store
	mu    sync.Mutex
	calls int
	each  func(n int)
}

func (s *busy) Delete(ctx context.Context, key string) error {
	s.mu.Lock()
	s.calls++
	s.each(s.calls)
	s.mu.Unlock()
	return s.Store.Delete(ctx, key)
}

package executor_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// A world is what surrounds one machine: its targets, the bucket, and the effects that
// are in flight. It answers as the activities do. What is delivered to the machine, and
// when, is up to the story or the model check that drives it.
type world struct {
	m         *executor.Machine
	now       time.Time
	base      capacity.Policy // that the service begins with
	policy    capacity.Policy // that is in force
	targets   map[capacity.TargetName]capacity.State
	flight    []flight
	plans     map[string]plan
	slots     int            // entries of a timetable that targets hold; 0: they have none
	load      capacity.Units // that the floor finds needed; 0: nothing is measured
	leads     bool           // the controller renews its lease
	liveOff   bool           // it is switched off in the bucket
	bucket    bucket
	start     []byte             // the state with which the run began, which a reset goes back to
	gone      bool               // the run was terminated, or has ended, and no other has begun
	cancels   bool               // the run was canceled
	again     bool               // the run repeats one that was terminated or reset, which may have recorded outcomes out of order
	given     []executor.Ordered // orders that are not stored
	elsewhere bool               // others were stored elsewhere, and the run has not read them
	newest    string             // the plan that was offered last
	versions  executor.Versions
	checks
	tell func(format string, args ...any) // of a story; nil: none
}

// flight is an effect whose result is not delivered yet.
type flight struct {
	effect executor.Effect
	truth  truth // the orders that were in force when it began
	given  int   // how many of them were not stored
}

// A plan is what the bucket holds of one.
type plan struct {
	ref     capacity.PlanRef
	policy  capacity.Policy
	actions []capacity.Action
	most    map[capacity.TargetName]capacity.Units
	broken  bool
}

// bucket is what is stored beside the plans. While it is away, nothing of it is answered.
type bucket struct {
	away     bool
	stop     string // why all changes are stopped; empty: they are not
	orders   executor.StandingOrders
	damaged  bool
	lost     bool  // the orders are gone; the audit has them
	truth    truth // what is stored, as the world has seen it given
	outcomes []recorded
}

// recorded is an outcome that was kept.
type recorded struct {
	plan, action string
	verdict      capacity.Verdict
}

// newWorld is a world in which nothing was ever begun.
func newWorld(policy capacity.Policy, runs map[capacity.TargetName]capacity.Units) *world {
	w := &world{now: origin, base: policy, policy: policy, targets: map[capacity.TargetName]capacity.State{}, plans: map[string]plan{}, gone: true}
	for target, units := range runs {
		w.targets[target] = capacity.State{Units: units, Serving: units}
	}
	w.versions, w.checks = executor.Current(), newChecks()
	return w
}

// clone is another world that goes on from the same point.
func (w *world) clone() *world {
	c := *w
	if w.m != nil {
		c.m = w.m.Clone()
	}
	c.targets, c.plans, c.flight = maps.Clone(w.targets), maps.Clone(w.plans), slices.Clone(w.flight)
	c.given = slices.Clip(w.given)
	c.bucket.outcomes = slices.Clip(w.bucket.outcomes)
	c.checks = w.checks.clone()
	return &c
}

// begin starts a run with a state, as it survives JSON.
func (w *world) begin(state []byte) error {
	var s executor.State
	if err := json.Unmarshal(state, &s); err != nil {
		return err
	}
	m, err := executor.New(s, w.versions)
	if err != nil {
		return err
	}
	w.m, w.flight, w.start, w.gone, w.cancels, w.given = m, nil, state, false, false, nil
	w.begun(m.State())
	return w.step(executor.Started{})
}

// fresh is the state with which the first run of a service begins.
func (w *world) fresh() []byte {
	return encode(executor.State{Service: "web", Policy: w.policy, Version: 1})
}

func encode(s executor.State) []byte {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return data
}

// continueAsNew goes on with the state through JSON.
func (w *world) continueAsNew() error { return w.begin(encode(w.m.State())) }

// step tells the machine of an event, checks what it decides, begins its effects, and
// delivers the results that come by themselves.
func (w *world) step(e executor.Event) error {
	if err := w.stepOnly(e); err != nil {
		return err
	}
	return w.drain()
}

func (w *world) stepOnly(e executor.Event) error {
	before := w.m.State()
	before.Next = maps.Clone(before.Next)
	effects := w.m.Step(w.now, e)
	if err := w.check(before, e, effects); err != nil {
		return err
	}
	for _, effect := range effects {
		w.show(effect)
		switch effect.(type) {
		case executor.Report, executor.Describe:
		case executor.Finish:
			w.gone, w.doubt = true, true // what is left of the plan is not carried out
		default:
			w.flight = append(w.flight, flight{effect, w.truth.clone(), len(w.given)})
		}
	}
	return nil
}

// drain delivers, in order, all results that come by themselves.
func (w *world) drain() error {
	for i := 0; i < len(w.flight); {
		f := w.flight[i]
		event, ok := w.result(f)
		if !ok {
			i++
			continue
		}
		w.flight = slices.Delete(slices.Clone(w.flight), i, i+1)
		if event == nil {
			continue
		}
		if err := w.stepOnly(event); err != nil {
			return err
		}
		i = 0
	}
	return w.settledChecks()
}

// result is the result of an effect that nothing stands in the way of, but not of those
// that the driver answers: requests, verifications and rollbacks.
func (w *world) result(f flight) (executor.Event, bool) {
	switch e := f.effect.(type) {
	case executor.ReadTargets:
		states := map[capacity.TargetName]capacity.State{}
		for _, target := range e.Targets {
			states[target] = w.targets[target]
		}
		return executor.TargetsRead{ID: e.ID, States: states}, true
	case executor.ReadLoad:
		if w.load == 0 {
			return executor.LoadRead{Failure: &executor.Failure{Kind: executor.Rejected, Text: "no load"}}, true
		}
		return executor.LoadRead{Result: executor.FloorResult{Units: w.load, Measured: w.now, Why: fmt.Sprintf("the load needs %d units", w.load)}}, true
	case executor.WriteTimetable:
		return executor.TimetableWritten{Target: e.Target, Slots: e.Slots}, true
	case executor.Ask, executor.Verify, executor.RollBack:
		return nil, false
	}
	if w.bucket.away {
		return nil, false
	}
	switch e := f.effect.(type) {
	case executor.ReadOrders:
		if w.bucket.damaged {
			w.damagedRead()
			return executor.OrdersRead{Damaged: "the stored orders are damaged"}, true
		}
		w.orderRead()
		switch {
		case w.bucket.lost && e.New:
			return executor.OrdersRead{Orders: decode(w.bucket.orders), Restored: "the stored orders are gone: those on record count"}, true
		case w.bucket.lost:
			return executor.OrdersRead{}, true
		}
		return executor.OrdersRead{Orders: decode(w.bucket.orders)}, true
	case executor.Publish:
		return executor.Published{}, true
	case executor.ReadLease:
		if w.leads && !w.liveOff {
			return executor.LeaseRead{Decides: true, Renewed: w.now}, true
		}
		return executor.LeaseRead{Off: w.liveOff, Why: "it renews no lease"}, true
	case executor.CheckStop:
		return executor.StopChecked{Why: w.bucket.stop}, true
	case executor.StoreOrders:
		return w.store(e, f), true
	case executor.LoadPlan:
		return w.read(e.Plan.ID), true
	case executor.Record:
		for _, o := range e.Outcomes {
			if w.outcomesOf(o.Action.ID) == 0 {
				w.bucket.outcomes = append(w.bucket.outcomes, recorded{e.Plan, o.Action.ID, o.Verdict})
			}
		}
		return executor.Recorded{ID: e.ID}, true
	case executor.Audit:
		return executor.Recorded{ID: e.ID}, true
	}
	panic(fmt.Sprintf("unknown effect %T", f.effect))
}

// decode is orders as they are read: they share nothing with those that were stored.
func decode(o executor.StandingOrders) (out executor.StandingOrders) {
	out = o
	out.Overrides = slices.Clone(o.Overrides)
	return out
}

// store stores orders unless others of that Seq or a later one are.
func (w *world) store(e executor.StoreOrders, f flight) executor.Event {
	if !w.bucket.damaged && !w.bucket.lost && w.bucket.orders.Seq >= e.Orders.Seq {
		same := string(encodeOrders(w.bucket.orders)) == string(encodeOrders(e.Orders))
		return executor.OrdersStored{Seq: w.bucket.orders.Seq, Outdated: !same}
	}
	w.bucket.orders, w.bucket.truth, w.bucket.damaged, w.bucket.lost = decode(e.Orders), f.truth, false, false
	w.given = w.given[f.given:]
	return executor.OrdersStored{Seq: e.Orders.Seq}
}

func encodeOrders(o executor.StandingOrders) []byte {
	data, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return data
}

// read reads a plan as the activity Load does.
func (w *world) read(id string) executor.Event {
	p := w.plans[id]
	if p.broken {
		return executor.PlanUnreadable{Plan: id, Why: "the plan is damaged"}
	}
	out := executor.PlanLoaded{
		Plan: id, Policy: p.policy, By: "headroom", Actions: p.actions, Pools: p.policy.Pools, Most: p.most,
		Settled: map[capacity.TargetName]int{}, Seen: map[capacity.TargetName]capacity.State{},
	}
	for _, pool := range p.policy.Pools {
		out.Seen[pool.Target] = w.targets[pool.Target]
		if w.slots > 0 {
			out.Slots = map[capacity.TargetName]int{pool.Target: w.slots}
		}
	}
	open := map[capacity.TargetName]bool{}
	for _, action := range p.actions {
		if open[action.Target] = open[action.Target] || w.outcomesOf(action.ID) == 0; !open[action.Target] {
			out.Settled[action.Target]++
		}
	}
	return out
}

// pass lets time pass to a time, waking the machine when it asks for it.
func (w *world) pass(to time.Time) error {
	for {
		at, _ := w.m.Wake()
		if at.IsZero() || at.After(to) || w.gone {
			w.now = to
			return nil
		}
		w.now = at
		if err := w.step(executor.Tick{}); err != nil {
			return err
		}
	}
}

// outcomesOf is how many outcomes of an action are kept.
func (w *world) outcomesOf(action string) (n int) {
	for _, r := range w.bucket.outcomes {
		if r.action == action {
			n++
		}
	}
	return n
}

// show tells a story of an effect.
func (w *world) show(e executor.Effect) {
	if w.tell == nil {
		return
	}
	if text := sentence(e); text != "" {
		w.tell("%s", text)
	}
}

package workflows_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/oversight"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/executor/event"
	"headroom/history"
	"headroom/models"
	"headroom/workflows"
)

var (
	storageServices = flag.Int("storage", 0, "how many services it is measured for what they store; 0: the test is left out")
	storageDays     = flag.Int("storage-days", 42, "for how many simulated days")
)

const (
	storageBefore = 28 // days of load before the first
	storageAtOnce = 4  // services that are simulated at the same time
)

// TestStorage measures what services store that are planned and watched in every hour,
// retrained in every night, looked back at and given another policy in every week, prepared
// for an event in every week, and pruned once a day. The workflows are those that
// schedules start, on the test environment of Temporal's SDK, whose clock jumps to the
// next timer, with the real activities and models; each service has a store of its own,
// in memory, since no two share an object but those of runs over a fleet. In the last
// week nothing may grow that is pruned, and what is held after a year must be within the
// limit.
func TestStorage(t *testing.T) {
	if *storageServices == 0 {
		t.Skip("not part of make test: run make bench-storage")
	}
	begun := time.Now()
	months := make([]*month, *storageServices)
	for i := range months {
		months[i] = newMonth(t, i)
	}
	slots := make(chan struct{}, storageAtOnce)
	var all sync.WaitGroup
	for _, m := range months {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			m.run(t)
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	sum := sumOf(months)
	t.Logf("%d services for %d days in %v; below, for each prefix, a service: held at the end, growth per day in the last week, peak, requests per day in the last week; and %d services after a year\n%s",
		*storageServices, *storageDays, time.Since(begun).Round(time.Second), storageFleet, sum.table())
	sum.check(t)
}

// A month is the life of one service.
type month struct {
	dir    string
	policy capacity.Policy
	store  *meteredStore
	env    *testsuite.TestWorkflowEnvironment
	acts   *activities.Activities
	ports  // what is not needed fails

	failed error // of events

	mu   sync.Mutex
	last string             // the plan that was handed over last
	days []map[string]usage // what was held, and requested so far, at the end of each day
}

// newMonth is a service of its own load: a day, a week, noise, and every third one with
// a shift of level in the fourth week.
func newMonth(t *testing.T, i int) *month {
	t.Helper()
	m := &month{dir: t.TempDir()}
	rng := rand.New(rand.NewPCG(uint64(i), 1))
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests")
	for h := range (storageBefore + *storageDays + 1) * 24 {
		at := origin.Add(time.Duration(h-storageBefore*24) * time.Hour)
		rate := 600 + 500*math.Sin(2*math.Pi*float64(at.Hour()-6)/24)
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			rate *= 0.6
		}
		if i%3 == 2 && h > (storageBefore+22)*24 {
			rate *= 1.5
		}
		fmt.Fprintf(&csv, "%s,%.0f\n", at.Format(time.RFC3339), rate*math.Exp(0.1*rng.NormFloat64())*3600)
	}
	write(t, filepath.Join(m.dir, "load", "a.csv"), csv.Bytes())
	service := fmt.Sprintf("service-%03d", i)
	m.policy = capacity.Policy{
		Service: service,
		Demand: capacity.Demand{
			Source: "file://" + filepath.Join(m.dir, "load") + "/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum,
			Step: time.Hour, Timezone: "UTC", Window: storageBefore * 24 * time.Hour,
		},
		Forecast: capacity.Outlook{Horizon: 24 * time.Hour, Retrain: "0 3 * * *"},
		Schedule: capacity.Schedule{Plan: "5 * * * *", Watch: "35 * * * *", Replan: time.Hour, Overlap: capacity.Wait, CatchUp: time.Hour},
		// Its units serve at once: nobody waits on the wall for those that are verified.
		Pools:     []capacity.Pool{{Name: "a", Target: capacity.TargetName("sim://" + service + "?units=5&max=100"), UnitRate: 60, Min: 2, Max: 150, Price: 1, Market: capacity.OnDemand, LeadTime: 8 * time.Minute}},
		Objective: capacity.Objective{Missing: 40},
		Control:   capacity.Control{Mode: capacity.Auto, Approval: capacity.Approval{Expires: time.Hour}},
		Notify:    capacity.Notify{{To: "env:OPS", On: capacity.NoticeKinds()}},
	}
	if i%2 == 1 {
		m.policy.Control.Floor = capacity.Floor{Dynamic: 0.8}
	}
	for day := 4; day < *storageDays; day += 7 {
		at := origin.Add(time.Duration(day) * 24 * time.Hour)
		m.policy.Events = append(m.policy.Events, capacity.Event{
			Name: fmt.Sprintf("sale-%d", day), From: at.Add(10 * time.Hour), To: at.Add(14 * time.Hour), Uplift: capacity.Uplift{Factor: 1.8},
		})
	}
	return m
}

// run lives through all days.
func (m *month) run(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	m.env = suite.NewTestWorkflowEnvironment()
	m.env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	m.env.SetTestTimeout(10 * time.Minute)
	m.env.SetStartTime(origin)
	m.store = newMeteredStore(m.env.Now)
	m.acts = activities.New(activities.Ports{
		Store:   m.store,
		Sources: func(string) (history.Source, error) { return local.Source{}, nil },
		Targets: func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
			return local.Fleet{Dir: filepath.Join(m.dir, "fleet"), Now: now}.Target(name)
		},
		Models: func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step)) },
		Now:    m.env.Now, Conductor: m, Identifier: m, Notifier: m,
	})
	workflows.Register(m.env)
	m.env.RegisterActivity(m.acts)
	m.env.RegisterWorkflow(m.live)
	if err := policies.Force(t.Context(), m.store, m.policy, policies.Pointer{By: "the test"}, ""); err != nil {
		t.Error(err)
		return
	}
	m.env.ExecuteWorkflow(m.live)
	if err := m.env.GetWorkflowError(); err != nil {
		t.Errorf("%s: %v", m.policy.Service, err)
		return
	}
	if _, err := audit.Verify(t.Context(), m.store, m.policy.Service, ""); err != nil {
		t.Error(err)
	}
	m.store.objects = nil // what was counted is enough
}

// live starts what schedules and persons start, at their times.
func (m *month) live(ctx workflow.Context) error {
	service := m.policy.Service
	start(ctx, workflows.ExecuteID(service), workflows.Execute, executor.State{Service: service})
	for day := range *storageDays {
		midnight := origin.Add(time.Duration(day) * 24 * time.Hour)
		for hour := range 24 {
			at := midnight.Add(time.Duration(hour) * time.Hour)
			if err := m.hour(ctx, day, at); err != nil {
				return fmt.Errorf("%s at %s: %w", service, at.Format(time.RFC3339), err)
			}
		}
		if err := workflow.Sleep(ctx, midnight.Add(24*time.Hour-time.Minute).Sub(workflow.Now(ctx))); err != nil {
			return err
		}
		m.days = append(m.days, m.store.usage()) //workflowcheck:ignore // a sum
	}
	return m.failed
}

// hour is what is begun within an hour.
func (m *month) hour(ctx workflow.Context, day int, at time.Time) error {
	type task struct {
		minute int
		due    bool
		do     func() error
	}
	due := func(t workflows.Task) func() error {
		return func() error {
			id := fmt.Sprintf("due/%s/%s-%s", m.policy.Service, t, at.Format(time.RFC3339))
			return start(ctx, id, workflows.Due, workflows.DueInput{Service: m.policy.Service, Task: t}).Get(ctx, nil)
		}
	}
	hour, weekly := at.Hour(), day%7
	for _, task := range []task{
		{0, hour == 3 || day == 0 && hour == 0, due(workflows.RetrainTask)},
		{5, true, due(workflows.PlanTask)},
		{10, weekly == 4 && hour == 8, func() error { return m.prepare(ctx, day) }},
		{15, weekly == 2 && hour == 11, func() error { return m.apply(ctx, day) }},
		{20, hour == 2, func() error {
			return start(ctx, workflows.PruneID, workflows.Prune, workflows.PruneState{}).Get(ctx, nil)
		}},
		{35, true, due(workflows.WatchTask)},
		{45, weekly == 1 && day > 7 && hour == 6, due(workflows.RegretTask)},
	} {
		if !task.due {
			continue
		}
		if err := workflow.Sleep(ctx, max(0, at.Add(time.Duration(task.minute)*time.Minute).Sub(workflow.Now(ctx)))); err != nil {
			return err
		}
		if err := task.do(); err != nil {
			return err
		}
	}
	return nil
}

// start starts a workflow under an ID.
func start(ctx workflow.Context, id string, w, in any) workflow.ChildWorkflowFuture {
	return workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: id}), w, in)
}

// prepare has the service prepared for the event of the week, for which the limit of the
// target is raised, and waits for that beside all else.
func (m *month) prepare(ctx workflow.Context, day int) error {
	name := fmt.Sprintf("sale-%d", day)
	pool := m.policy.Pools[0]
	in := workflows.EventState{By: "ann", State: event.State{
		Service: m.policy.Service, Event: capacity.Event{Name: name},
		Pools: []event.Need{{Pool: pool.Name, Target: pool.Target, Units: 120, Lead: pool.LeadTime}},
	}}
	prepared := start(ctx, workflows.EventID(m.policy.Service, name), workflows.PrepareEvent, in)
	workflow.Go(ctx, func(ctx workflow.Context) { m.failed = errors.Join(m.failed, prepared.Get(ctx, nil)) })
	return prepared.GetChildWorkflowExecution().Get(ctx, nil)
}

// apply puts another policy in force.
func (m *month) apply(ctx workflow.Context, day int) error {
	m.policy.Objective.Missing = float64(40 + day)
	return start(ctx, "policy/"+m.policy.Service, workflows.ApplyPolicy, policies.PutInput{Policy: m.policy, By: "ann"}).Get(ctx, nil)
}

// update gives a run an update, as its sender in package app does, and waits for the
// answer. It is an activity that calls it: the environment is entered by its own loop.
func (m *month) update(id, name, update string, args ...any) error {
	done := make(chan error, 1)
	m.env.RegisterDelayedCallback(func() {
		if err := m.env.UpdateWorkflowByID(id, name, update, told{done}, args...); err != nil {
			done <- err
		}
	}, 0)
	return <-done
}

// told hands the answer to an update on.
type told struct{ answer chan<- error }

func (told) Accept()                     {}
func (t told) Reject(err error)          { t.answer <- err }
func (t told) Complete(_ any, err error) { t.answer <- err }

// Offer implements [activities.Conductor].
func (m *month) Offer(_ context.Context, in execution.TakeInput) error {
	err := m.update(workflows.ExecuteID(in.Service), workflows.TakeUpdate, in.Plan.ID, in)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = in.Plan.ID
	return err
}

// SendOrder implements [activities.Conductor].
func (m *month) SendOrder(_ context.Context, in events.OrderInput) error {
	in.Override.By = "the preparation"
	name, arg := executor.OverrideOrder, any(in.Override)
	if in.Clear {
		name, arg = executor.ClearOrder, executor.Order{Override: in.Override.ID, By: in.Override.By, Why: in.Why}
	}
	return m.update(workflows.ExecuteID(in.Service), name, name+"/"+in.Override.ID, arg, "")
}

// InForce implements [activities.Conductor].
func (m *month) InForce(context.Context, string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return []string{m.last}, nil
}

// Notify implements [activities.Notifier]: it does what the workflow of a notice has done.
func (m *month) Notify(ctx context.Context, in records.NoticeInput) error {
	for _, channel := range in.Channels {
		if err := m.acts.PostNotice(ctx, oversight.PostInput{NoticeInput: in, Channel: channel, ID: workflows.NotifyID(in.Notice)}); err != nil {
			return err
		}
	}
	return nil
}

// Post implements [activities.Notifier].
func (m *month) Post(context.Context, string, capacity.Notice) error { return nil }

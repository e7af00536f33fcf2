package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities/events"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor/event"
)

// What the limit is before any event, and what the events need, in their order.
const limitBefore = 25

var limitNeeds = []capacity.Units{30, 49, 40}

// raised is a store and the upper limit of a target, whose calls can be interrupted.
type raised struct {
	objects    map[string]string
	limit      capacity.Units
	states     []event.State
	terminated int                  // how often events may still be terminated
	status     []string             // of each event: "", "held", "terminated", "over"
	calls      int                  // of the store and the target
	at         map[int]func() error // what happens after a call
}

var errCutOff = errors.New("the connection was cut off")

func (w *raised) after(err error) error {
	w.calls++
	if do := w.at[w.calls]; do != nil && err == nil {
		return do()
	}
	return err
}

func (w *raised) Put(_ context.Context, key string, data []byte) (capacity.Ref, error) {
	w.objects[key] = string(data)
	return capacity.RefTo(key, data), nil
}

func (w *raised) Get(_ context.Context, key string) ([]byte, string, error) {
	data, there := w.objects[key]
	if !there {
		return nil, "", w.after(capacity.ErrNotFound)
	}
	return []byte(data), data, w.after(nil)
}

func (w *raised) Swap(_ context.Context, key string, data []byte, version string) error {
	if w.objects[key] != version {
		return capacity.ErrConflict
	}
	w.objects[key] = string(data)
	return w.after(nil)
}

func (w *raised) Delete(_ context.Context, key string) error {
	delete(w.objects, key)
	return w.after(nil)
}

func (w *raised) List(_ context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(w.objects)) {
			if strings.HasPrefix(key, prefix) && key > after && !yield(capacity.Entry{Key: key}, nil) {
				return
			}
		}
	}
}

func (w *raised) State(context.Context) (capacity.State, error) { return capacity.State{}, nil }
func (w *raised) Scale(context.Context, capacity.Action) error  { return nil }
func (w *raised) Limits(context.Context) (capacity.Limits, error) {
	limit := w.limit
	return capacity.Limits{Max: limit}, w.after(nil)
}

func (w *raised) Limit(_ context.Context, l capacity.Limiting) error {
	if w.limit != l.Max && w.limit != l.From {
		return capacity.ErrDrifted
	}
	w.limit = l.Max
	return w.after(nil)
}

func newRaised(events int) *raised {
	return &raised{objects: map[string]string{}, limit: limitBefore, terminated: 2, states: make([]event.State, events), status: make([]string, events)}
}

// clone is a copy without interruptions.
func (w *raised) clone(t *testing.T) *raised {
	t.Helper()
	next := &raised{objects: maps.Clone(w.objects), limit: w.limit, terminated: w.terminated, status: append([]string(nil), w.status...)}
	data, err := json.Marshal(w.states)
	ok(t, err)
	ok(t, json.Unmarshal(data, &next.states))
	return next
}

// do begins, ends or terminates an event.
func (w *raised) do(t *testing.T, i int, op string) {
	t.Helper()
	day := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if op == "terminate" {
		w.status[i], w.terminated = "terminated", w.terminated-1
		return
	}
	s, name := &w.states[i], string(rune('a'+i))
	var first event.Event = event.Started{}
	switch {
	case op == "end" && w.status[i] == "held":
		first = event.Canceled{}
	default:
		*s = event.State{
			Service: "web", ID: "event/web/" + name, Tuning: event.Newest(), RestoreOnly: op == "end",
			Event: capacity.Event{Name: name, From: day, To: day.Add(time.Hour)},
			Pools: []event.Need{{Pool: "p", Target: "sim://web", Units: limitNeeds[i], Lead: time.Minute}},
		}
	}
	w.status[i] = map[string]string{"begin": "held", "end": "over"}[op]
	m, err := event.New(s)
	ok(t, err)
	acts := &events.Events{
		Records: records.Records{Store: w, Now: func() time.Time { return day }},
		Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return w, nil },
	}
	for ev := first; ; {
		effects := m.Step(day, ev)
		command := effects[len(effects)-1]
		switch command.(type) {
		case event.Hold, event.End:
			return
		}
		for try := 1; ; try++ {
			if ev, err = w.carryOut(t, acts, *s, command); err == nil {
				break
			}
			if try == 5 {
				t.Fatalf("%T: %v", command, err)
			}
		}
	}
}

// carryOut carries a command of a preparation out.
func (w *raised) carryOut(t *testing.T, a *events.Events, s event.State, command event.Effect) (event.Event, error) {
	t.Helper()
	named := events.RecordInput{Service: s.Service, Event: s.Event.Name}
	switch c := command.(type) {
	case event.Check:
		looks, err := a.Preflight(t.Context(), events.PreflightInput{Pools: c.Pools})
		return event.Checked{Targets: looks}, err
	case event.Count:
		return event.Counted{Asked: []capacity.Units{0}}, nil
	case event.Recall:
		earlier, err := a.RecallEvent(t.Context(), named)
		return event.Recalled{Earlier: earlier}, err
	case event.Record:
		if c.Remove {
			return event.Recorded{}, a.ForgetEvent(t.Context(), named)
		}
		return event.Recorded{}, a.RecordEvent(t.Context(), events.Record{State: s})
	case event.RaiseLimit:
		return event.LimitRaised{Target: c.Raise.Target}, a.RaiseLimit(t.Context(), events.RaiseLimitInput{Preparation: s.ID, Service: s.Service, Event: s.Event.Name, Raise: c.Raise})
	case event.Release:
		return event.Released{}, nil
	case event.RestoreLimits:
		if w.at == nil {
			restored, err := a.RestoreLimits(t.Context(), events.RestoreLimitsInput{Preparation: s.ID, Service: s.Service, Event: s.Event.Name, Restore: c})
			return event.LimitsRestored{Limits: restored}, err
		}
		env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
		env.RegisterActivity(a)
		value, err := env.ExecuteActivity(a.RestoreLimits, events.RestoreLimitsInput{Preparation: s.ID, Service: s.Service, Event: s.Event.Name, Restore: c})
		var ev event.LimitsRestored
		if err == nil {
			err = value.Get(&ev.Limits)
		}
		return ev, err
	}
	return nil, fmt.Errorf("%T is not expected", command)
}

// check is what holds whenever nothing is under way.
func (w *raised) check(t *testing.T, trace []string) {
	t.Helper()
	want, open := capacity.Units(limitBefore), false
	for i, status := range w.status {
		if status == "held" || status == "terminated" {
			want, open = max(want, limitNeeds[i]), true
		}
	}
	if w.limit != want && (w.limit < want || !open) || w.limit > limitNeeds[1] {
		t.Fatalf("%s: the limit is %d, want %d; stored is %s", strings.Join(trace, ", "), w.limit, want, w.objects[capacity.LimitKey("sim://web")])
	}
	if !open && strings.Contains(w.objects[capacity.LimitKey("sim://web")], "Needs") {
		t.Fatalf("%s: all is over, and stored is %s", strings.Join(trace, ", "), w.objects[capacity.LimitKey("sim://web")])
	}
	for i, s := range w.states {
		for _, r := range s.Raised {
			if w.status[i] == "over" && r.Outcome != event.Restored {
				t.Fatalf("%s: the outcome of %d is %q: %s", strings.Join(trace, ", "), i, r.Outcome, r.Note)
			}
		}
	}
}

// possible is what may happen to an event, by its status.
var possible = map[string][]string{"": {"begin"}, "held": {"end", "terminate"}, "terminated": {"begin", "end"}}

// explore goes on in every order, and calls each with a world and what may happen in
// it next.
func (w *raised) explore(t *testing.T, seen map[string]bool, trace []string, each func(w *raised, trace []string, i int, op string)) {
	t.Helper()
	w.check(t, trace)
	objects := maps.Clone(w.objects)
	maps.DeleteFunc(objects, func(key, _ string) bool { return strings.HasPrefix(key, "audit/") })
	key, err := json.Marshal([]any{objects, w.limit, w.status, w.terminated})
	ok(t, err)
	if seen[string(key)] {
		return
	}
	seen[string(key)] = true
	for i, status := range w.status {
		for _, op := range possible[status] {
			if op == "terminate" && w.terminated == 0 {
				continue
			}
			if each != nil {
				each(w, trace, i, op)
			}
			next := w.clone(t)
			next.do(t, i, op)
			next.explore(t, seen, append(trace[:len(trace):len(trace)], fmt.Sprintf("%s %d", op, limitNeeds[i])), each)
		}
	}
}

// finish ends all that is not over.
func (w *raised) finish(t *testing.T, trace []string) {
	t.Helper()
	w.at = nil
	w.check(t, trace)
	for i, status := range w.status {
		if status == "held" || status == "terminated" {
			w.do(t, i, "end")
			w.check(t, append(trace, fmt.Sprintf("end %d", limitNeeds[i])))
		}
	}
}

// In every order in which three events begin, end, are terminated and go on, the upper
// limit is what the events need that are not over, and what it was before at the end.
func TestRaiseLimit_Orders(t *testing.T) {
	seen := map[string]bool{}
	newRaised(3).explore(t, seen, nil, nil)
	t.Logf("%d worlds", len(seen))
}

// The same holds where a call has its effect and fails, and where another event begins
// or ends between any two calls of one.
func TestRaiseLimit_Interrupted(t *testing.T) {
	seen, ran := map[string]bool{}, 0
	newRaised(2).explore(t, seen, nil, func(w *raised, trace []string, i int, op string) {
		trial := w.clone(t)
		trial.do(t, i, op)
		for k := 1; k <= trial.calls; k++ {
			cut := w.clone(t)
			cut.at = map[int]func() error{k: func() error { return errCutOff }}
			cut.do(t, i, op)
			cut.finish(t, append(trace[:len(trace):len(trace)], fmt.Sprintf("%s %d cut off at call %d", op, limitNeeds[i], k)))
			ran++
			other := 1 - i
			for _, meanwhile := range possible[w.status[other]] {
				if op == "terminate" || meanwhile == "terminate" {
					continue
				}
				both := w.clone(t)
				both.at = map[int]func() error{k: func() error {
					both.at = map[int]func() error{}
					both.do(t, other, meanwhile)
					return nil
				}}
				both.do(t, i, op)
				both.finish(t, append(trace[:len(trace):len(trace)], fmt.Sprintf("%s %d, at call %d %s %d", op, limitNeeds[i], k, meanwhile, limitNeeds[other])))
				ran++
			}
		}
	})
	t.Logf("%d worlds, %d interruptions", len(seen), ran)
}

// A limit that two events have raised and that is then changed outside Headroom is left alone, and
// both report it; what is damaged is begun anew.
func TestRaiseLimit_Changed(t *testing.T) {
	w := newRaised(2)
	w.do(t, 0, "begin")
	w.limit = 33
	w.do(t, 1, "begin")
	if w.limit != 49 {
		t.Fatalf("got %d, want it raised from what somebody else made of it", w.limit)
	}
	w.do(t, 0, "end")
	if r := w.states[0].Raised[0]; w.limit != 49 || r.Outcome != event.Changed || !strings.Contains(r.Note, "is 33, and not the 30 that was written") {
		t.Errorf("got %d and %+v, want what somebody else changed reported", w.limit, r)
	}
	w.do(t, 1, "end")
	if r := w.states[1].Raised[0]; w.limit != 33 || r.Outcome != event.Restored {
		t.Errorf("got %d and %+v, want what somebody else made of it", w.limit, r)
	}

	w = newRaised(2)
	w.do(t, 0, "begin")
	w.objects[capacity.LimitKey("sim://web")] = "{"
	w.do(t, 1, "begin")
	w.do(t, 0, "end")
	w.do(t, 1, "end")
	if w.limit != limitBefore {
		t.Errorf("what was stored is damaged: got a limit of %d, want %d", w.limit, limitBefore)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

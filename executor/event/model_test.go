package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
)

// The limits of the model: before, as the event needs it, as a second run needs it,
// and what somebody else makes of it.
const (
	modelBefore  = 20
	modelNeeds   = 40
	modelForeign = 33
)

// A budget is how often what is not the normal course may still happen.
type budget struct{ Fails, Cancels, News, Ends, Resets, Foreign int }

// A world is a machine's state and all that it acts upon. It is compared by what it
// is written as in JSON.
type world struct {
	State   State
	Reset   *State // where a reset goes back to: the state as it was when it was recorded first
	Stored  *State
	Now     time.Time
	Limits  []capacity.Units
	Foreign []bool // somebody else changed the limit
	Orders  []string
	// Warned: what was raised could not be stored, or an order not be cleared, and a
	// note said so.
	Warned bool
	Budget budget
}

// A checker explores every world that a rule can lead to.
type checker struct {
	rule    rule
	verdict func(Raise, capacity.Units) (bool, Outcome, string)
	seen    map[string]bool
	ends    int
	broken  []string
}

// clone is a copy that shares nothing.
func (w world) clone(t *testing.T) world {
	t.Helper()
	data, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var out world
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// step is a machine's step in a world: its command is what is due then.
func (c *checker) step(w *world, ev Event) Effect {
	m := &Machine{s: &w.State, rule: c.rule}
	effects := m.Step(w.Now, ev)
	return effects[len(effects)-1]
}

// fresh is the input of a run.
func fresh(pools int, restoreOnly bool) State {
	s := State{
		Service: "web", ID: "event/web/launch", Tuning: Newest(), RestoreOnly: restoreOnly,
		Event: capacity.Event{Name: "launch", From: day.Add(2 * time.Hour), To: day.Add(3 * time.Hour)},
	}
	s.Tuning.Patience = 90 * time.Minute
	for i := range pools {
		s.Pools = append(s.Pools, Need{Pool: string(rune('a' + i)), Target: capacity.TargetName(string(rune('a' + i))), Units: modelNeeds, Lead: time.Minute})
	}
	return s
}

// explore goes on from a world in which a command is due, in every way.
func (c *checker) explore(t *testing.T, w world, command Effect) {
	t.Helper()
	if len(c.broken) > 0 {
		return
	}
	key, err := json.Marshal([]any{w, fmt.Sprintf("%T", command)})
	if err != nil {
		t.Fatal(err)
	}
	if c.seen[string(key)] {
		return
	}
	c.seen[string(key)] = true
	if end, over := command.(End); over {
		c.ends++
		c.check(&w, end)
		return
	}
	if _, recording := command.(Record); recording && w.Reset == nil && w.State.Phase == Recording {
		kept := w.clone(t).State
		w.Reset = &kept
	}
	// The results of the command.
	for _, result := range []string{"ok", "fails", "uncertain", "busy"} {
		next := w.clone(t)
		if ev, can := c.carryOut(&next, command, result); can {
			due := c.step(&next, ev)
			c.explore(t, next, due)
		}
	}
	// What comes from outside, while the command is due.
	if w.Budget.Cancels > 0 {
		// The caller waits until the command has ended. Its result comes afterwards,
		// or is dropped.
		next := w.clone(t)
		next.Budget.Cancels--
		due := c.step(&next, Canceled{})
		c.explore(t, next, command)
		for _, result := range []string{"", "ok"} {
			dropped := next.clone(t)
			if result != "" {
				c.carryOut(&dropped, command, result)
			}
			c.explore(t, dropped, due)
		}
	}
	if w.Budget.News > 0 {
		next := w.clone(t)
		next.Budget.News--
		c.step(&next, Full{})
		next = next.clone(t)
		c.explore(t, next, c.step(&next, Started{}))
	}
	for _, restoreOnly := range []bool{false, true} {
		for _, result := range []string{"", "ok"} { // the command was under way, or not
			if w.Budget.Ends == 0 {
				continue
			}
			next := w.clone(t)
			next.Budget.Ends--
			if result != "" {
				c.carryOut(&next, command, result)
			}
			next.State, next.Reset = fresh(len(w.Limits), restoreOnly), nil
			c.explore(t, next, c.step(&next, Started{}))
		}
	}
	if w.Budget.Resets > 0 && w.Reset != nil {
		next := w.clone(t)
		next.Budget.Resets--
		next.State = *next.Reset
		c.explore(t, next, c.step(&next, Started{}))
	}
	if w.Budget.Foreign > 0 {
		next := w.clone(t)
		next.Budget.Foreign--
		next.Limits[0], next.Foreign[0] = modelForeign, true
		c.explore(t, next, command)
	}
}

// carryOut carries a command out, or lets it fail with or without having an
// effect. It reports whether that can happen.
func (c *checker) carryOut(w *world, command Effect, result string) (ev Event, can bool) {
	wrong := ""
	if result != "ok" {
		if w.Budget.Fails == 0 {
			return nil, false
		}
		w.Budget.Fails--
		wrong = "it failed"
	}
	acts := result != "fails"
	switch command := command.(type) {
	case RaiseLimit:
		i := slices.IndexFunc(w.State.Pools, func(n Need) bool { return n.Target == command.Raise.Target })
		if acts && w.Limits[i] == command.Raise.Seen {
			w.Limits[i] = command.Raise.To
		} else if w.Limits[i] != command.Raise.To && wrong == "" {
			wrong = "somebody else changed it"
		}
		return LimitRaised{Target: command.Raise.Target, Err: wrong}, result != "busy"
	case RestoreLimits:
		return c.restore(w, command, result, wrong)
	case Record:
		if acts {
			kept := w.State
			if w.Stored = &kept; command.Remove {
				w.Stored = nil
			}
		}
		w.Warned = w.Warned || wrong != ""
		return Recorded{Err: wrong}, result != "busy"
	case Hold:
		w.Now = w.Now.Add(time.Duration(command.Rounds) * command.Every)
		ev := Held{Err: wrong}
		for _, o := range command.Orders {
			if acts && !slices.Contains(w.Orders, o.ID) {
				w.Orders = append(w.Orders, o.ID)
			}
			ev.Pools = append(ev.Pools, Seen{Serving: o.Units, Order: Accepted})
		}
		return ev, result != "busy"
	case Release:
		if acts {
			w.Orders = slices.DeleteFunc(w.Orders, func(id string) bool {
				return slices.ContainsFunc(command.Orders, func(o Order) bool { return o.ID == id })
			})
		}
		w.Warned = w.Warned || wrong != ""
		return Released{Err: wrong}, result != "busy"
	}
	return w.look(command, wrong), result == "ok" || result == "fails"
}

// look carries out a command that changes nothing.
func (w *world) look(command Effect, wrong string) Event {
	switch command := command.(type) {
	case Check:
		ev := Checked{Err: wrong}
		for _, limit := range w.Limits {
			ev.Targets = append(ev.Targets, Look{Limited: true, Max: limit})
		}
		return ev
	case Count:
		return Counted{Asked: make([]capacity.Units, len(w.Limits)), Err: wrong}
	case Recall:
		if wrong != "" {
			w.Warned = true
			return Recalled{Err: wrong}
		}
		return Recalled{Earlier: w.Stored}
	case Wait:
		w.Now = command.Until
	}
	return Woke{}
}

// restore restores limits in the world.
func (c *checker) restore(w *world, command RestoreLimits, result, wrong string) (Event, bool) {
	ev := LimitsRestored{}
	for _, r := range command.Limits {
		i := int(r.Target[0] - 'a')
		write, outcome, note := c.verdict(r, w.Limits[i])
		if result == "busy" {
			write, outcome, note = false, "", "busy"
		}
		if write && result != "fails" {
			if w.Foreign[i] && w.Limits[i] == modelForeign {
				c.broken = append(c.broken, fmt.Sprintf("what somebody else wrote to %s was overwritten", r.Target))
			}
			w.Limits[i] = r.From
		}
		ev.Limits = append(ev.Limits, Restoration{Target: r.Target, Outcome: outcome, Note: note})
	}
	if result == "busy" {
		w.Now = w.Now.Add(time.Duration(command.Rounds) * command.Every)
	}
	if result == "fails" || result == "uncertain" {
		ev = LimitsRestored{Err: wrong}
	}
	return ev, true
}

// check is what must hold when a run has ended.
func (c *checker) check(w *world, end End) {
	notes := strings.Join(w.State.Notes, "\n")
	for i, limit := range w.Limits {
		target := string(rune('a' + i))
		left := slices.ContainsFunc(end.Left, func(text string) bool { return strings.Contains(text, "limit of "+target+" ") })
		switch {
		case limit == modelBefore || left || w.Warned:
		case w.Foreign[i] && limit == modelForeign:
		default:
			c.broken = append(c.broken, fmt.Sprintf("the limit of %s is left at %d, and nothing says so: %s", target, limit, notes))
		}
		raised := slices.ContainsFunc(w.State.Raised, func(r Raise) bool { return string(r.Target) == target && r.Outcome == Changed })
		if raised && !strings.Contains(notes, "limit of "+target+" is 33, and not the") {
			c.broken = append(c.broken, fmt.Sprintf("somebody else changed the limit of %s, and nothing says so: %s", target, notes))
		}
	}
	if len(end.Left) > 0 && w.Now.Sub(w.State.Ending) <= w.State.Tuning.Patience {
		c.broken = append(c.broken, "a limit was given up before the patience was over")
	}
	if len(w.Orders) > 0 && !w.Warned {
		c.broken = append(c.broken, fmt.Sprintf("the orders %v are left, and nothing says so: %s", w.Orders, notes))
	}
	if w.Stored != nil && len(end.Left) == 0 && !w.Warned && w.State.Failure == "" {
		c.broken = append(c.broken, "the record is left, and nothing is raised")
	}
}

// alone is what is done about a limit that no other event has raised: whether it is
// written back, what became of it, and a sentence that says so.
func alone(r Raise, limit capacity.Units) (write bool, outcome Outcome, note string) {
	next, outcome, note := RaisedLimit{}.End("event/web/launch", r, limit)
	return outcome == Restored && limit != next.Needed(), outcome, note
}

// model explores a rule with so many pools.
func model(t *testing.T, r rule, verdict func(Raise, capacity.Units) (bool, Outcome, string), pools int, b budget) *checker {
	t.Helper()
	c := &checker{rule: r, verdict: verdict, seen: map[string]bool{}}
	w := world{State: fresh(pools, false), Now: day, Budget: b, Foreign: make([]bool, pools)}
	for range pools {
		w.Limits = append(w.Limits, modelBefore)
	}
	c.explore(t, w, c.step(&w, Started{}))
	return c
}

// TestModel: in every order of results that succeed, fail or are uncertain,
// cancellation, continue-as-new, reset, terminate and start again, and a change by
// somebody else, every limit that was raised is restored, or was changed by
// somebody else and is reported, or is reported as left.
func TestModel(t *testing.T) {
	budgets := []budget{{Fails: 1, Cancels: 1, News: 1, Ends: 1}, {Fails: 1, Ends: 1, Resets: 1, Foreign: 1}}
	if testing.Short() {
		budgets = []budget{{Cancels: 1, News: 1, Ends: 1}, {Fails: 1, Ends: 1, Foreign: 1}, {Ends: 1, Resets: 1}}
	}
	for _, b := range budgets {
		t.Run(fmt.Sprintf("%+v", b), func(t *testing.T) {
			c := model(t, rules[0], alone, 1, b)
			t.Logf("%d worlds, %d ends", len(c.seen), c.ends)
			for _, text := range c.broken {
				t.Error(text)
			}
		})
	}
	t.Run("two pools", func(t *testing.T) {
		c := model(t, rules[0], alone, 2, budget{Fails: 1, Ends: 1})
		t.Logf("%d worlds, %d ends", len(c.seen), c.ends)
		for _, text := range c.broken {
			t.Error(text)
		}
	})
}

// TestModel_Faults: a rule with a fault is found.
func TestModel_Faults(t *testing.T) {
	for name, plant := range map[string]func(*rule, *checker){
		"what is raised is not stored first": func(r *rule, _ *checker) {
			r.recorded = func(*State) bool { return false }
		},
		"a raise whose call failed is not restored": func(r *rule, _ *checker) {
			r.open = func(raise Raise) bool { return open(raise) && raise.Note == "" }
		},
		"what an earlier run raised is forgotten": func(r *rule, _ *checker) {
			r.plan = func(s *State, _ []Raise) { planRaises(s, nil) }
		},
		"a limit is restored to what an earlier run made of it": func(r *rule, _ *checker) {
			r.plan = func(s *State, earlier []Raise) {
				planRaises(s, earlier)
				for i := range s.Raised {
					s.Raised[i].From = s.Raised[i].To
				}
			}
		},
		"a limit is given up at the first failure": func(r *rule, _ *checker) {
			r.patient = func(*State, time.Time) bool { return false }
		},
		"what somebody else wrote is overwritten": func(_ *rule, c *checker) {
			c.verdict = func(r Raise, limit capacity.Units) (bool, Outcome, string) { return limit != r.From, Restored, "" }
		},
		"a limit that somebody else changed is not reported": func(_ *rule, c *checker) {
			c.verdict = func(r Raise, limit capacity.Units) (bool, Outcome, string) {
				write, outcome, _ := alone(r, limit)
				return write, outcome, ""
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := checker{rule: rules[0], verdict: alone}
			plant(&c.rule, &c)
			found := model(t, c.rule, c.verdict, 1, budget{Fails: 1, Ends: 1, Foreign: 1})
			if len(found.broken) == 0 {
				t.Errorf("%d worlds were explored, and the fault was not found", len(found.seen))
			}
		})
	}
}

package executor_test

import (
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// TestVersions: a ramp rule that is changed under a new version decides for new runs; a
// run that began with the old version goes on with the old rule.
func TestVersions(t *testing.T) {
	versions := executor.Current()
	changed := versions[1]
	changed.BusyRetry = 3 * time.Minute
	changed.Ramp = func(p executor.PoolStatus, d *executor.Decision, jump int) {
		versions[1].Ramp(p, d, jump)
		if d.Partial && d.Ask {
			d.Units = p.Target.Requested + 1 // one unit at a time
		}
	}
	versions[2] = changed
	if got := versions.Latest(); got != 2 {
		t.Errorf("the latest version is %d, want 2", got)
	}
	for version, want := range map[int][]capacity.Units{1: {3, 6, 9, 10}, 2: {3, 4, 5, 6}} {
		steps := ramped(t, version, versions)
		if len(steps) < 4 {
			t.Fatalf("version %d: requested %v", version, steps)
		}
		for i := range want {
			if steps[i] != want[i] {
				t.Errorf("version %d: requested %v, want %v", version, steps[:4], want)
				break
			}
		}
	}
	if _, err := executor.New(executor.State{Version: 3}, versions); err == nil {
		t.Error("a version that the build does not know was accepted")
	}
}

// ramped is the numbers that are requested on the way from an override of 3 units to a
// plan of 10, by three units in ten minutes.
func ramped(t *testing.T, version int, versions executor.Versions) (units []capacity.Units) {
	t.Helper()
	p := pool("a", 1)
	p.Ramp.Up = capacity.Rate{Units: 3, Per: 10 * time.Minute}
	w := newWorld(capacity.Policy{Service: "web", Pools: []capacity.Pool{p}, Control: capacity.Control{Mode: capacity.Auto}}, map[capacity.TargetName]capacity.Units{"sim://a": 10})
	w.versions = versions
	if err := w.begin(encode(executor.State{Service: "web", Policy: w.policy, Version: version})); err != nil {
		t.Fatal(err)
	}
	if err := w.offer(w.planned("p", change{5 * time.Hour, "sim://a", 10, 10})); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"override exactly 3", "request of sim://a: accepted", "verification of sim://a: done", "clear"} {
		if err := w.do(step); err != nil {
			t.Fatal(err)
		}
		units = requested(w, units)
	}
	for range 20 {
		if err := w.drainAll(); err != nil {
			t.Fatal(err)
		}
		if err := w.do("time passes"); err != nil {
			t.Fatal(err)
		}
		units = requested(w, units)
	}
	return units
}

// requested adds what is being requested.
func requested(w *world, units []capacity.Units) []capacity.Units {
	if i := w.answered("", false); i >= 0 {
		n := w.flight[i].effect.(executor.Ask).Action.Units
		if len(units) == 0 || units[len(units)-1] != n {
			units = append(units, n)
		}
	}
	return units
}

// An override of a service whose pools are not known yet says what to do first.
func TestCheck_OverrideWithoutPlan(t *testing.T) {
	m, err := executor.New(executor.State{Service: "web", Version: 1}, executor.Current())
	if err != nil {
		t.Fatal(err)
	}
	o := capacity.Override{ID: "o", By: "ann", Why: "a launch", Units: 3, Until: origin.Add(time.Hour)}
	err = m.Check(origin, executor.Ordered{Order: executor.Order{Name: executor.OverrideOrder}, Override: &o})
	if err == nil || !strings.Contains(err.Error(), "web has no plan yet, so its pools are not known: make one with `headroom plan web`") {
		t.Errorf("got %v", err)
	}
}

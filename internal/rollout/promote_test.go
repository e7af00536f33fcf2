package rollout_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.temporal.io/sdk/workflow"

	"headroom/internal/diagnose"
	"headroom/internal/rollout"
)

const (
	pinned = workflow.VersioningBehaviorPinned
	moves  = workflow.VersioningBehaviorAutoUpgrade
)

// Going back from a ramp sends all new runs to the build before, and a promotion
// leaves no ramp of another build behind.
func TestPromote(t *testing.T) {
	s := newSite(t)
	if _, _, err := s.Promote(t.Context(), "1", 100); !errors.Is(err, rollout.ErrUnknown) {
		t.Errorf("promote a build that Temporal does not know: got %v", err)
	}
	s.work("1", conduct, pinned)
	s.promote("1", 100, rollout.Routing{Current: "1"})
	s.work("2", conduct, pinned)
	s.promote("2", 50, rollout.Routing{Current: "1", Ramping: "2", Percent: 50})
	if v := s.version("2"); v.State != rollout.Ramping || v.Percent != 50 || !v.Polled {
		t.Errorf("build 2 is %+v, want it ramping", v)
	}
	share := map[string]int{}
	for i := range 20 {
		share[s.on(s.start(fmt.Sprint("ramp", i)))]++
	}
	if share["1"] == 0 || share["2"] == 0 { // one in 500,000 by chance
		t.Errorf("of 20 runs the builds got %v, want some each", share)
	}
	if _, _, err := s.Promote(t.Context(), "1", 20); !errors.Is(err, rollout.ErrNotRouted) || !strings.Contains(err.Error(), "build 1 is current") {
		t.Errorf("ramp the current build: got %v", err)
	}

	s.promote("1", 100, rollout.Routing{Current: "1"})
	for i := range 20 {
		if on := s.on(s.start(fmt.Sprint("back", i))); on != "1" {
			t.Fatalf("after going back a run begins on build %s", on)
		}
	}
	s.promote("2", 30, rollout.Routing{Current: "1", Ramping: "2", Percent: 30})
	s.promote("2", 0, rollout.Routing{Current: "1"})
	if _, _, err := s.Promote(t.Context(), "2", 0); !errors.Is(err, rollout.ErrNotRouted) {
		t.Errorf("end a ramp twice: got %v", err)
	}

	s.promote("2", 30, rollout.Routing{Current: "1", Ramping: "2", Percent: 30})
	s.work("3", conduct, pinned)
	s.promote("3", 100, rollout.Routing{Current: "3"})
	if on := s.on(s.start("third")); on != "3" {
		t.Errorf("a run begins on build %s, want 3", on)
	}
	s.promote("1", 10, rollout.Routing{Current: "3", Ramping: "1", Percent: 10})
	s.promote("1", 100, rollout.Routing{Current: "1"})
}

// Workers without a version are promoted like a build.
func TestPromote_Unversioned(t *testing.T) {
	s := newSite(t)
	s.work("1", conduct, pinned)
	s.promote("1", 100, rollout.Routing{Current: "1"})
	if _, _, err := s.Promote(t.Context(), rollout.Unversioned, 100); !errors.Is(err, rollout.ErrNotRouted) {
		t.Errorf("none polls: got %v", err)
	}
	s.work(rollout.Unversioned, conduct, pinned)
	s.promote(rollout.Unversioned, 20, rollout.Routing{Current: "1", Ramping: rollout.Unversioned, Percent: 20})
	s.promote(rollout.Unversioned, 0, rollout.Routing{Current: "1"})
	s.promote(rollout.Unversioned, 100, rollout.Routing{Current: rollout.Unversioned})
	if v := s.version(rollout.Unversioned); v.State != rollout.Current || !v.Polled {
		t.Errorf("workers without a version are listed as %+v", v)
	}
	id := s.Queues[0].Name + "/plain"
	s.submit(id)
	eventually(t, "the run is taken", func() error { return s.take(id) })
	if on := s.on(id); on != "" {
		t.Errorf("a run begins on build %q, want workers without a version", on)
	}
	counted := func(state rollout.State) func() error {
		return func() error {
			if v := s.version(rollout.Unversioned); v.Total() != 1 || v.State != state {
				return fmt.Errorf("workers without a version are listed as %+v", v)
			}
			return nil
		}
	}
	eventually(t, "the run is listed", counted(rollout.Current))
	s.promote("1", 100, rollout.Routing{Current: "1"})
	eventually(t, "the run is listed after a promotion", counted(rollout.Draining))
}

// A run that is pinned to a build needs its workers. Without them, the build is listed
// with its runs, is not promoted, and its runs can be moved.
func TestPromote_WorkersGone(t *testing.T) {
	s := newSite(t)
	stop := s.work("1", conduct, pinned)
	s.promote("1", 100, rollout.Routing{Current: "1"})
	run := s.start("run")
	s.work("2", conduct, pinned)
	s.promote("2", 100, rollout.Routing{Current: "2"})
	eventually(t, "the run is counted", func() error {
		if v := s.version("1"); v.Total() != 1 || v.Runs[0].Type != "conduct" || v.State != rollout.Draining {
			return fmt.Errorf("build 1 is %+v", v)
		}
		return nil
	})
	if err := s.take(run); err != nil || s.on(run) != "1" {
		t.Errorf("the run is on build %s, %v, want it on 1", s.on(run), err)
	}
	stop()
	if text := s.found(run, diagnose.NoWorker); !strings.Contains(text, "no worker of build 1 polls the queue") || !strings.Contains(text, "headroom workers move --from 1 --deployment "+s.Name) {
		t.Errorf("got %q", text)
	}
	if v := s.version("1"); v.Polled || v.Total() != 1 {
		t.Errorf("build 1 is %+v, want it with a run and without workers", v)
	}
	if _, _, err := s.Promote(t.Context(), "1", 100); !errors.Is(err, rollout.ErrNotRouted) || !strings.Contains(err.Error(), "no worker of build 1") {
		t.Errorf("promote a build without workers: got %v", err)
	}
	if _, err := s.Move(t.Context(), "2", "1", nil); !errors.Is(err, rollout.ErrNotRouted) {
		t.Errorf("move runs to a build without workers: got %v", err)
	}

	moved, err := s.Move(t.Context(), "1", "2", []string{run, "other"})
	if err != nil || len(moved) != 2 || moved[0].ID != run && moved[1].ID != run {
		t.Fatalf("got %+v, %v", moved, err)
	}
	for _, m := range moved {
		if (m.Why == "") != (m.ID == run) {
			t.Errorf("moved %+v", m)
		}
	}
	eventually(t, "the run goes on with build 2", func() error { return s.take(run) })
	if on := s.on(run); on != "2" {
		t.Errorf("the run is on build %s, want 2", on)
	}
}

// A run whose history does not replay is told apart from one without workers, and goes
// on once it is back on the build before.
func TestMove_Stuck(t *testing.T) {
	for name, broken := range map[string]any{"TMPRL1100": changed, "index out of range": panics} {
		t.Run(strings.Fields(name)[0], func(t *testing.T) {
			s := newSite(t)
			s.work("1", conduct, pinned)
			s.promote("1", 100, rollout.Routing{Current: "1"})
			run := s.start("run")
			s.work("2", broken, pinned)
			s.promote("2", 100, rollout.Routing{Current: "2"})
			s.move("1", "2")
			if err := s.take(run); err == nil {
				t.Fatal("the run takes an update with code that does not replay")
			}
			text := s.found(run, diagnose.Fails)
			if !strings.Contains(text, name) || !strings.Contains(text, "with build 2") || !strings.Contains(text, "headroom workers move --from 2 --to 1 ") {
				t.Errorf("got %q", text)
			}
			s.move("2", "1", run)
			eventually(t, "the run goes on with build 1", func() error { return s.take(run) })
			if on := s.on(run); on != "1" {
				t.Errorf("the run is on build %s, want 1", on)
			}
		})
	}
}

// A run that upgrades automatically gets stuck by a promotion alone, and goes on once
// the build before is promoted again.
func TestPromote_Stuck(t *testing.T) {
	s := newSite(t)
	s.work("1", conduct, moves)
	s.promote("1", 100, rollout.Routing{Current: "1"})
	run := s.start("run")
	s.work("2", changed, moves)
	s.promote("2", 100, rollout.Routing{Current: "2"})
	if err := s.take(run); err == nil {
		t.Fatal("the run takes an update with code that does not replay")
	}
	if text := s.found(run, diagnose.Fails); !strings.Contains(text, "headroom workers promote 1 ") {
		t.Errorf("got %q", text)
	}
	s.promote("1", 100, rollout.Routing{Current: "1"})
	eventually(t, "the run goes on with build 1", func() error { return s.take(run) })
}

// Workers of which no build is promoted are told apart from workers that are not
// there.
func TestRun_NotPromoted(t *testing.T) {
	s := newSite(t)
	s.work("1", conduct, pinned)
	id := s.Queues[0].Name + "/new"
	eventually(t, "build 1 is known", func() error { _, err := s.Versions(t.Context()); return err })
	s.submit(id)
	if text := s.found(id, diagnose.NotPromoted); !strings.Contains(text, "headroom workers promote 1 ") {
		t.Errorf("got %q", text)
	}
	s.promote("1", 100, rollout.Routing{Current: "1"})
	eventually(t, "the run is taken", func() error { return s.take(id) })
}

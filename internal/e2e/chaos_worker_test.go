package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/internal/devstack"
)

// chaosDeployment is the worker deployment that the builds of all batches belong to.
const chaosDeployment = "chaos"

// workers are the workers of a batch, one of each build.
type workers struct {
	*site
	seed    uint64
	running []*process // by build, oldest first
}

// startWorkers starts the first build of a batch, and makes it the current one.
func (s *site) startWorkers(t *testing.T, seed uint64) *workers {
	t.Helper()
	s.shift(t, 0)
	w := &workers{site: s, seed: seed}
	w.promote(t)
	return w
}

// build is the ID of the build of a worker.
func (w *workers) build(i int) string { return fmt.Sprintf("%d.%d", w.seed, i) }

// start starts a worker of a build.
func (w *workers) start(t *testing.T, i int) *process {
	w.env = []string{
		"TEMPORAL_DEPLOYMENT_NAME=" + chaosDeployment, "TEMPORAL_WORKER_BUILD_ID=" + w.build(i),
		"CHAOS_SHIFT=" + w.shiftFile(),
	}
	return w.startWorker(t, devstack.Bucket)
}

// promote starts a worker of a new build and makes that the current one. The older
// ones go on: runs that began on them stay there until they continue as new.
func (w *workers) promote(t *testing.T) {
	n := len(w.running)
	w.running = append(w.running, w.start(t, n))
	deadline := time.Now().Add(patience)
	for {
		_, _, err := w.deployment(chaosDeployment).Promote(t.Context(), w.build(n), 100)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("promote the build %s: %v", w.build(n), err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// kill kills workers, all or one of them, and returns what starts them again.
func (w *workers) kill(t *testing.T, rng *rand.Rand, all bool) (again func()) {
	only := rng.IntN(len(w.running))
	for i, worker := range w.running {
		if all || i == only {
			worker.kill(t)
		}
	}
	return func() {
		for i := range w.running {
			if all || i == only {
				w.running[i] = w.start(t, i)
			}
		}
	}
}

// shiftFile holds by how much the clocks of the workers are wrong.
func (s *site) shiftFile() string { return filepath.Join(s.fleet, "clock.shift") }

// shift lets the clocks of all workers jump.
func (s *site) shift(t *testing.T, by time.Duration) {
	if err := os.WriteFile(s.shiftFile()+".new", []byte(by.String()), 0o600); err != nil {
		t.Error(err)
	}
	if err := os.Rename(s.shiftFile()+".new", s.shiftFile()); err != nil {
		t.Error(err)
	}
}

// jumps are two hours either way, of the wall's time and of that of the plans.
var jumps = []time.Duration{2 * time.Hour, -2 * time.Hour, 2 * time.Hour / chaosSpeed, -2 * time.Hour / chaosSpeed}

// replacements are what workers of chaos have instead of lines of the sources: a clock that
// can be wrong, targets that live in the right time, as they are the outside world, and
// plans that are kept for seconds, of which only the newest two are kept for longer.
var replacements = map[string][][2]string{
	"../app/activities.go":                  {{"time.Now,", "shifted,"}, {"targets(s, call),", "apart(targets(s, call)),"}, {"s.Retention,", "soon,"}},
	"../../activities/pruning/retention.go": {{"newestPlans  = 24", "newestPlans  = 2"}},
}

// buildShifted builds a worker with the replacements.
func buildShifted(t *testing.T) (program string) {
	t.Helper()
	dir := t.TempDir()
	with := map[string]string{"../app/shift.go": "testdata/shift.go"}
	for path, changes := range replacements {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(source)
		for _, change := range changes {
			if strings.Count(text, change[0]) != 1 {
				t.Fatalf("%s does not have %q once: it cannot be replaced for chaos", path, change[0])
			}
			text = strings.Replace(text, change[0], change[1], 1)
		}
		with[path] = filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(with[path], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay := map[string]string{}
	for path, with := range with {
		from, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		if overlay[from], err = filepath.Abs(with); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "overlay.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "worker")
	if out, err := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, "headroom/worker").CombinedOutput(); err != nil {
		t.Fatalf("build a worker with a clock that can be wrong: %v\n%s", err, out)
	}
	return program
}

package archtest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// tree turns file names and texts into the sources of a module.
func tree(tb testing.TB, texts map[string]string) []source {
	tb.Helper()
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return mustRead(tb, files)
}

// TestRules plants violations, and what is allowed next to each.
func TestRules(t *testing.T) {
	imports := func(name string, paths ...string) string {
		return "package " + name + "\nimport (\n_ \"" + strings.Join(paths, "\"\n_ \"") + "\"\n)\n"
	}
	layered := func(files []source) []string { return brokenLayers(files, layers) }
	for name, c := range map[string]struct {
		check func([]source) []string
		files map[string]string
		want  []string // the start of each message
	}{
		"inner layer imports outer": {
			check: layered,
			files: map[string]string{"planner/build.go": imports("planner", "math", "headroom/capacity", "headroom/history")},
			want:  []string{"planner/build.go imports headroom/history, but planner may import only capacity, "},
		},
		"only below the folder": {
			check: layered,
			files: map[string]string{"worker/main.go": imports("main", "headroom/internal/app", "headroom/internals")},
			want:  []string{"worker/main.go imports headroom/internals, but worker may import only internal/..."},
		},
		"adapters do not know each other": {
			check: layered,
			files: map[string]string{"adapters/aws/store.go": imports("aws", "github.com/aws/smithy-go", "golang.org/x/sync/errgroup", "headroom/adapters/local")},
			want:  []string{"adapters/aws/store.go imports headroom/adapters/local, but adapters/aws may"},
		},
		"a module of the same beginning": {
			check: layered,
			files: map[string]string{"policy/parse.go": imports("policy", "go.yaml.in/yaml/v3", "go.yaml.in/yaml/v30")},
			want:  []string{"policy/parse.go imports go.yaml.in/yaml/v30, but policy may"},
		},
		"nouns import nothing": {
			check: layered,
			files: map[string]string{"capacity/plan.go": imports("capacity", "time", "gonum.org/v1/gonum/floats")},
			want:  []string{"capacity/plan.go imports gonum.org/v1/gonum/floats, but capacity may"},
		},
		"thinking reads no file": {
			check: layered,
			files: map[string]string{"models/load.go": imports("models", "io", "os")},
			want:  []string{"models/load.go imports os, but models may"},
		},
		"workflows use little of the standard library": {
			check: layered,
			files: map[string]string{"workflows/plan.go": imports("workflows", "time", "math/rand/v2", "go.temporal.io/sdk/workflow")},
			want:  []string{"workflows/plan.go imports math/rand/v2, but workflows may"},
		},
		"a command imports an adapter": {
			check: layered,
			files: map[string]string{"internal/cli/forecast/open.go": imports("forecast", "github.com/spf13/cobra", "headroom/adapters/local", "headroom/internal/panel")},
			want:  []string{"internal/cli/forecast/open.go imports headroom/adapters/local, but internal/cli/forecast may import only backtest, "},
		},
		"a command imports another group": {
			check: layered,
			files: map[string]string{"internal/cli/status/all.go": imports("status", "headroom/internal/cli/inforce", "headroom/internal/cli/plan")},
			want:  []string{"internal/cli/status/all.go imports headroom/internal/cli/plan, but internal/cli/status may"},
		},
		"a command from files alone connects": {
			check: layered,
			files: map[string]string{"internal/cli/simulate/run.go": imports("simulate", "headroom/internal/cli/command", "headroom/internal/cli/session")},
			want:  []string{"internal/cli/simulate/run.go imports headroom/internal/cli/session, but internal/cli/simulate may"},
		},
		"activities of one use case import another's": {
			check: layered,
			files: map[string]string{"activities/execution/act.go": imports("execution", "headroom/activities/records", "headroom/activities/planning")},
			want:  []string{"activities/execution/act.go imports headroom/activities/planning, but activities/execution may"},
		},
		"an adapter is wired in two places": {
			check: func([]source) []string {
				return wiredElsewhere(map[string]rule{"internal/app": {ours: []string{"adapters/..."}}, "internal/cli": {ours: []string{"adapters/..."}}, "adapters/kube": {}})
			},
			files: map[string]string{"main.go": imports("main", "os")},
			want:  []string{"the row of internal/cli allows adapters/kube"},
		},
		"tests may import more": {
			check: layered,
			files: map[string]string{"planner/build_test.go": imports("planner_test", "headroom/models", "os")},
		},
		"a package without a row": {
			check: layered,
			files: map[string]string{"capacity/a.go": imports("capacity", "time"), "pricing/a.go": imports("pricing", "time"), "main.go": imports("main", "os")},
			want:  []string{"package pricing has no row"},
		},
		"what is not scanned": {
			check: layered,
			files: map[string]string{
				"capacity/a.go":           imports("capacity", "time"),
				"capacity/testdata/a.go":  imports("x", "os"),
				".cache/a.go":             imports("x", "os"),
				"devserver/go.mod":        "module headroom/devserver\n",
				"devserver/main.go":       imports("main", "headroom/capacity"),
				"devserver/server/run.go": imports("server", "os"),
			},
		},
		"devserver imports the main module": {
			check: leavesDevserver,
			files: map[string]string{"main.go": imports("main", "headroom/devserver/ports", "headroom/capacity")},
			want:  []string{"devserver/main.go imports headroom/capacity"},
		},
		"long file": {
			check: longFiles,
			files: map[string]string{"a/a.go": "package a\n" + strings.Repeat("\n", maxLines-1), "b/b.go": "package b\n" + strings.Repeat("\n", maxLines)},
			want:  []string{"b/b.go has 401 lines"},
		},
		"forbidden names": {
			check: forbiddenNames,
			files: map[string]string{"util/a.go": "package useful", "b/b.go": "package common", "c/types.go": "package c", "d/types_of.go": "package d"},
			want:  []string{"folder util", "b/b.go is in package common", "c/types.go"},
		},
		"doc comments": {
			check: undocumented,
			files: map[string]string{
				"one/a.go":      "// Package one is.\npackage one",
				"one/b.go":      "// Detached.\n\npackage one",
				"one/a_test.go": "// Package one_test is.\npackage one_test",
				"none/a.go":     "package none",
				"two/a.go":      "// Package two is.\npackage two",
				"two/b.go":      "// Package two is too.\npackage two",
			},
			want: []string{"package none has no doc comment", "package two has 2 doc comments (two/a.go, two/b.go)"},
		},
		"ports without their suite": {
			check: untestedPorts,
			files: map[string]string{
				"adapters/a/a.go":      "package a\nfunc (t *Target) State() {}\nfunc (t *Target) Scale() {}",
				"adapters/a/a_test.go": imports("a_test", "headroom/history/historytest"),
				"adapters/b/b.go":      "package b\nfunc (s Store[T]) Put() {}\nfunc (s Store[T]) Get() {}\nfunc (s *Store[T]) Swap() {}\nfunc (s *Store[T]) List() {}\nfunc (s *Half) Put() {}",
				"adapters/b/b_test.go": imports("b_test", "headroom/capacity/capacitytest"),
				"adapters/c/c.go":      "package c\nfunc (s *Source) Fetch() {}",
				"adapters/c/d.go":      imports("c", "headroom/history/historytest"),
				"elsewhere/e.go":       "package elsewhere\nfunc (s *Source) Fetch() {}",
			},
			want: []string{
				"adapters/a.Target is a capacity.Target, but no test in adapters/a imports headroom/capacity/capacitytest",
				"adapters/c.Source is a history.Source, but no test in adapters/c imports headroom/history/historytest",
			},
		},
		"workflow not registered": {
			check: unregistered,
			files: map[string]string{
				"workflows/plan.go":     "package workflows\nfunc Plan(ctx workflow.Context, in In) error { return nil }\nfunc part(ctx workflow.Context) {}",
				"workflows/retrain.go":  "package workflows\nfunc Retrain(ctx workflow.Context) error { return nil }\nfunc Options(ctx context.Context) {}",
				"workflows/register.go": "package workflows\nfunc Register(r worker.WorkflowRegistry) { r.RegisterWorkflow(Plan) }",
			},
			want: []string{"workflows.Retrain is not named in workflows.Register"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.check(tree(t, c.files))
			for i := range min(len(got), len(c.want)) {
				if strings.HasPrefix(got[i], c.want[i]) {
					got[i] = c.want[i]
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("broken rules (-want +got):\n%s", diff)
			}
		})
	}
}

package archtest

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A rule says what the non-test files of a package may import beside the
// standard library.
type rule struct {
	ours   []string // packages of this module; "x/..." is everything below x
	theirs []string // modules, or folders of them
	std    []string // if not nil, all that is allowed of the standard library
	pure   bool     // no files, no network, no processes
}

// thinking and doing are the packages that the doors wire together.
var (
	thinking = []string{"audit", "capacity", "models", "models/blend", "backtest", "calendar", "controller", "executor", "executor/event", "nowcast", "pipeline", "planner", "planner/dispatch", "planner/initial", "planner/leadtime", "planner/reactive", "planner/schedule", "planner/share", "planner/unitrate", "policy", "report", "history", "regret", "simulate", "simulate/baseline"}
	doing    = []string{"adapters/...", "activities/...", "workflows"}
)

// layers is the architecture. docs/ARCHITECTURE.md only draws it, so a change
// here is a decision: make it in a commit of its own.
var layers = map[string]rule{
	"capacity":              {pure: true},
	"capacity/capacitytest": {ours: []string{"capacity"}, theirs: []string{"github.com/google/go-cmp"}},

	"audit": {pure: true, ours: []string{"capacity"}},

	"models/blend": {pure: true, ours: []string{"capacity"}},

	"models":   {pure: true, ours: []string{"capacity", "models/blend"}, theirs: []string{"gonum.org/v1/gonum", "github.com/sajari/regression"}},
	"backtest": {pure: true, ours: []string{"capacity", "models/blend", "simulate"}, theirs: []string{"gonum.org/v1/gonum"}},
	"calendar": {pure: true, ours: []string{"capacity"}, theirs: []string{"github.com/rickar/cal/v2"}},
	"planner":  {pure: true, ours: []string{"capacity", "planner/dispatch", "planner/reactive", "planner/schedule"}},
	"policy":   {pure: true, ours: []string{"calendar", "capacity"}, theirs: []string{"github.com/itchyny/timefmt-go", "go.yaml.in/yaml/v3"}},
	"report":   {pure: true, ours: []string{"capacity"}},

	"executor/event": {pure: true, ours: []string{"capacity"}, std: []string{"fmt", "slices", "strings", "time"}},

	"nowcast":    {pure: true, ours: []string{"capacity"}, theirs: []string{"gonum.org/v1/gonum"}},
	"controller": {pure: true, ours: []string{"capacity", "nowcast", "planner/reactive"}},

	"planner/initial":   {pure: true, ours: []string{"capacity"}},
	"planner/dispatch":  {pure: true, ours: []string{"capacity", "planner/schedule"}},
	"planner/schedule":  {pure: true},
	"planner/leadtime":  {pure: true, ours: []string{"capacity"}},
	"planner/share":     {pure: true, ours: []string{"capacity"}},
	"planner/unitrate":  {pure: true, ours: []string{"capacity"}, theirs: []string{"github.com/sajari/regression"}},
	"planner/reactive":  {pure: true, ours: []string{"capacity"}},
	"simulate":          {pure: true, ours: []string{"capacity", "controller", "nowcast", "planner/initial"}, theirs: []string{"gonum.org/v1/gonum"}},
	"simulate/baseline": {pure: true, ours: []string{"capacity", "planner/reactive", "simulate"}, theirs: []string{"gonum.org/v1/gonum"}},

	"executor": {pure: true, ours: []string{"audit", "capacity", "controller", "planner/reactive"}},

	"regret": {pure: true, ours: []string{"capacity", "planner/reactive", "simulate", "simulate/baseline"}},

	"history":             {pure: true, ours: []string{"capacity"}, theirs: []string{"github.com/apache/arrow-go/v18", "github.com/itchyny/timefmt-go", "github.com/klauspost/compress"}},
	"history/historytest": {ours: []string{"capacity", "history"}, theirs: []string{"github.com/klauspost/compress", "github.com/google/go-cmp"}},

	"adapters/aws":            {ours: []string{"capacity", "history"}, theirs: []string{"github.com/aws", "golang.org/x/sync"}},
	"adapters/aws/asg":        {ours: []string{"adapters/aws", "adapters/aws/timetable", "capacity"}, theirs: []string{"github.com/aws"}},
	"adapters/aws/appscaling": {ours: []string{"adapters/aws", "adapters/aws/timetable", "capacity"}, theirs: []string{"github.com/aws"}},
	"adapters/aws/ecs":        {ours: []string{"adapters/aws", "adapters/aws/appscaling", "capacity"}, theirs: []string{"github.com/aws"}},
	"adapters/aws/sagemaker":  {ours: []string{"adapters/aws", "adapters/aws/appscaling", "capacity"}, theirs: []string{"github.com/aws"}},
	"adapters/aws/sns":        {ours: []string{"adapters/aws", "capacity"}, theirs: []string{"github.com/aws"}},
	"adapters/aws/timetable":  {pure: true, ours: []string{"capacity"}},
	"adapters/aws/awstest":    {theirs: []string{"github.com/aws"}},
	"adapters/command":        {ours: []string{"capacity"}},
	"adapters/kube":           {ours: []string{"capacity"}, theirs: []string{"k8s.io"}},
	"adapters/oidc":           {ours: []string{"capacity"}, theirs: []string{"github.com/coreos/go-oidc/v3"}},
	"adapters/slack":          {ours: []string{"capacity"}},
	"adapters/prometheus":     {ours: []string{"capacity", "history"}, theirs: []string{"github.com/prometheus/client_golang/api", "github.com/prometheus/common/config", "github.com/prometheus/common/model", "go.yaml.in/yaml/v2"}},
	"adapters/webhook":        {ours: []string{"capacity"}},
	"adapters/local":          {ours: []string{"capacity", "history"}, theirs: []string{"github.com/rogpeppe/go-internal/lockedfile"}},

	"pipeline": {pure: true, ours: []string{"backtest", "calendar", "capacity", "planner", "planner/initial", "planner/leadtime", "planner/share", "planner/unitrate"}},

	"activities/failure":    {ours: []string{"capacity"}, theirs: []string{"go.temporal.io"}},
	"activities/records":    {ours: []string{"audit", "capacity", "pipeline", "planner/leadtime", "planner/unitrate"}, theirs: []string{"go.temporal.io"}},
	"activities/histories":  {ours: []string{"activities/failure", "activities/records", "calendar", "capacity", "history", "pipeline"}},
	"activities/retraining": {ours: []string{"activities/failure", "activities/histories", "activities/records", "audit", "backtest", "calendar", "capacity", "models/blend", "pipeline"}, theirs: []string{"go.temporal.io"}},
	"activities/planning":   {ours: []string{"activities/failure", "activities/histories", "activities/records", "activities/retraining", "audit", "backtest", "calendar", "capacity", "history", "pipeline", "planner", "report"}, theirs: []string{"go.temporal.io"}},
	"activities/execution":  {ours: []string{"activities/failure", "activities/policies", "activities/records", "audit", "capacity", "controller", "executor", "history", "pipeline", "planner/reactive"}, theirs: []string{"go.temporal.io"}},
	"activities/events":     {ours: []string{"activities/failure", "activities/histories", "activities/planning", "activities/records", "audit", "capacity", "executor", "executor/event", "pipeline"}, theirs: []string{"go.temporal.io"}},
	"activities/live":       {ours: []string{"activities/failure", "activities/policies", "activities/records", "audit", "capacity", "controller", "history"}, theirs: []string{"go.temporal.io"}},
	"activities/lookback":   {ours: []string{"activities/failure", "activities/records", "calendar", "capacity", "history", "pipeline", "regret"}},
	"activities/fleet":      {ours: []string{"activities/execution", "activities/failure", "activities/histories", "activities/lookback", "activities/planning", "activities/policies", "activities/records", "activities/retraining", "capacity", "history", "pipeline", "regret"}, theirs: []string{"go.temporal.io"}},
	"activities/policies":   {ours: []string{"activities/failure", "activities/records", "audit", "capacity", "policy"}},
	"activities/oversight":  {ours: []string{"activities/execution", "activities/failure", "activities/policies", "activities/records", "audit", "capacity", "pipeline"}},
	"activities/pruning":    {ours: []string{"activities/failure", "activities/records", "activities/retraining", "audit", "capacity", "pipeline"}, theirs: []string{"go.temporal.io", "golang.org/x/sync"}},
	"activities":            {ours: []string{"activities/events", "activities/execution", "activities/fleet", "activities/histories", "activities/live", "activities/lookback", "activities/oversight", "activities/planning", "activities/policies", "activities/pruning", "activities/records", "activities/retraining", "capacity", "history"}},
	"workflows": {
		ours:   []string{"activities/...", "audit", "capacity", "executor", "executor/event", "internal/proof", "internal/signedcalls"},
		theirs: []string{"go.temporal.io"},
		std:    []string{"context", "errors", "fmt", "slices", "strings", "time"},
	},

	".":     {}, // what the demonstration carries
	"bench": {ours: []string{"backtest", "calendar", "capacity", "models", "pipeline", "simulate", "simulate/baseline"}},

	"internal/bounds":       {ours: []string{"capacity"}},
	"internal/rollout":      {theirs: []string{"go.temporal.io"}},
	"internal/diagnose":     {ours: []string{"internal/rollout"}, theirs: []string{"go.temporal.io"}},
	"internal/signing":      {},
	"internal/targetworker": {ours: []string{"activities/failure", "capacity"}, theirs: []string{"go.temporal.io"}},
	"internal/proof":        {pure: true, ours: []string{"capacity"}},
	"internal/signedcalls":  {ours: []string{"capacity", "internal/proof"}, theirs: []string{"go.temporal.io"}},
	"internal/codec":        {theirs: []string{"go.temporal.io", "google.golang.org/protobuf"}},
	"internal/telemetry":    {ours: []string{"activities/...", "capacity", "pipeline", "regret"}, theirs: []string{"go.temporal.io", "go.opentelemetry.io/otel", "github.com/prometheus/client_golang"}},
	"internal/app":          {ours: slices.Concat(thinking, doing, []string{"internal/bounds", "internal/codec", "internal/diagnose", "internal/proof", "internal/signedcalls", "internal/signing", "internal/targetworker", "internal/telemetry"}), theirs: []string{"go.temporal.io", "github.com/KimMachineGun/automemlimit"}},
	"internal/devstack":     {theirs: []string{"github.com/rogpeppe/go-internal/lockedfile", "golang.org/x/sys"}},
	"internal/scheduling":   {ours: []string{"activities/policies", "capacity", "policy", "workflows"}, theirs: []string{"go.temporal.io"}},
	"internal/restore":      {ours: []string{"activities/...", "audit", "capacity", "executor", "executor/event", "pipeline", "planner/leadtime", "planner/unitrate"}},
	"internal/panel":        {ours: []string{"capacity", "history"}, theirs: []string{"github.com/klauspost/compress"}},

	// What commands share, then a row for each group of commands, then the door to all.
	"internal/cli/command":    {ours: []string{"capacity", "internal/panel"}, theirs: []string{"github.com/spf13/cobra", "golang.org/x/term"}},
	"internal/cli/policyfile": {ours: []string{"capacity", "internal/cli/command", "policy"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/session":    {ours: []string{"activities/failure", "activities/policies", "activities/retraining", "capacity", "executor", "internal/app", "internal/cli/command", "internal/diagnose", "pipeline", "policy", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/inforce":    {ours: []string{"activities/fleet", "activities/planning", "activities/records", "audit", "capacity", "executor", "internal/cli/command", "internal/cli/session", "internal/diagnose", "internal/scheduling", "pipeline", "workflows"}, theirs: []string{"go.temporal.io"}},
	"internal/cli/fleetrun":   {ours: []string{"activities/fleet", "activities/policies", "capacity", "internal/cli/command", "internal/cli/session", "policy", "workflows"}},
	"internal/cli/putpolicy":  {ours: []string{"activities/policies", "capacity", "internal/cli/command", "internal/cli/policyfile", "internal/cli/session", "policy", "workflows"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/show":       {ours: []string{"activities/planning", "audit", "capacity", "internal/cli/command", "internal/cli/inforce", "internal/cli/session"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/audit":      {ours: []string{"activities/live", "activities/planning", "activities/retraining", "audit", "capacity", "executor/event", "internal/cli/command", "internal/cli/session", "internal/signing"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/check":      {ours: []string{"capacity", "internal/cli/command", "internal/cli/policyfile", "policy"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/dev":        {ours: []string{".", "capacity", "executor", "internal/app", "internal/bounds", "internal/cli/command", "internal/cli/putpolicy", "internal/cli/session", "internal/cli/show", "internal/codec", "internal/devstack", "internal/proof", "policy", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/event":      {ours: []string{"activities/events", "capacity", "executor/event", "internal/cli/command", "internal/cli/policyfile", "internal/cli/putpolicy", "internal/cli/session", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/fleet":      {ours: []string{"activities/fleet", "capacity", "internal/cli/command", "internal/cli/fleetrun", "internal/cli/policyfile", "internal/cli/putpolicy", "internal/cli/session", "workflows"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/forecast":   {ours: []string{"backtest", "calendar", "capacity", "history", "internal/cli/command", "internal/cli/policyfile", "internal/panel", "models"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/live":       {ours: []string{"capacity", "controller", "internal/cli/command", "internal/cli/session"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/orders":     {ours: []string{"activities/policies", "capacity", "executor", "internal/app", "internal/cli/command", "internal/cli/inforce", "internal/cli/policyfile", "internal/cli/session", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/plan":       {ours: []string{"calendar", "capacity", "history", "internal/cli/command", "internal/cli/policyfile", "internal/cli/putpolicy", "internal/cli/session", "internal/cli/show", "models", "pipeline", "report", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/regret":     {ours: []string{"activities/fleet", "activities/lookback", "capacity", "internal/cli/command", "internal/cli/fleetrun", "internal/cli/policyfile", "internal/cli/putpolicy", "internal/cli/session", "regret", "report", "workflows"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/restore":    {ours: []string{"capacity", "internal/cli/command", "internal/cli/session", "internal/restore"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/schedules":  {ours: []string{"activities/fleet", "activities/policies", "capacity", "internal/app", "internal/cli/command", "internal/cli/fleetrun", "internal/cli/policyfile", "internal/cli/putpolicy", "internal/cli/session", "internal/scheduling", "policy", "workflows"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/simulate":   {ours: []string{"calendar", "capacity", "history", "internal/cli/command", "internal/cli/policyfile", "nowcast", "pipeline", "policy", "report", "simulate", "simulate/baseline"}, theirs: []string{"github.com/spf13/cobra"}},
	"internal/cli/status":     {ours: []string{"activities/retraining", "capacity", "executor", "internal/cli/command", "internal/cli/inforce", "internal/cli/orders", "internal/cli/session", "internal/diagnose", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli/workers":    {ours: []string{"capacity", "internal/cli/command", "internal/cli/session", "internal/rollout", "internal/targetworker", "workflows"}, theirs: []string{"github.com/spf13/cobra", "go.temporal.io"}},
	"internal/cli":            {ours: []string{"capacity", "internal/app", "internal/cli/audit", "internal/cli/check", "internal/cli/command", "internal/cli/dev", "internal/cli/event", "internal/cli/fleet", "internal/cli/forecast", "internal/cli/live", "internal/cli/orders", "internal/cli/plan", "internal/cli/putpolicy", "internal/cli/regret", "internal/cli/restore", "internal/cli/schedules", "internal/cli/session", "internal/cli/show", "internal/cli/simulate", "internal/cli/status", "internal/cli/workers"}, theirs: []string{"github.com/spf13/cobra", "github.com/spf13/pflag"}},
	"internal/cli/loadtest":   {pure: true}, // for tests

	"internal/archtest": {pure: true},
	"internal/e2e":      {}, // tests only

	"worker":  {ours: []string{"internal/..."}},
	"starter": {ours: []string{"internal/..."}},
}

// outside is what a pure package has no business with.
var outside = []string{"C", "net", "net/http", "os", "os/exec", "os/signal", "plugin", "syscall"}

func TestLayers(t *testing.T) {
	report(t, brokenLayers(mustRead(t, os.DirFS("../..")), layers))
}

// TestDevserver: the embedded servers are a module of their own, so that a
// user of either never pays for the other.
func TestDevserver(t *testing.T) {
	folder, err := fs.Sub(os.DirFS("../.."), "devserver")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Stat(folder, "go.mod"); err != nil {
		t.Fatal("devserver is no longer a module of its own: ", err)
	}
	report(t, leavesDevserver(mustRead(t, folder)))
}

// TestLayers_Planted plants, in each package that has a row, an import of every other
// package of the module: the row must find all that it does not name, and some row must
// forbid each.
func TestLayers_Planted(t *testing.T) {
	for folder, r := range layers {
		found := 0
		for other := range layers {
			name := strings.TrimSuffix(module+other, "/.")
			planted := mustRead(t, fstest.MapFS{path.Join(folder, "planted.go"): {Data: []byte("package planted\nimport _ \"" + name + "\"\n")}})
			broken := brokenLayers(planted, layers)
			if allowed := r.allows(name); allowed != (len(broken) == 0) {
				t.Errorf("%s imports %s, which is allowed: %t; found is %q", folder, name, allowed, broken)
			}
			found += len(broken)
		}
		if found == 0 {
			t.Errorf("the row of %s lets it import every package", folder)
		}
	}
}

// TestAdapters: adapters are wired in one place.
func TestAdapters(t *testing.T) {
	report(t, wiredElsewhere(layers))
}

// wiredElsewhere lists the rows beside that of internal/app that allow an adapter.
func wiredElsewhere(layers map[string]rule) []string {
	var broken []string
	for folder, r := range layers {
		if folder == "internal/app" || within(folder, "adapters") {
			continue
		}
		for other := range layers {
			if within(other, "adapters") && r.allows(module+other) {
				broken = append(broken, fmt.Sprintf("the row of %s allows %s: adapters are wired in internal/app", folder, other))
			}
		}
	}
	slices.Sort(broken)
	return broken
}

func report(t *testing.T, broken []string) {
	t.Helper()
	for _, text := range broken {
		t.Error(text)
	}
}

// brokenLayers lists every import that its package's rule does not allow, and
// every package that has no rule.
func brokenLayers(files []source, layers map[string]rule) []string {
	var broken []string
	for _, folder := range folders(files) {
		if _, ok := layers[folder]; !ok {
			broken = append(broken, fmt.Sprintf("package %s has no row in layers: a new folder is a decision, add one", folder))
		}
	}
	for _, f := range files {
		r, ok := layers[f.folder()]
		if f.test() || !ok {
			continue
		}
		for _, imported := range f.imports() {
			if !r.allows(imported) {
				broken = append(broken, fmt.Sprintf("%s imports %s, but %s", f.path, imported, r.says(f.folder())))
			}
		}
	}
	return broken
}

func leavesDevserver(files []source) []string {
	var broken []string
	for _, f := range files {
		for _, imported := range f.imports() {
			if own, ok := strings.CutPrefix(imported, module); ok && !within(own, "devserver") {
				broken = append(broken, fmt.Sprintf("devserver/%s imports %s, but devserver imports nothing of the main module", f.path, imported))
			}
		}
	}
	return broken
}

func (r rule) allows(imported string) bool {
	if imported+"/" == module {
		return slices.Contains(r.ours, ".")
	}
	if own, ok := strings.CutPrefix(imported, module); ok {
		return slices.ContainsFunc(r.ours, func(allowed string) bool {
			folder, below := strings.CutSuffix(allowed, "/...")
			return own == allowed || (below && within(own, folder))
		})
	}
	if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
		return slices.ContainsFunc(r.theirs, func(allowed string) bool { return within(imported, allowed) })
	}
	if r.std != nil {
		return slices.Contains(r.std, imported)
	}
	return !r.pure || !slices.Contains(outside, imported)
}

// says is the rule in words.
func (r rule) says(folder string) string {
	words := append(slices.Clone(r.ours), r.theirs...)
	switch {
	case r.std != nil:
		words = append(words, "of the standard library only "+strings.Join(r.std, " "))
	case r.pure:
		words = append(words, "the standard library without "+strings.Join(outside, " "))
	default:
		words = append(words, "the standard library")
	}
	return fmt.Sprintf("%s may import only %s: move the code, or argue for a change of layers", folder, strings.Join(words, ", "))
}

// within reports whether name is folder or below it.
func within(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, path.Clean(folder)+"/")
}

package telemetry_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const deploy = "../../deploy/"

type rules struct {
	Groups []struct {
		Rules []struct {
			Record, Alert, Expr string
			Annotations         map[string]string
		}
	}
}

func readRules(t *testing.T, name string) (r rules) {
	t.Helper()
	data, err := os.ReadFile(deploy + "prometheus/" + name)
	if err == nil {
		err = yaml.Unmarshal(data, &r)
	}
	if err != nil || len(r.Groups) == 0 {
		t.Fatalf("%s: %v, %d groups", name, err, len(r.Groups))
	}
	return r
}

// name is that of a metric, or of a recorded one.
var name = regexp.MustCompile(`(service:)?\b(headroom|temporal|process|go)_[a-z0-9_]+(:newest)?`)

// TestDeploy: every metric that a rule or the dashboard names is one that a
// worker tells, or that a rule records; and every alert has its run book.
func TestDeploy(t *testing.T) {
	known := names(t)
	expressions := map[string][]string{}
	recording, alerts := readRules(t, "recording.yaml"), readRules(t, "alerts.yaml")
	for _, r := range []rules{recording, alerts} {
		for _, g := range r.Groups {
			for _, rule := range g.Rules {
				expressions[rule.Record+rule.Alert] = []string{rule.Expr}
				if rule.Record != "" {
					known = append(known, rule.Record)
				}
			}
		}
	}
	expressions["the dashboard"] = dashboard(t)
	for where, list := range expressions {
		found := 0
		for _, expr := range list {
			for _, n := range name.FindAllString(strings.ReplaceAll(expr, "headroom-compute", ""), -1) {
				if found++; !slices.Contains(known, n) {
					t.Errorf("%s asks for %s, which no worker tells", where, n)
				}
			}
		}
		if found == 0 {
			t.Errorf("%s asks for no metric: %q", where, list)
		}
	}
	book, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range alerts.Groups {
		for _, rule := range g.Rules {
			if want := "docs/operations.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook"] != want {
				t.Errorf("%s has the run book %q, want %s", rule.Alert, rule.Annotations["runbook"], want)
			}
			if !strings.Contains(string(book), "\n### "+rule.Alert+"\n") {
				t.Errorf("docs/operations.md has no section ### %s", rule.Alert)
			}
		}
	}
}

// dashboard is all expressions of the dashboard.
func dashboard(t *testing.T) (all []string) {
	t.Helper()
	data, err := os.ReadFile(deploy + "grafana/headroom.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Type, Title, Description string
			Targets                  []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(data, &board); err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		if p.Type != "row" && (p.Description == "" || len(p.Targets) == 0) {
			t.Errorf("the panel %q has no description, or asks for nothing", p.Title)
		}
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	return all
}

// names are those of all metrics that a worker may tell.
func names(t *testing.T) (all []string) {
	t.Helper()
	for line := range strings.Lines(scrape(t, told())) {
		if n, _, found := strings.Cut(line, "{"); found && !strings.HasPrefix(line, "#") {
			all = append(all, n)
		} else if n, _, _ := strings.Cut(line, " "); !strings.HasPrefix(line, "#") {
			all = append(all, n)
		}
	}
	// The one that only a failing activity tells.
	all = append(all, "headroom_activity_failures_total")
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.temporal.io/sdk").Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal/common/metrics/constants.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`TemporalMetricsPrefix \+ "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		n := "temporal_" + m[1]
		all = append(all, n, n+"_total", n+"_seconds_bucket", n+"_seconds_sum", n+"_seconds_count")
	}
	return all
}

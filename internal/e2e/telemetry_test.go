package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestTelemetry lets a worker retrain, plan and scale, and looks at what it
// tells: every expression of the dashboard and of the recording rules gives
// something on a real Prometheus, if one is installed, and the spans of the run
// reach a collector.
func TestTelemetry(t *testing.T) {
	needServers(t)
	s := newSite(t)
	spans := newCollector(t)
	s.env = []string{"HEADROOM_METRICS=127.0.0.1:0", "HEADROOM_LOG=json", "OTEL_EXPORTER_OTLP_ENDPOINT=" + spans.address}
	worker := s.startWorker(t, devstack.Bucket)
	address := worker.metrics(t)
	clock := capacity.Replay(s.origin, speed)
	if err := s.start(t, workflows.RetrainID("chat"), workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 24*time.Hour) // it is still carried out when the metrics are read
	eventually(t, "an action is recorded", func() bool { return len(s.outcomes(t, p.ID)) > 1 })

	_, list := s.fleetOf(t, 2)
	state := workflows.FleetState{Kind: fleet.Plan, List: list, Clock: capacity.Replay(s.origin, 1)}
	if err := s.start(t, workflows.FleetID(state.Kind), workflows.Fleet, state).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}

	get(t, "http://"+address+"/readyz") // fails unless Temporal and the bucket are reached
	page := get(t, "http://"+address+"/metrics")
	for _, want := range []string{
		`headroom_retrains_total{service="chat",verdict="promoted"} 1`, `headroom_plans_total{service="chat"} 1`,
		`headroom_actions_total{kind="sim",service="chat",verdict="done"}`, `headroom_lead_time_seconds_bucket{kind="sim",service="chat",`,
		`temporal_workflow_task_schedule_to_start_latency_seconds_bucket{`, `temporal_activity_execution_latency_seconds_count{activity_type="Backtest"`,
		`headroom_load_per_second{service="chat"}`, `headroom_forecast_load_per_second{ahead="now",pool="`, `headroom_forecast_load_per_second{ahead="lead_time",pool="`,
		`service="chat",state="planned"}`, `service="chat",state="requested"}`, `service="chat",state="serving"}`, `headroom_units_short{pool="`,
		`headroom_plans_total{service="service-0001"} 1`, `headroom_fleet_services_total{kind="plan",verdict="done"} 2`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %s among the metrics", want)
		}
	}
	t.Run("Prometheus", func(t *testing.T) { askPrometheus(t, address) })

	worker.stop(t)
	for _, want := range []string{"RunWorkflow:Retrain", "RunActivity:Backtest", "RunActivity:Act", "headroom-worker"} {
		if !spans.have(want) {
			t.Errorf("no span says %q", want)
		}
	}
	log, err := os.ReadFile(worker.log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(log) {
		if !json.Valid(line) {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
	}
}

var metricsAddress = regexp.MustCompile(`"msg":"metrics are served","address":"([^"]+)"`)

// metrics is where a worker serves its metrics, by its log.
func (p *process) metrics(t *testing.T) (address string) {
	t.Helper()
	eventually(t, "the worker says where its metrics are", func() bool {
		log, err := os.ReadFile(p.log)
		if err != nil {
			t.Fatal(err)
		}
		if m := metricsAddress.FindSubmatch(log); m != nil {
			address = string(m[1])
		}
		return address != ""
	})
	return address
}

// askPrometheus starts a Prometheus with the rules of deploy/prometheus on a
// worker, and asks it what the dashboard would.
func askPrometheus(t *testing.T, worker string) {
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("no prometheus is in PATH (apt-get install prometheus)")
	}
	rules, err := filepath.Abs("../../deploy/prometheus")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := fmt.Sprintf("global: {scrape_interval: 200ms, evaluation_interval: 200ms}\nrule_files: [%[1]s/recording.yaml, %[1]s/alerts.yaml]\nscrape_configs:\n- job_name: headroom\n  static_configs: [{targets: ['%[2]s']}]\n", rules, worker)
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	listen := freeAddress(t)
	var said bytes.Buffer
	server := exec.Command(program, "--config.file="+filepath.Join(dir, "prometheus.yaml"), "--storage.tsdb.path="+dir, "--web.listen-address="+listen)
	server.Stderr, server.SysProcAttr = &said, dies()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		if t.Failed() {
			t.Logf("Prometheus said:\n%s", said.String())
		}
	}()
	ask := func(query string) (n int, status string) {
		response, err := http.Get("http://" + listen + "/api/v1/query?query=" + url.QueryEscape(query))
		if err != nil {
			return 0, err.Error()
		}
		defer response.Body.Close()
		var answer struct {
			Error string
			Data  struct{ Result []any }
		}
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			return 0, err.Error()
		}
		return len(answer.Data.Result), answer.Error
	}
	// A rate needs two samples, and a recording rule an evaluation after them.
	eventually(t, "Prometheus has scraped the worker", func() bool {
		n, _ := ask("count_over_time(service:headroom_plan_cost:newest[10m]) > 3")
		return n > 0
	})
	data, err := os.ReadFile("../../deploy/grafana/headroom.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(data, &board); err != nil {
		t.Fatal(err)
	}
	// What a calm run of one plan has nothing to say to.
	silent := map[string]bool{"Error": true, "Coverage": true}
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			query := strings.ReplaceAll(target.Expr, "$service", ".*")
			calm := silent[panel.Title] || strings.Contains(query, `fallback!="none"`) || strings.Contains(query, "activity_failures") || strings.Contains(query, "violation_seconds:newest") && !strings.Contains(query, "expected")
			eventually(t, fmt.Sprintf("%s: %s gives series", panel.Title, query), func() bool { // a scrape may come too late for its short interval
				n, failed := ask(query)
				if failed != "" {
					t.Fatalf("%s: %s: %s", panel.Title, query, failed)
				}
				return n > 0 || calm
			})
		}
	}
	if n, failed := ask(`ALERTS{alertstate="firing"}`); n > 0 || failed != "" {
		t.Errorf("%d alerts fire, %s", n, failed)
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(nil)
	server.Close()
	return server.Listener.Addr().String()
}

func get(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, response.Status, err)
	}
	return string(data)
}

// A collector takes spans by OTLP over HTTP and keeps them as they come.
type collector struct {
	address string
	mu      sync.Mutex
	all     []byte
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" {
			http.Error(w, "this is no span", http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all = append(c.all, data...)
	}))
	t.Cleanup(server.Close)
	c.address = server.URL
	return c
}

// have reports whether a span holds the words.
func (c *collector) have(words string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Contains(c.all, []byte(words))
}

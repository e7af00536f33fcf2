package telemetry_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"headroom/internal/telemetry"
)

// scrape is what Prometheus gets.
func scrape(t *testing.T, m *telemetry.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("got status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func expect(t *testing.T, page string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(page, line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			var near []string
			for have := range strings.Lines(page) {
				if strings.HasPrefix(have, name) {
					near = append(near, have)
				}
			}
			t.Errorf("want %s, there is\n%s", line, strings.Join(near, ""))
		}
	}
}

// TestSDK writes as Temporal's SDK does: times in nanoseconds, and one name with
// tags that differ.
func TestSDK(t *testing.T) {
	m := telemetry.NewMetrics(telemetry.Build{})
	var options client.Options
	m.Connect(&options)
	root := options.MetricsHandler
	queue := root.WithTags(map[string]string{"task_queue": "headroom"})
	for range 2 { // a metric that is asked for again is the same one
		queue.Timer("temporal_activity_schedule_to_start_latency").Record(40 * time.Second)
	}
	queue.Timer("temporal_request_latency").Record(3 * time.Millisecond)
	queue.Counter("temporal_activity_execution_failed").Inc(2)
	queue.WithTags(map[string]string{"failure_reason": "ActivityError"}).Counter("temporal_activity_execution_failed").Inc(1)
	queue.WithTags(map[string]string{"task_queue": "other"}).Gauge("temporal_num_pollers").Update(5)
	expect(t, scrape(t, m),
		`temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="headroom",le="30"} 0`,
		`temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="headroom",le="60"} 2`,
		`temporal_activity_schedule_to_start_latency_seconds_sum{task_queue="headroom"} 80`,
		`temporal_request_latency_seconds_bucket{task_queue="headroom",le="0.0025"} 0`,
		`temporal_request_latency_seconds_bucket{task_queue="headroom",le="0.005"} 1`,
		`temporal_activity_execution_failed_total{task_queue="headroom"} 2`,
		`temporal_activity_execution_failed_total{failure_reason="ActivityError",task_queue="headroom"} 1`,
		`temporal_num_pollers{task_queue="other"} 5`,
	)
}

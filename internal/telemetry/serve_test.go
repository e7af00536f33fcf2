package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headroom/internal/telemetry"
)

// TestReady: a worker is ready while it reaches what it needs, and says what it does not
// reach; it lives all the while.
func TestReady(t *testing.T) {
	m := telemetry.NewMetrics(telemetry.Build{})
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	if code, body := ask("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "the worker starts") {
		t.Errorf("before it reaches anything: %d %q", code, body)
	}
	m.Ready(func(context.Context) error { return errors.New("reach Temporal: nobody answers") })
	if code, body := ask("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "reach Temporal") {
		t.Errorf("without Temporal: %d %q", code, body)
	}
	if code, _ := ask("/healthz"); code != http.StatusOK {
		t.Errorf("it lives, and answers %d", code)
	}
	m.Ready(func(context.Context) error { return nil })
	if code, body := ask("/readyz"); code != http.StatusOK {
		t.Errorf("all is reached: %d %q", code, body)
	}
}

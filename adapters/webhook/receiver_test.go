package webhook_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"headroom/adapters/webhook"
	"headroom/capacity"
)

var (
	secret = []byte("a secret of the test")
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

// A receiver is the other side: it keeps one number, as the package comment
// asks for.
type receiver struct {
	url string

	mu             sync.Mutex
	units, serving int
	puts           []put
	// answer, if not nil, answers instead when it returns true.
	answer func(w http.ResponseWriter, r *http.Request) bool
}

// put is one order as it arrived.
type put struct {
	Key  string
	Body map[string]any
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{units: 2, serving: 2}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL + "/pools/web"
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(request.Body)
	if err == nil {
		err = webhook.Verify(secret, request.Header.Get(webhook.SignatureHeader), body, noon)
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusUnauthorized)
	case r.answer != nil && r.answer(w, request):
	case request.Method == http.MethodGet:
		fmt.Fprintf(w, `{"units": %d, "serving": %d}`, r.units, r.serving)
	case request.Method == http.MethodPut:
		p := put{Key: request.Header.Get("Idempotency-Key")}
		if err := json.Unmarshal(body, &p.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.puts = append(r.puts, p)
		r.units = int(p.Body["units"].(float64))
		w.WriteHeader(http.StatusAccepted)
	}
}

func (r *receiver) settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serving = r.units
}

func (r *receiver) target(t *testing.T) *webhook.Target {
	t.Helper()
	return target(t, webhook.Caller{Secret: secret, Now: func() time.Time { return noon }}, r.url)
}

func target(t *testing.T, c webhook.Caller, name string) *webhook.Target {
	t.Helper()
	target, err := c.Target(capacity.TargetName(name))
	if err != nil {
		t.Fatal(err)
	}
	return target
}

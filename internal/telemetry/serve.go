package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrapes is how many scrapes are answered at once.
const scrapes = 4

// Handler answers /metrics, /healthz, which says that the process lives, and /readyz,
// which says that it reaches what it needs.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: scrapes}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", m.ready.serve)
	return http.MaxBytesHandler(mux, 64<<10)
}

// Ready has /readyz answer by check, which returns what is not reached; before the first
// call it answers that the worker starts. Check is called by one request at a time, and at
// most once a second.
func (m *Metrics) Ready(check func(context.Context) error) {
	m.ready.mu.Lock()
	defer m.ready.mu.Unlock()
	m.ready.check = check
	m.ready.at = time.Time{}
}

// readiness is what /readyz answers.
type readiness struct {
	mu    sync.Mutex
	check func(context.Context) error // nil: the worker starts
	at    time.Time                   // when it was called last
	last  error                       // what it said
}

// fresh is for how long an answer holds, and patience how long a check may take.
const (
	fresh    = time.Second
	patience = 5 * time.Second
)

func (r *readiness) serve(w http.ResponseWriter, request *http.Request) {
	if err := r.now(request.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

func (r *readiness) now(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.check == nil {
		return fmt.Errorf("the worker starts")
	}
	if time.Since(r.at) < fresh {
		return r.last
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	r.last = r.check(ctx)
	r.at = time.Now()
	return r.last
}

// Serve serves the metrics on an address until stop. An address that is taken
// is an error.
func (m *Metrics) Serve(ctx context.Context, address string, logger *slog.Logger) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve metrics: %w: set HEADROOM_METRICS to another address", err)
	}
	server := &http.Server{
		Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // it ends when it is closed
	}()
	logger.Info("metrics are served", "address", listener.Addr().String())
	return func() {
		_ = server.Close() // a scrape that is under way is of no use any more
		<-ended
	}, nil
}

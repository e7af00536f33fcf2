package telemetry

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
)

// sdkMetrics keeps what Temporal's SDK counts and times, and gives it to
// Prometheus: timers in seconds, with buckets that fit, and names as Prometheus
// has them. The SDK gives one name different tags from time to time, which
// Prometheus's own vectors refuse, so each set of tags is a metric of its own.
type sdkMetrics struct {
	mu  sync.RWMutex
	all map[string]prometheus.Metric
}

// Describe tells nothing: which tags come is not known before.
func (*sdkMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect gives what there is.
func (s *sdkMetrics) Collect(to chan<- prometheus.Metric) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, m := range s.all {
		to <- m
	}
}

// handler is what the SDK writes to, under its tags.
func (s *sdkMetrics) handler() client.MetricsHandler { return &sdkHandler{metrics: s} }

type sdkHandler struct {
	metrics *sdkMetrics
	tags    prometheus.Labels
}

// WithTags adds tags.
func (h *sdkHandler) WithTags(tags map[string]string) client.MetricsHandler {
	all := prometheus.Labels{}
	maps.Copy(all, h.tags)
	for name, value := range tags {
		all[strings.ReplaceAll(strings.ReplaceAll(name, "-", "_"), ".", "_")] = value
	}
	return &sdkHandler{h.metrics, all}
}

// Counter is one of the SDK's counters.
func (h *sdkHandler) Counter(name string) client.MetricsCounter {
	name += "_total"
	c := metric(h, name, func() prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: sdkHelp, ConstLabels: h.tags})
	})
	return increments{c}
}

// Gauge is one of the SDK's gauges.
func (h *sdkHandler) Gauge(name string) client.MetricsGauge {
	g := metric(h, name, func() prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: sdkHelp, ConstLabels: h.tags})
	})
	return updates{g}
}

// Timer is one of the SDK's timers.
func (h *sdkHandler) Timer(name string) client.MetricsTimer {
	buckets := bucketsOf(name)
	name += "_seconds"
	o := metric(h, name, func() prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: sdkHelp, ConstLabels: h.tags, Buckets: buckets})
	})
	return seconds{o}
}

const sdkHelp = "By Temporal's SDK: https://docs.temporal.io/references/sdk-metrics."

// metric finds the handler's metric of that name, or makes it.
func metric[M prometheus.Metric](h *sdkHandler, name string, make func() M) M {
	var key strings.Builder
	key.WriteString(name)
	for _, tag := range slices.Sorted(maps.Keys(h.tags)) {
		key.WriteString("\x00" + tag + "\x00" + h.tags[tag])
	}
	s := h.metrics
	s.mu.RLock()
	m, known := s.all[key.String()]
	s.mu.RUnlock()
	if known {
		return m.(M)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, known := s.all[key.String()]; known {
		return m.(M)
	}
	made := make()
	s.all[key.String()] = made
	return made
}

// increments, updates and seconds are metrics as the SDK writes to them.
type (
	increments struct{ prometheus.Counter }
	updates    struct{ prometheus.Gauge }
	seconds    struct{ prometheus.Histogram }
)

// Inc counts n more.
func (c increments) Inc(n int64) { c.Add(float64(n)) }

// Update sets the value.
func (g updates) Update(value float64) { g.Set(value) }

// Record adds a time.
func (s seconds) Record(d time.Duration) { s.Observe(d.Seconds()) }

package telemetry

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.temporal.io/sdk/client"
)

// Metrics is what a worker counts. A counter counts what this worker saw
// succeed: what is done again after a lost answer is counted again. A gauge is
// as of the last activity for that service on this worker; of several workers
// the one tells the truth whose timestamp of the same group is newest, which the
// recording rules of deploy/prometheus find.
type Metrics struct {
	registry *prometheus.Registry
	sdk      *sdkMetrics
	live     *live
	ready    readiness
	gauges   []*prometheus.GaugeVec // that have a label service

	forecasts, retrains, plans, actions, fleet, failures *prometheus.CounterVec

	forecast, drifted, drift           *prometheus.GaugeVec // as of a forecast
	seen, judged, wape, covered, short *prometheus.GaugeVec // as of a look at measured load
	planned, ends, cost, unitHours     *prometheus.GaugeVec // as of a plan
	peak, changes, expected            *prometheus.GaugeVec // too
	trained, retired                   *prometheus.GaugeVec
	lookedBack, lookedBackShort        *prometheus.GaugeVec // as of a look back
	lead                               *prometheus.HistogramVec
}

// A Build says what runs, for the metric headroom_build_info.
type Build struct {
	Version, Deployment, ID string
}

// NewMetrics makes the metrics of a worker.
func NewMetrics(b Build) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), sdk: &sdkMetrics{all: map[string]prometheus.Metric{}}, live: &live{now: time.Now, services: map[string]*lastReading{}}}
	m.registry.MustRegister(m.sdk, m.live, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "headroom_" + name, Help: help}, labels)
		m.registry.MustRegister(v)
		if slices.Contains(labels, "service") {
			m.gauges = append(m.gauges, v)
		}
		return v
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "headroom_" + name, Help: help}, labels)
		m.registry.MustRegister(v)
		return v
	}
	gauge("build_info", "1, with what runs as labels.", "version", "deployment", "build").WithLabelValues(b.Version, b.Deployment, b.ID).Set(1)

	m.forecasts = counter("forecasts_total", "Forecasts, by why no trained model stands behind it; none: one does.", "service", "fallback")
	m.forecast = gauge("forecast_made_timestamp_seconds", "When the last forecast was made, by the wall clock.", "service")
	m.drifted = gauge("forecast_drifted", "1 while demand has drifted from what the model learnt.", "service")
	m.drift = gauge("forecast_drift_sigmas", "The larger cumulative sum of the forecast's errors, in standard deviations; above 5 is drift.", "service")
	m.seen = gauge("forecast_judged_timestamp_seconds", "When the plan was last compared with measured load, by the wall clock.", "service")
	m.judged = gauge("forecast_measured_steps", "Steps of the plan's forecast that were measured since.", "service")
	m.wape = gauge("forecast_error_ratio", "Distance of the measured load to the median of the plan's forecast, over the load.", "service")
	m.covered = gauge("forecast_coverage_ratio", "Share of measured steps inside the 95 % interval of the plan's forecast.", "service")
	m.trained = gauge("model_trained_timestamp_seconds", "End of the history that was learnt from last.", "service")
	m.retrains = counter("retrains_total", "Retrainings, by whether the new model was promoted or the old one kept.", "service", "verdict")

	m.plans = counter("plans_total", "Plans that were made.", "service")
	m.planned = gauge("plan_made_timestamp_seconds", "When the last plan was made, by the wall clock.", "service")
	m.ends = gauge("plan_end_timestamp_seconds", "When the last plan ends; not set while recorded load is replayed.", "service")
	m.cost = gauge("plan_cost", "What the plan is expected to cost, in the policy's currency: units, missing units and changes.", "service", "part")
	m.unitHours = gauge("plan_unit_hours", "Unit-hours of the plan.", "service")
	m.peak = gauge("plan_peak_units", "The most units that the plan runs.", "service")
	m.changes = gauge("plan_changes", "Actions of the plan.", "service")
	m.expected = gauge("plan_expected_violation_seconds", "Time in which demand is expected to exceed what serves.", "service")
	m.short = gauge("plan_violation_seconds", "Time in which the measured load exceeded what the plan's units serve.", "service")

	m.lookedBack = gauge("regret_cost", "What the time that was looked back at last took, in the policy's currency: as it was done, by an oracle, and by a plain reactive policy.", "service", "way")
	m.lookedBackShort = gauge("regret_violation_seconds", "Time in which capacity was missing, likewise.", "service", "way")
	m.retired = gauge("service_retired_timestamp_seconds", "When a service whose policy is gone was left, by the wall clock.", "service")
	m.actions = counter("actions_total", "Actions, by the kind of target and how they ended.", "service", "kind", "verdict")
	m.lead = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "headroom_lead_time_seconds", Help: "From asking for more units until they serve.", Buckets: leadBuckets,
	}, []string{"service", "kind"})
	m.registry.MustRegister(m.lead)
	m.fleet = counter("fleet_services_total", "Services of a fleet's run, by what it does and whether it could.", "kind", "verdict")
	m.failures = counter("activity_failures_total", "Tries of activities that failed, by the name of the error.", "activity", "error")
	return m
}

// Clock sets the clock of the wall by which gauges are worked out; for tests.
func (m *Metrics) Clock(now func() time.Time) { m.live.now = now }

// forget drops the gauges of a service.
func (m *Metrics) forget(service string) {
	m.live.forget(service)
	for _, g := range m.gauges {
		g.DeletePartialMatch(prometheus.Labels{"service": service})
	}
}

// Connect makes a connection tell what it does, and which activities failed that
// run on it.
func (m *Metrics) Connect(options *client.Options) {
	options.MetricsHandler = m.sdk.handler()
	options.Interceptors = append(options.Interceptors, &watching{metrics: m})
}

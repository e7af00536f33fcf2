package telemetry

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/activities/lookback"
	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/regret"
)

// Observe reads what an activity was given and what it came to, at a time on the
// wall. It is for [records.Observer].
func (m *Metrics) Observe(in, out any, now time.Time) {
	switch in := in.(type) {
	case records.Reading:
		m.live.read(in, now)
	case planning.ForecastInput:
		if out, ok := out.(planning.ForecastResult); ok {
			m.foresee(in.Policy.Service, out, now)
		}
	case planning.LookInput:
		if out, ok := out.(planning.LookResult); ok {
			m.judge(in.Policy.Service, out.Track, now)
		}
	case planning.OptimiseInput:
		if out, ok := out.(planning.OptimiseResult); ok {
			m.plan(in, out, now)
		}
	case retraining.PromoteInput:
		if out, ok := out.(retraining.PromoteResult); ok {
			m.promote(in, out)
		}
	case execution.RecordInput:
		m.record(in, now)
	case lookback.RegretInput:
		if out, ok := out.(lookback.RegretResult); ok {
			m.regretted(in.Policy.Service, out.Tally)
		}
	case fleet.ChunkInput:
		if out, ok := out.(fleet.ChunkResult); ok {
			m.fleet.WithLabelValues(string(in.Kind), "done").Add(float64(out.Services - out.Failed))
			m.fleet.WithLabelValues(string(in.Kind), "failed").Add(float64(out.Failed))
		}
	case execution.DismissInput:
		m.forget(in.Service)
		set(m.retired, unix(now), in.Service)
	}
}

func (m *Metrics) foresee(service string, out planning.ForecastResult, now time.Time) {
	fallback := string(out.Code)
	if fallback == "" {
		fallback = "none"
	}
	m.forecasts.WithLabelValues(service, fallback).Inc()
	set(m.forecast, unix(now), service)
	set(m.drift, out.Drift.Sum, service)
	drifted := 0.0
	if out.Drift.Drifted {
		drifted = 1
	}
	set(m.drifted, drifted, service)
	m.judge(service, out.Track, now)
}

func (m *Metrics) judge(service string, t *pipeline.PlanAccuracy, now time.Time) {
	if t == nil {
		return
	}
	set(m.seen, unix(now), service)
	set(m.judged, float64(t.Steps), service)
	set(m.wape, t.Error, service)
	set(m.covered, t.Covered, service)
	set(m.short, t.Short.Seconds(), service)
}

func (m *Metrics) plan(in planning.OptimiseInput, out planning.OptimiseResult, now time.Time) {
	service, e := in.Policy.Service, out.Expect
	m.plans.WithLabelValues(service).Inc()
	set(m.planned, unix(now), service)
	if in.Clock.Speed == 0 {
		set(m.ends, unix(out.Plan.End), service)
	}
	set(m.cost, e.UnitCost, service, "units")
	set(m.cost, e.MissingCost, service, "missing")
	set(m.cost, e.ChangeCost, service, "changes")
	set(m.unitHours, e.UnitHours, service)
	set(m.peak, float64(e.Peak), service)
	set(m.changes, float64(out.Changes), service)
	set(m.expected, e.ViolationMinutes*60, service)
}

func (m *Metrics) promote(in retraining.PromoteInput, out retraining.PromoteResult) {
	verdict := "kept"
	if out.Promoted {
		verdict = "promoted"
	}
	m.retrains.WithLabelValues(in.Service, verdict).Inc()
	set(m.trained, unix(in.Challenger.TrainedTo), in.Service)
}

func (m *Metrics) regretted(service string, t regret.Tally) {
	for way, account := range map[string]regret.Account{"done": t.Done, "oracle": t.Oracle, "reactive": t.Reactive} {
		set(m.lookedBack, account.Money(), service, way)
		set(m.lookedBackShort, account.Violation*60, service, way)
	}
}

func (m *Metrics) record(in execution.RecordInput, now time.Time) {
	for _, o := range in.Outcomes {
		if o.Verdict == capacity.Done || o.Verdict == capacity.AlreadySo || o.Verdict == capacity.Short || o.Verdict == capacity.Compensated {
			m.live.found(in.Service, o.Action.Target, o.After, now)
		}
		kind, _, _ := strings.Cut(string(o.Action.Target), "://")
		m.actions.WithLabelValues(in.Service, kind, string(o.Verdict)).Inc()
		if o.Verdict == capacity.Done && o.After.Units > o.Before.Units && !o.Asked.IsZero() {
			m.lead.WithLabelValues(in.Service, kind).Observe(o.Settled.Sub(o.Asked).Seconds())
		}
	}
}

func set(g *prometheus.GaugeVec, value float64, labels ...string) {
	g.WithLabelValues(labels...).Set(value)
}

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

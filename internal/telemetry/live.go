package telemetry

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"headroom/activities/records"
	"headroom/capacity"
)

// stale is how long after this worker has read something the gauges of it are gone:
// another worker works for the service then, or none does.
const stale = 2 * time.Hour

// shownQuantiles are the quantiles of the forecast that have gauges.
var shownQuantiles = []float64{0.05, 0.5, 0.95, 0.99}

// live is the gauges of load, forecast and units. They are worked out when they are
// scraped, from what was read last of each service, for the time of the scrape.
type live struct {
	now func() time.Time

	mu       sync.Mutex
	services map[string]*lastReading
}

// A lastReading is the last readings of a service, and when they were made.
type lastReading struct {
	load, plan, units reading
	states            map[capacity.TargetName]capacity.State
}

type reading struct {
	records.Reading
	at time.Time // on the wall
}

// fresh reports whether it was read not long before now.
func (r reading) fresh(now time.Time) bool { return !r.at.IsZero() && now.Sub(r.at) < stale }

// on is what the service's clock shows now.
func (r reading) on(now time.Time) time.Time {
	speed := r.Speed
	if speed == 0 {
		speed = 1
	}
	return r.Now.Add(time.Duration(float64(now.Sub(r.at)) * speed))
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("headroom_"+name, help, append([]string{"service"}, labels...), nil)
}

var (
	loadNow    = desc("load_per_second", "The load that was measured last; of a demand that is a level, that level. headroom_load_age_seconds says how old it is.")
	loadAge    = desc("load_age_seconds", "How long ago the load of headroom_load_per_second was measured: up to an hour or a step when it is read, which is by each plan (hourly), watch (every ten minutes) and look of the floor (each step).")
	loadRead   = desc("load_read_timestamp_seconds", "When the load was read, by the wall clock.")
	loadAhead  = desc("forecast_load_per_second", "A quantile of the load that the newest plan's forecast expects, now and when units would serve that are asked for now.", "pool", "ahead", "quantile")
	unitsNow   = desc("units", "Units: planned by the newest plan for now, requested from the target, and serving. The last two are as of headroom_units_read_timestamp_seconds.", "pool", "state")
	unitsShort = desc("units_short", "Planned units that do not serve.", "pool")
	loadShort  = desc("load_unserved_per_second", "Load that was measured last beyond what the serving units serve.")
	unitsRead  = desc("units_read_timestamp_seconds", "When the units were read, by the wall clock.")
	planRead   = desc("plan_read_timestamp_seconds", "When the newest plan was read or made, by the wall clock.")
)

// Describe implements [prometheus.Collector].
func (l *live) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{loadNow, loadAge, loadRead, loadAhead, unitsNow, unitsShort, loadShort, unitsRead, planRead} {
		to <- d
	}
}

// read remembers a reading that was made at a time on the wall.
func (l *live) read(r records.Reading, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.services[r.Service]
	if last == nil {
		last = &lastReading{states: map[capacity.TargetName]capacity.State{}}
		l.services[r.Service] = last
	}
	if !r.Measured.IsZero() {
		last.load = reading{r, at}
	}
	if r.Plan != nil {
		last.plan = reading{r, at}
	}
	if r.States != nil {
		last.units = reading{r, at}
		clear(last.states)
		for i, pool := range r.Policy.Pools {
			last.states[pool.Target] = r.States[i]
		}
	}
}

// found remembers what a target was found at after an action.
func (l *live) found(service string, target capacity.TargetName, state capacity.State, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := l.services[service]; last != nil && last.states != nil && last.units.fresh(at) {
		last.states[target], last.units.at = state, at
	}
}

// forget drops a service.
func (l *live) forget(service string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.services, service)
}

// Collect implements [prometheus.Collector].
func (l *live) Collect(to chan<- prometheus.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for service, last := range l.services {
		last.collect(now, func(d *prometheus.Desc, value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{service}, labels...)...)
		})
		if !last.load.fresh(now) && !last.plan.fresh(now) && !last.units.fresh(now) {
			delete(l.services, service)
		}
	}
}

func (r *lastReading) collect(now time.Time, gauge func(d *prometheus.Desc, value float64, labels ...string)) {
	if r.load.fresh(now) {
		gauge(loadNow, r.load.Load)
		gauge(loadAge, r.load.on(now).Sub(r.load.Measured).Seconds())
		gauge(loadRead, unix(r.load.at))
	}
	planned := map[capacity.TargetName]capacity.Units{}
	if r.plan.fresh(now) {
		gauge(planRead, unix(r.plan.at))
		r.collectPlan(now, planned, gauge)
	}
	if !r.units.fresh(now) {
		return
	}
	gauge(unitsRead, unix(r.units.at))
	served := 0.0
	for _, pool := range r.units.Policy.Pools {
		state := r.states[pool.Target]
		gauge(unitsNow, float64(state.Units), pool.Name, "requested")
		gauge(unitsNow, float64(state.Serving), pool.Name, "serving")
		if want, known := planned[pool.Target]; known {
			gauge(unitsShort, float64(max(0, want-state.Serving)), pool.Name)
		}
		served += float64(state.Serving) * pool.UnitRate
	}
	if r.load.fresh(now) {
		gauge(loadShort, max(0, r.load.Load-served))
	}
}

// collectPlan tells what the plan and its forecast have for now, and notes what is
// planned.
func (r *lastReading) collectPlan(now time.Time, planned map[capacity.TargetName]capacity.Units, gauge func(d *prometheus.Desc, value float64, labels ...string)) {
	plan, policy, on := r.plan.Plan, r.plan.Policy, r.plan.on(now)
	for i, pool := range plan.Pools {
		if t, within := place(plan.Start, plan.Step, on, len(pool.Steps)); within {
			planned[pool.Target] = pool.Steps[t].Units
			gauge(unitsNow, float64(pool.Steps[t].Units), pool.Pool, "planned")
		}
		for _, ahead := range []struct {
			name string
			at   time.Time
		}{{"now", on}, {"lead_time", on.Add(policy.Pools[i].LeadTime)}} {
			f := r.plan.Forecast
			if t, within := place(f.Start, f.Step, ahead.at, f.Steps()); within {
				for _, q := range shownQuantiles {
					gauge(loadAhead, policy.Demand.Rate(f.Quantile(q, t)), pool.Pool, ahead.name, strconv.FormatFloat(q, 'g', -1, 64))
				}
			}
		}
	}
}

// place is which of so many steps a time lies in.
func place(start time.Time, step time.Duration, at time.Time, steps int) (int, bool) {
	if step <= 0 || at.Before(start) {
		return 0, false
	}
	t := int(at.Sub(start) / step)
	return t, t < steps
}

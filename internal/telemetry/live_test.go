package telemetry_test

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/execution"
	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/internal/telemetry"
)

// seen is a reading of a service with two pools: 250/s are served by 2 of 3 requested
// units of 100/s and 1 of 50/s; the plan runs 3 and 1, and 4 and 1 from the next step on.
func seen(now time.Time) records.Reading {
	step := func(a, b capacity.Units) []capacity.Step {
		return []capacity.Step{{Start: now, Units: a}, {Start: now.Add(10 * time.Minute), Units: b}}
	}
	return records.Reading{
		Service: "web", Now: now, Load: 260, Measured: now.Add(-2 * time.Minute),
		Policy: capacity.Policy{
			Demand: capacity.Demand{Aggregate: capacity.Sum, Step: 10 * time.Minute},
			Pools: []capacity.Pool{
				{Name: "od", Target: "sim://od", UnitRate: 100, LeadTime: 12 * time.Minute},
				{Name: "spot", Target: "sim://spot", UnitRate: 50},
			},
		},
		Plan: &capacity.Plan{Start: now, Step: 10 * time.Minute, Pools: []capacity.PoolPlan{
			{Pool: "od", Target: "sim://od", Steps: step(3, 4)}, {Pool: "spot", Target: "sim://spot", Steps: step(1, 1)},
		}},
		Forecast: capacity.Forecast{
			Start: now.Add(-10 * time.Minute), Step: 10 * time.Minute, Levels: []float64{0.05, 0.5, 0.95, 0.99},
			Values: [][]float64{{60, 120_000, 180_000}, {60, 150_000, 240_000}, {60, 180_000, 300_000}, {60, 210_000, 330_000}},
		},
		States: []capacity.State{{Units: 3, Serving: 2}, {Units: 1, Serving: 1}},
	}
}

func TestLive(t *testing.T) {
	m := telemetry.NewMetrics(telemetry.Build{})
	now := noon
	m.Clock(func() time.Time { return now })
	m.Observe(seen(noon), nil, noon)
	expect(t, scrape(t, m),
		`headroom_load_per_second{service="web"} 260`,
		`headroom_load_age_seconds{service="web"} 120`,
		`headroom_load_unserved_per_second{service="web"} 10`,
		`headroom_units{pool="od",service="web",state="planned"} 3`,
		`headroom_units{pool="od",service="web",state="requested"} 3`,
		`headroom_units{pool="od",service="web",state="serving"} 2`,
		`headroom_units{pool="spot",service="web",state="planned"} 1`,
		`headroom_units_short{pool="od",service="web"} 1`,
		`headroom_units_short{pool="spot",service="web"} 0`,
		`headroom_forecast_load_per_second{ahead="now",pool="od",quantile="0.5",service="web"} 250`,
		`headroom_forecast_load_per_second{ahead="lead_time",pool="od",quantile="0.95",service="web"} 500`,
		`headroom_forecast_load_per_second{ahead="lead_time",pool="spot",quantile="0.05",service="web"} 200`,
	)
	// The next step of the plan has come, and the units of an action serve.
	now = noon.Add(11 * time.Minute)
	m.Observe(execution.RecordInput{Service: "web", Outcomes: []capacity.Outcome{{
		Action: capacity.Action{Target: "sim://od"}, Verdict: capacity.Done, After: capacity.State{Units: 4, Serving: 4},
	}}}, nil, now)
	page := scrape(t, m)
	expect(t, page,
		`headroom_units{pool="od",service="web",state="planned"} 4`,
		`headroom_units{pool="od",service="web",state="serving"} 4`,
		`headroom_units_short{pool="od",service="web"} 0`,
		`headroom_load_age_seconds{service="web"} 780`,
		`headroom_load_unserved_per_second{service="web"} 0`,
	)
	if strings.Contains(page, `ahead="lead_time",pool="od"`) {
		t.Error("a quantile is told beyond the forecast")
	}
}

// TestLive_Gone: series of a service end when it is retired, and when this worker has
// read nothing of it for two hours.
func TestLive_Gone(t *testing.T) {
	tests := map[string]struct {
		later time.Duration
		do    func(*telemetry.Metrics)
		want  bool
	}{
		"an hour later":         {later: time.Hour, want: true},
		"nothing is read of it": {later: 2 * time.Hour},
		"retired": {do: func(m *telemetry.Metrics) {
			m.Observe(execution.DismissInput{Service: "web"}, execution.Dismissed{}, noon)
		}},
		"another one is retired": {do: func(m *telemetry.Metrics) {
			m.Observe(execution.DismissInput{Service: "x"}, execution.Dismissed{}, noon)
		}, want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := telemetry.NewMetrics(telemetry.Build{})
			now := noon
			m.Clock(func() time.Time { return now })
			m.Observe(seen(noon), nil, noon)
			m.Observe(planning.OptimiseInput{Policy: capacity.Policy{Service: "web"}}, planning.OptimiseResult{}, noon)
			if test.do != nil {
				test.do(m)
			}
			now = noon.Add(test.later)
			page := scrape(t, m)
			if got := strings.Contains(page, `headroom_load_per_second{service="web"}`); got != test.want {
				t.Errorf("the gauges of load are told: %v, want %v", got, test.want)
			}
			if retired := test.do != nil && !test.want; retired && strings.Contains(page, `headroom_plan_peak_units{service="web"}`) {
				t.Error("a gauge of a service that was retired is told")
			}
		})
	}
}

// TestLive_Replay: a clock that replays goes on between the readings.
func TestLive_Replay(t *testing.T) {
	m := telemetry.NewMetrics(telemetry.Build{})
	now := noon
	m.Clock(func() time.Time { return now })
	r := seen(noon.Add(-1000 * time.Hour))
	r.Speed = 600
	m.Observe(r, nil, noon)
	now = noon.Add(time.Second) // ten minutes
	expect(t, scrape(t, m),
		`headroom_units{pool="od",service="web",state="planned"} 4`,
		`headroom_load_age_seconds{service="web"} 720`,
	)
}

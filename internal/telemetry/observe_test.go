package telemetry_test

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/activities/lookback"
	"headroom/activities/planning"
	"headroom/activities/retraining"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/internal/telemetry"
	"headroom/pipeline"
	"headroom/regret"
)

var noon = time.Unix(1_800_000_000, 0)

// told are metrics that were told one of everything.
func told() *telemetry.Metrics {
	m := telemetry.NewMetrics(telemetry.Build{Version: "v1", Deployment: "prod", ID: "b7"})
	p := capacity.Policy{Service: "chat"}
	track := &pipeline.PlanAccuracy{Steps: 30, Error: 0.07, Covered: 0.9, Short: 10 * time.Minute}
	m.Observe(planning.ForecastInput{Policy: p}, planning.ForecastResult{Drift: backtest.Drift{Drifted: true, Sum: 6.5}, Track: track}, noon)
	m.Observe(planning.ForecastInput{Policy: p}, planning.ForecastResult{Code: capacity.CodeTooShort}, noon.Add(time.Hour))
	m.Observe(planning.LookInput{Policy: capacity.Policy{Service: "code"}}, planning.LookResult{Track: track}, noon)
	m.Observe(planning.OptimiseInput{Policy: p}, planning.OptimiseResult{
		Plan: capacity.PlanRef{End: noon.Add(24 * time.Hour)}, Changes: 12,
		Expect: capacity.Expectation{UnitHours: 300, UnitCost: 301.8, MissingCost: 12.5, ChangeCost: 3, ViolationMinutes: 1.5, Peak: 40},
	}, noon)
	m.Observe(planning.OptimiseInput{Policy: capacity.Policy{Service: "replayed"}, Clock: capacity.Replay(noon, 60)}, planning.OptimiseResult{}, noon)
	m.Observe(retraining.PromoteInput{Service: "chat", Challenger: retraining.Champion{TrainedTo: noon}}, retraining.PromoteResult{Promoted: true}, noon)
	m.Observe(retraining.PromoteInput{Service: "chat", Challenger: retraining.Champion{TrainedTo: noon.Add(time.Hour)}}, retraining.PromoteResult{}, noon)
	m.Observe(fleet.ChunkInput{Kind: fleet.Plan}, fleet.ChunkResult{Services: 50, Failed: 2}, noon)
	m.Observe(execution.DismissInput{Service: "gone"}, execution.Dismissed{}, noon)
	m.Observe(lookback.RegretInput{Policy: p}, lookback.RegretResult{Tally: regret.Tally{
		Done: regret.Account{Units: 300, Penalty: 85, Violation: 18}, Oracle: regret.Account{Units: 279, Violation: 4}, Reactive: regret.Account{Units: 382},
	}}, noon)
	m.Clock(func() time.Time { return noon })
	m.Observe(seen(noon), nil, noon)
	outcome := func(verdict capacity.Verdict, before, after capacity.Units, took time.Duration) capacity.Outcome {
		return capacity.Outcome{
			Action: capacity.Action{Target: "aws-asg://us-east-1/chat"}, Verdict: verdict,
			Before: capacity.State{Units: before}, After: capacity.State{Units: after}, Asked: noon, Settled: noon.Add(took),
		}
	}
	m.Observe(execution.RecordInput{Service: "chat", Outcomes: []capacity.Outcome{
		outcome(capacity.Done, 2, 8, 200*time.Second), // a raise
		outcome(capacity.Done, 8, 4, time.Second),     // a cut has no lead time
		outcome(capacity.Short, 4, 9, time.Hour),      // not all of it came
	}}, nil, noon)
	return m
}

func TestObserve(t *testing.T) {
	page := scrape(t, told())
	expect(t, page,
		`headroom_build_info{build="b7",deployment="prod",version="v1"} 1`,
		`headroom_forecasts_total{fallback="none",service="chat"} 1`,
		`headroom_forecasts_total{fallback="too little history",service="chat"} 1`,
		`headroom_forecast_made_timestamp_seconds{service="chat"} 1.8000036e+09`,
		`headroom_forecast_drifted{service="chat"} 0`, // the second has not
		`headroom_forecast_error_ratio{service="chat"} 0.07`,
		`headroom_forecast_coverage_ratio{service="code"} 0.9`,
		`headroom_forecast_measured_steps{service="code"} 30`,
		`headroom_plan_violation_seconds{service="code"} 600`,
		`headroom_plan_cost{part="units",service="chat"} 301.8`,
		`headroom_plan_cost{part="missing",service="chat"} 12.5`,
		`headroom_plan_expected_violation_seconds{service="chat"} 90`,
		`headroom_plan_peak_units{service="chat"} 40`,
		`headroom_plan_end_timestamp_seconds{service="chat"} 1.8000864e+09`,
		`headroom_retrains_total{service="chat",verdict="promoted"} 1`,
		`headroom_retrains_total{service="chat",verdict="kept"} 1`,
		`headroom_fleet_services_total{kind="plan",verdict="done"} 48`,
		`headroom_fleet_services_total{kind="plan",verdict="failed"} 2`,
		`headroom_regret_cost{service="chat",way="done"} 385`,
		`headroom_regret_cost{service="chat",way="oracle"} 279`,
		`headroom_regret_cost{service="chat",way="reactive"} 382`,
		`headroom_regret_violation_seconds{service="chat",way="done"} 1080`,
		`headroom_service_retired_timestamp_seconds{service="gone"} 1.8e+09`,
		`headroom_actions_total{kind="aws-asg",service="chat",verdict="done"} 2`,
		`headroom_actions_total{kind="aws-asg",service="chat",verdict="short"} 1`,
		`headroom_lead_time_seconds_bucket{kind="aws-asg",service="chat",le="180"} 0`,
		`headroom_lead_time_seconds_bucket{kind="aws-asg",service="chat",le="240"} 1`,
		`headroom_lead_time_seconds_count{kind="aws-asg",service="chat"} 1`,
	)
	if replayed := `headroom_plan_end_timestamp_seconds{service="replayed"}`; strings.Contains(page, replayed) {
		t.Errorf("%s is told, though its time is not the wall's", replayed)
	}
}

package planner_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

func TestBuild_Refuses(t *testing.T) {
	tests := map[string]struct {
		change func(*planner.Input)
		want   error
		text   string
	}{
		"no pool": {func(in *planner.Input) { in.Policy.Pools = nil }, capacity.ErrBadPolicy, "no pool"},
		"same pool twice": {func(in *planner.Input) {
			in.Policy.Pools, in.States = append(in.Policy.Pools, in.Policy.Pools[0]), append(in.States, in.States[0])
		}, capacity.ErrBadPolicy, "same name or target"},
		"no unit rate":    {func(in *planner.Input) { in.Policy.Pools[0].UnitRate = 0 }, capacity.ErrBadPolicy, "unitRate"},
		"NaN unit rate":   {func(in *planner.Input) { in.Policy.Pools[0].UnitRate = math.NaN() }, capacity.ErrBadPolicy, "unitRate"},
		"max below min":   {func(in *planner.Input) { in.Policy.Pools[0].Min = 9 }, capacity.ErrBadPolicy, "min"},
		"negative price":  {func(in *planner.Input) { in.Policy.Pools[0].Price = -1 }, capacity.ErrBadPolicy, "price"},
		"negative lead":   {func(in *planner.Input) { in.Policy.Pools[0].LeadTime = -1 }, capacity.ErrBadPolicy, "leadTime"},
		"no objective":    {func(in *planner.Input) { in.Policy.Objective = capacity.Objective{} }, capacity.ErrBadPolicy, "objective"},
		"both objectives": {func(in *planner.Input) { in.Policy.Objective.ServiceLevel = 0.9 }, capacity.ErrBadPolicy, "not both"},
		"level of 1":      {func(in *planner.Input) { in.Policy.Objective = capacity.Objective{ServiceLevel: 1} }, capacity.ErrBadPolicy, "serviceLevel"},
		"infinite":        {func(in *planner.Input) { in.Policy.Objective.Missing = math.Inf(1) }, capacity.ErrBadPolicy, "missing"},
		"stuck ramp":      {func(in *planner.Input) { in.Policy.Pools[0].Ramp.Down.Per = time.Minute }, capacity.ErrBadPolicy, "ramp.down"},
		"negative paid":   {func(in *planner.Input) { in.Policy.Pools[0].Paid = -1 }, capacity.ErrBadPolicy, "paid -1"},
		"always away":     {func(in *planner.Input) { in.Policy.Pools[0].Interruption = 1 }, capacity.ErrBadPolicy, "interruption"},
		"NaN change":      {func(in *planner.Input) { in.Policy.Objective.Change = math.NaN() }, capacity.ErrBadPolicy, "objective.change"},
		"unknown period":  {func(in *planner.Input) { in.Policy.Objective.Budget = capacity.Budget{Amount: 1, Per: "month"} }, capacity.ErrBadPolicy, "give hour, day or week"},
		"negative budget": {func(in *planner.Input) { in.Policy.Objective.Budget = capacity.Budget{Amount: -1, Per: capacity.Day} }, capacity.ErrBadPolicy, "objective.budget"},
		"budget below min": {func(in *planner.Input) {
			in.Policy.Pools[0].Min = 2
			in.Policy.Objective.Budget = capacity.Budget{Amount: 10, Per: capacity.Day}
		}, capacity.ErrBadPolicy, "budget 10 per day cannot pay min 2: it takes at least 48 per day"},
		"freeze backwards": {func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon, To: noon}}}
		}, capacity.ErrBadPolicy, "control.freeze"},
		"unknown zone":   {func(in *planner.Input) { in.Policy.Demand.Timezone = "Mars/Olympus" }, capacity.ErrBadPolicy, "timezone"},
		"machine's zone": {func(in *planner.Input) { in.Policy.Demand.Timezone = "Local" }, capacity.ErrBadPolicy, "timezone"},
		"NaN demand":     {func(in *planner.Input) { in.Forecast.Values[0][1] = math.NaN() }, capacity.ErrBadForecast, "NaN"},
		"NaN level":      {func(in *planner.Input) { in.Forecast.Levels[0] = math.NaN() }, capacity.ErrBadForecast, "NaN"},
		"no steps":       {func(in *planner.Input) { in.Forecast.Values = nil }, capacity.ErrBadForecast, "0 steps"},
		"another step":   {func(in *planner.Input) { in.Policy.Demand.Aggregate = capacity.Sum; in.Policy.Demand.Step = time.Hour }, capacity.ErrBadForecast, "step"},
		"over":           {func(in *planner.Input) { in.Now = noon.Add(time.Hour) }, capacity.ErrBadForecast, "ends"},
		"absurd demand":  {func(in *planner.Input) { in.Forecast.Values[0][1] = 1e300 }, capacity.ErrBadForecast, "unitRate"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in := planner.Input{Policy: policyOf(1, 8, 1, 20), Forecast: certain(2, 3, 4), States: []capacity.State{{Units: 2, Serving: 2}}, Now: noon}
			tc.change(&in)
			_, err := planner.Build(in)
			if !errors.Is(err, tc.want) || (err != nil && !strings.Contains(err.Error(), tc.text)) {
				t.Errorf("got %v, want %v that says %q", err, tc.want, tc.text)
			}
		})
	}
}

// A horizon of months in steps of a minute with a million units is refused, not
// attempted.
func TestBuild_TooLarge(t *testing.T) {
	in := planner.Input{Policy: policyOf(0, 1e6, 1, 20), Forecast: certain(make([]float64, 100_000)...), States: []capacity.State{{Units: 1e6}}, Now: noon}
	in.Policy.Pools[0].Hold = time.Hour
	if _, err := planner.Build(in); !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got %v, want a bad policy", err)
	}
	in.States[0].Units = -1
	if _, err := planner.Build(in); err == nil {
		t.Error("got a plan for -1 units")
	}
}

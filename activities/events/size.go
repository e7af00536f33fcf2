package events

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/pipeline"
)

// SizeInput is an event of the policy, and a forecast that reaches beyond it.
type SizeInput struct {
	Policy   capacity.Policy
	Clock    capacity.Clock
	Now      time.Time // on that clock
	Event    capacity.Event
	Forecast planning.ForecastResult
	Table    capacity.Ref
	Columns  []histories.Column `json:",omitempty"`
}

// SizeResult is what an event needs, in the order of the policy's pools.
type SizeResult struct {
	Pools []event.Need
	Notes []string
}

// Size finds how many units of each pool the cheapest plan runs at most while the
// event lasts, its ramps included. Its errors are those of [pipeline.SizeEvent].
func (a *Events) Size(ctx context.Context, in SizeInput) (out SizeResult, err error) {
	defer failure.Cross(&err)
	states, _, err := planning.States(ctx, a.Records, a.Targets, in.Policy, a.Records.On(in.Clock))
	if err != nil {
		return out, err
	}
	var f capacity.Forecast
	if err := a.Records.GetJSON(ctx, in.Forecast.Forecast, &f); err != nil {
		return out, err
	}
	learned, err := planning.LearnedValues(ctx, a.Records, planning.OptimiseInput{Policy: in.Policy, Clock: in.Clock, Now: in.Now, Forecast: in.Forecast, Table: in.Table, Columns: in.Columns})
	if err != nil {
		return out, fmt.Errorf("size event %q: %w", in.Event.Name, err)
	}
	needs, notes, err := pipeline.SizeEvent(pipeline.EventInput{Policy: learned.Policy, Event: in.Event, Forecast: f, States: states, Now: in.Now})
	if err != nil {
		return out, fmt.Errorf("size event %q: %w", in.Event.Name, err)
	}
	for _, need := range needs {
		out.Pools = append(out.Pools, event.Need(need))
	}
	out.Notes = slices.Concat(notes, learned.Notes, in.Forecast.Notes)
	return out, nil
}

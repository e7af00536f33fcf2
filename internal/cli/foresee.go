package cli

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"headroom/activities"
	"headroom/backtest"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/models"
	"headroom/planner"
	"headroom/report"
)

// A foresight is all that an offline plan is made from.
type foresight struct {
	policy   capacity.Policy
	history  capacity.Series
	load     capacity.LoadSummary // the account of it
	forecast capacity.Forecast
	usual    backtest.Continuation // what stands behind the forecast
	notes    []string
	settled  []string // notes on what the policy leaves to be learnt and measured
	now      time.Time
	states   []capacity.State // of the policy's targets now
	assumed  bool             // for want of --units
	seen     time.Time        // the end of the last measured hour, by which the states were assumed
}

// foresee reads the history and forecasts what comes.
func foresee(c *cobra.Command, p capacity.Policy, f planFlags) (foresight, error) {
	x := foresight{policy: p}
	clock, err := f.replay.clock()
	if err != nil {
		return x, err
	}
	ctx := c.Context()
	if x.history, x.load, err = offlineHistory(ctx, p, f.history, clock); err != nil {
		return x, err
	}
	s := x.history
	if x, err = x.settle(ctx, p, f.history); err != nil {
		return x, err
	}
	x.now = clock.Origin
	if x.now.IsZero() {
		x.now = s.End()
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s of %s up to %s; choosing a model …\n", capacity.Count(s.Len(), "step"), capacity.Brief(s.Step), s.End().Format(time.RFC3339))
	look, err := activities.NewOutlook(x.policy, s, x.now)
	if err != nil {
		return x, err
	}
	x.load = activities.Account(x.load, x.policy, look.Ready)
	if x.usual, err = look.Continue(ctx, models.New(models.Seasons(s.Step))); err != nil {
		return x, err
	}
	var notes []string
	x.forecast, notes = look.Restore(x.usual.Forecast)
	x.notes = slices.Concat(x.load.Notes, x.usual.Notes, notes)
	for _, pool := range p.Pools {
		if pool.Quota != "" {
			x.notes = append(x.notes, fmt.Sprintf("%s counts against the quota %s, which is shared out only where the fleet is planned: here it is no limit", pool.Name, pool.Quota))
		}
	}
	if shared := p.Objective.Budget.Shared; shared != "" {
		x.notes = append(x.notes, fmt.Sprintf("the budget %s is shared out only where the fleet is planned: here it is no limit", shared))
	}
	if x.assumed = f.units == ""; x.assumed {
		x.states, x.seen = lately(x.policy, look.Ready.Masked)
		return x, nil
	}
	x.states, err = running(f.units, x.policy.Pools)
	return x, err
}

// plan makes the plan for what comes.
func (x foresight) plan() (capacity.Plan, error) {
	asked, notes := x.policy, slices.Concat(x.notes, x.settled)
	if x.assumed {
		hour := "last hour"
		if x.now.Sub(x.seen) >= time.Hour {
			hour = "last measured hour, up to " + capacity.Stamp(x.seen, asked.Demand.Zone()) + ","
		}
		notes = append(notes, fmt.Sprintf("assumed that %s now, what the %s asked for: say --units if not", spellUnits(x.states, asked.Pools), hour))
	}
	if x.usual.Code != "" {
		held, why := activities.Hold(asked, x.states...)
		asked, notes = held, append(notes, why...)
	}
	plan, err := activities.Build(planner.Input{Policy: asked, Forecast: x.forecast, States: x.states, Now: x.now, Notes: notes}, x.history)
	plan.Load = x.load
	return activities.WithCoverage(plan, x.usual.Choice.Score()), err
}

// report writes the page about a plan into a file.
func (x foresight) report(path string, plan capacity.Plan) error {
	var page bytes.Buffer
	drawn, _ := calendar.Mask(x.history) // one spike would flatten all else on the chart
	if err := report.Write(&page, report.Report{Policy: x.policy, History: drawn, Forecast: x.forecast, Plan: plan, Board: x.usual.Choice.Board, Code: x.usual.Code, States: x.states, Standing: capacity.Standing{Verdict: "offline"}, Made: x.now}); err != nil {
		return err
	}
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

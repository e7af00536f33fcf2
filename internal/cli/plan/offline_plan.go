package plan

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headroom/calendar"
	"headroom/capacity"
	"headroom/internal/cli/policyfile"
	"headroom/models"
	"headroom/pipeline"
	"headroom/report"
)

// offlineInputs is what an offline plan is made from, read from files.
type offlineInputs struct {
	asked    capacity.Policy
	learned  pipeline.Learned
	history  capacity.Series
	forecast pipeline.Forecast
	board    []capacity.Score // of the models that were compared
	now      time.Time
	states   []capacity.State // of the policy's targets now
	assumed  time.Time        // the end of the hour by which they were assumed; zero: --units gave them
}

// readOffline reads the history, learns what the policy leaves to be learnt, and
// forecasts.
func readOffline(c *cobra.Command, p capacity.Policy, f planFlags) (offlineInputs, error) {
	x := offlineInputs{asked: p}
	clock, err := f.replay.Clock()
	if err != nil {
		return x, err
	}
	ctx := c.Context()
	s, account, err := offlineHistory(ctx, f.files, p, f.history, clock)
	if err != nil {
		return x, err
	}
	x.history = s
	if x.now = clock.Origin; x.now.IsZero() {
		x.now = s.End()
	}
	if x, err = x.learn(ctx, f.files, p, f.history); err != nil {
		return x, err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s of %s up to %s; choosing a model …\n", capacity.Count(s.Len(), "step"), capacity.Brief(s.Step), s.End().Format(time.RFC3339))
	history, err := pipeline.PrepareHistory(p, s, account, x.now)
	if err != nil {
		return x, err
	}
	best, choice, err := history.Best(ctx, models.New(models.Seasons(s.Step)))
	if err != nil {
		return x, err
	}
	if x.forecast, err = history.Finish(best); err != nil {
		return x, err
	}
	x.board = choice.Board
	if f.units == "" {
		x.states, x.assumed = pipeline.InitialStates(x.learned.Policy, history.Ready.Masked)
		return x, nil
	}
	x.states, err = policyfile.ParseUnitsFlag(f.units, p.Pools)
	return x, err
}

// plan makes the plan for what was read.
func (x offlineInputs) plan() (pipeline.StoredPlan, error) {
	in := pipeline.PlanInput{Asked: x.asked, Learned: x.learned, Forecast: x.forecast, Load: x.history, States: x.states, Now: x.now}
	if !x.assumed.IsZero() {
		hour := "last hour"
		if x.now.Sub(x.assumed) >= time.Hour {
			hour = "last measured hour, up to " + capacity.Stamp(x.assumed, x.asked.Demand.Zone()) + ","
		}
		in.Notes = []string{fmt.Sprintf("assumed that %s now, what the %s asked for: say --units if not", policyfile.SpellUnits(x.states, x.asked.Pools), hour)}
	}
	return pipeline.MakePlan(in)
}

// report writes the page about a plan into a file.
func (x offlineInputs) report(path string, made pipeline.StoredPlan) error {
	var page bytes.Buffer
	drawn, _ := calendar.Mask(x.history) // one spike would flatten all else on the chart
	if err := report.Write(&page, report.Report{Policy: made.Policy, History: drawn, Forecast: x.forecast.Forecast, Plan: made.Plan, Board: x.board, Code: made.Code, States: made.States, Standing: capacity.Standing{Verdict: "offline"}, Made: x.now}); err != nil {
		return err
	}
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

package cli

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"headroom/adapters/local"
	"headroom/backtest"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/models"
	"headroom/planner"
	"headroom/report"
)

// planOffline makes a plan from a policy file and a file of history alone.
func planOffline(c *cobra.Command, args []string, f planFlags) error {
	if len(args) > 0 || f.policy == "" || f.history == "" || f.wait {
		return fmt.Errorf("an offline plan is made by: plan --offline -f POLICY --history FILE: %w", errUsage)
	}
	ctx := c.Context()
	clock, err := f.replay.clock()
	if err != nil {
		return err
	}
	p, _, err := readPolicy(f.policy)
	if err != nil {
		return err
	}
	s, err := offlineHistory(ctx, p, f.history, clock)
	if err != nil {
		return err
	}
	now := clock.Origin
	if now.IsZero() {
		now = s.End()
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d steps of %s up to %s; choosing a model …\n", s.Len(), capacity.Brief(s.Step), s.End().Format(time.RFC3339))
	settings, err := calendar.SettingsFor(p)
	if err != nil {
		return err
	}
	ready := calendar.Prepare(s, settings)
	choice, err := backtest.Select(ctx, models.New(models.Seasons(s.Step)), ready.Series, backtest.SettingsFor(p.Forecast.Horizon, ready.Series))
	if err != nil {
		return err
	}
	// The plan covers the horizon from now on, even if the history ends earlier.
	steps := int(p.Forecast.Horizon/s.Step) + max(0, int(now.Sub(s.End())/s.Step))
	usual, err := choice.Forecast(ctx, ready.Series, ready.Steps(steps), backtest.Levels())
	if err != nil {
		return err
	}
	forecast := ready.Restore(usual, steps)
	units, notes := capacity.Units(f.units), append([]string{choice.Choice.Why}, ready.Notes...)
	if f.units < 0 {
		units = lastUnits(p, s)
		notes = append(notes, fmt.Sprintf("assumed that %d units run now, what the last hour asked for: say --units if not", units))
	}
	plan, err := planner.Build(planner.Input{Policy: p, Forecast: forecast, State: capacity.State{Units: units, Serving: units}, Now: now, Notes: notes})
	if err != nil {
		return err
	}
	if f.report != "" {
		if err := writeReport(f.report, report.Report{Policy: p, History: s, Forecast: forecast, Plan: plan, Board: choice.Choice.Board, Verdict: "offline: nobody acts on it", Made: now}); err != nil {
			return err
		}
	}
	if f.asJSON {
		return printJSON(c.OutOrStdout(), planned{Plan: plan, Verdict: "offline", Why: "nobody acts on it"})
	}
	return printPlan(c.OutOrStdout(), plan, p.Demand.Timezone)
}

// offlineHistory reads the policy's window of history from a file or folder: up
// to the clock's origin, or to the end of the history on the wall clock.
func offlineHistory(ctx context.Context, p capacity.Policy, path string, clock capacity.Clock) (capacity.Series, error) {
	d := p.Demand
	var err error
	if d.Source, err = filepath.Abs(path); err != nil {
		return capacity.Series{}, fmt.Errorf("find the history: %w", err)
	}
	from := time.Time{}
	if !clock.Origin.IsZero() {
		from = clock.Origin.Add(-d.Window)
	}
	t, _, err := local.Source{}.Fetch(ctx, d, from, clock.Origin)
	if err != nil {
		return capacity.Series{}, err
	}
	defer t.Release()
	s, err := history.ToSeries(t, d)
	if err != nil {
		return s, fmt.Errorf("history %s: %w", path, err)
	}
	if window := int(d.Window / d.Step); s.Len() > window {
		s = s.Slice(s.Len()-window, s.Len())
	}
	if _, err := capacity.Examine(s); err != nil {
		return s, fmt.Errorf("history %s: %w", path, err)
	}
	return s, nil
}

// lastUnits is what the highest demand of the last hour asks for, within the
// pool's bounds.
func lastUnits(p capacity.Policy, s capacity.Series) capacity.Units {
	most := 0.0
	for i := max(0, s.Len()-max(1, int(time.Hour/s.Step))); i < s.Len(); i++ {
		if v := s.Values[i]; v > most { // never for a gap
			most = v
		}
	}
	pool := p.Pools[0]
	need := math.Ceil(p.Demand.Rate(most) / pool.UnitRate)
	return capacity.Units(min(max(need, float64(pool.Min)), float64(pool.Max)))
}

// writeReport writes the page into a file.
func writeReport(path string, r report.Report) error {
	var page bytes.Buffer
	if err := report.Write(&page, r); err != nil {
		return err
	}
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

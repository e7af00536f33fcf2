package forecast

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"headroom/backtest"
	"headroom/internal/cli/command"
	"headroom/internal/panel"
)

type backtestFlags struct {
	panelFlags
	origins int
	model   []string
	by      string
	service float64
	json    bool
}

// What models are compared by.
const (
	byError = "error"
	byCost  = "cost"
)

// Backtest is `headroom backtest`; openFile opens the file that it names.
func Backtest(openFile func(path string) (*os.File, error)) *cobra.Command {
	f := backtestFlags{panelFlags: panelFlags{openFile: openFile}}
	c := &cobra.Command{
		Use:   "backtest FILE",
		Short: "Compares the models on every series of a CSV file",
		Long: `Compares the models on every series of a CSV file: each forecasts from several
origins in the past, seeing nothing but what came before, and is measured by
what came after. No forecast is written. By the same comparison headroom forecast
uses the blend of the models, or the seasonal naive forecast where that is better
by more than chance; so "won" counts one of these two, and not the best of a column.

` + panelHelp + `

The columns, over all series:
  MAE       mean absolute error over that of the seasonal naive forecast, which
            repeats the last day (the naive one where there is no season); the
            geometric mean over series, each within 0.01 and 100. Less is
            better, 0.8 is 20 % less, and the table is sorted by it.
  MASE      mean absolute error over that which the seasonal naive makes inside
            the history before each origin; the mean over series
  pinball   pinball loss over the quantiles 0.05 to 0.95, in shares of the mean
            load: how good the intervals are; the mean over series
  inside90  share of measurements inside the 90 % interval; 0.9 is right, less
            is too sure; the mean over series with two origins or more
  won       series for which it would be chosen
  failed    series on which it had no usable forecast; the seasonal naive's
            numbers count for it there

With --by cost the models are compared by what the capacity would have cost that
is planned by their forecasts. From the same origins and by the same calibrated
quantiles, capacity for the quantile of each step is had at once, without limits,
and the load that came meets it; this is done at many quantiles. A model's cost is
that of the capacity with which load exceeds it in just the share of steps that
--service-level leaves, of one step at least. (With forecast.promoteBy: cost in
its policy, a service's models are compared likewise, but planned for by its own
planner, with its limits and prices.) The first columns then are:
  cost      over that of the seasonal naive; the geometric mean over series, each
            within 0.01 and 100. Less is better, and the table is sorted by it.
  from, to  in which resampling the origins puts that ratio in 95 of 100 cases:
            below 1, it is cheaper by more than chance
  short     share of steps in which load exceeds the very quantile that
            --service-level names: more than it leaves is too sure
  missing   share of the capacity that was needed and missing there`,
		Example: `  headroom backtest load.csv --horizon 24
  headroom backtest load.csv --season 24 --model ridge,median --json
  headroom backtest load.csv --by cost --service-level 99`,
		RunE: func(c *cobra.Command, args []string) error { return backtestPanel(c, args, f) },
	}
	f.add(c)
	c.Flags().IntVar(&f.origins, "origins", 8, "from how many origins to forecast, at most")
	c.Flags().StringSliceVar(&f.model, "model", nil, "the models to compare, beside the seasonal naive (default: all)")
	c.Flags().StringVar(&f.by, "by", byError, "what to compare the models by: "+byError+", or the "+byCost+" of capacity at equal service")
	c.Flags().Float64Var(&f.service, "service-level", 95, "with --by "+byCost+": percent of the steps in which capacity has to suffice")
	// It fails for a flag that there is not, only.
	_ = c.RegisterFlagCompletionFunc("by", cobra.FixedCompletions([]string{byError, byCost}, cobra.ShellCompDirectiveNoFileComp))
	command.JSONFlag(c, &f.json)
	return c
}

func backtestPanel(c *cobra.Command, args []string, f backtestFlags) error {
	if err := cmp.Or(f.check(args), f.bounded(), command.Within("origins", f.origins, 1, mostOrigins)); err != nil {
		return err
	}
	if err := knownModels(f.model); err != nil {
		return err
	}
	switch {
	case f.by != byError && f.by != byCost:
		return fmt.Errorf("--by is %q, write %s or %s: %w", f.by, byError, byCost, command.ErrUsage)
	case !(f.service > 0 && f.service < 100):
		return fmt.Errorf("--service-level is %v, a number of percent between 0 and 100: %w", f.service, command.ErrUsage)
	}
	in, reader, err := f.open(args[0], c.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()

	stderr := c.ErrOrStderr()
	shown, few := command.NewProgress(stderr, in), &command.FewLines{Writer: stderr}
	var board backtest.Leaderboard
	r := comparison{File: in.Name, Horizon: f.horizon, Origins: f.origins, Series: []verdict{}}
	if f.by == byCost {
		r.By, r.Service = byCost, f.service
	}
	missing := 0
	var total fileAccount
	err = panel.Map(c.Context(), reader, f.jobs, f.compare, func(x compared) error {
		if x.why != "" || len(x.series.Load.Notes) > 0 {
			shown.Clear()
			tellNotes(few, x.series)
		}
		shown.Step()
		total.add(x.series)
		v := verdict{ID: x.series.ID, Winner: x.entry.Winner, Why: x.entry.Why}
		if x.why != "" {
			missing++
			v.LeftOut = x.why
			fmt.Fprintf(few, "series %q is left out: %s\n", v.ID, x.why)
		} else {
			board.Add(x.entry)
		}
		if f.json {
			r.Series = append(r.Series, v)
		}
		return nil
	})
	shown.Clear()
	few.End()
	if err != nil {
		return err
	}
	total.tell(stderr, reader.Layout())
	r.add(board.Standings())
	if f.json {
		err = command.PrintJSON(c.OutOrStdout(), r)
	} else if len(r.Models) > 0 {
		err = printStandings(c.OutOrStdout(), r.Models)
	}
	if err != nil {
		return fmt.Errorf("print the leaderboard: %w", err)
	}
	return leftOut(missing, in.Name)
}

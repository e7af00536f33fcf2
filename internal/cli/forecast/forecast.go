// Package forecast is the commands that forecast and backtest the series of a file.
package forecast

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/internal/panel"
)

type forecastFlags struct {
	panelFlags
	model    string
	level    []float64
	quantile []float64
	out      string
}

// Command is `headroom forecast`; openFile opens the file that it names.
func Command(openFile func(path string) (*os.File, error)) *cobra.Command {
	f := forecastFlags{panelFlags: panelFlags{openFile: openFile}}
	c := &cobra.Command{
		Use:   "forecast FILE",
		Short: "Forecasts every series of a CSV file",
		Long: `Forecasts every series of a CSV file, and writes the forecasts as CSV.

` + panelHelp + `

By default every series gets a blend of the models, whose weights its backtest
sets, unless the seasonal naive forecast is better there by more than chance; then it
gets that. (A single model that is best at the few origins of one backtest is not used
alone: over many series the blend errs less than each of them, see docs/benchmarks.md.)
A series that a model refuses, as too short for example, gets the seasonal naive
forecast, or else the naive one; a series in which nothing was measured is left
out, and the exit code is then 1. Both are reported on stderr.

The columns are unique_id, ds, the point forecast under the name of the model
(auto unless --model names one), and for --level 90 the ends auto-lo-90 and
auto-hi-90 of the interval that holds the truth 90 times in 100, and for
--quantile 0.9 the value auto-q0.9 that it stays below 9 times in 10. Both come
from the errors of the backtest.`,
		Example: `  headroom forecast load.csv --horizon 24 --level 80,95 --out forecast.csv
  zcat load.csv.gz | headroom forecast - --season 24 --model ridge`,
		RunE: func(c *cobra.Command, args []string) error { return forecastPanel(c, args, f) },
	}
	f.add(c)
	c.Flags().StringVar(&f.model, "model", auto, "the model: auto, or a name")
	c.Flags().Float64SliceVar(&f.level, "level", nil, "percentages of intervals to write, such as 80,95")
	c.Flags().Float64SliceVar(&f.quantile, "quantile", nil, "quantiles to write, such as 0.5,0.9")
	c.Flags().StringVar(&f.out, "out", "", "the file to write, compressed with gzip if it ends in .gz (default: stdout)")
	return c
}

func forecastPanel(c *cobra.Command, args []string, f forecastFlags) error {
	if err := cmp.Or(f.check(args), f.bounded()); err != nil {
		return err
	}
	if err := knownModels([]string{f.model}, auto); err != nil {
		return err
	}
	columns, err := newColumns(f.model, f.level, f.quantile)
	if err != nil {
		return err
	}
	in, reader, err := f.open(args[0], c.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := panel.Create(f.out, c.OutOrStdout())
	if err != nil {
		return err
	}
	defer file.Close()
	out, err := panel.NewWriter(file, columns.names)
	if err != nil {
		return err
	}

	stderr := c.ErrOrStderr()
	shown, few := command.NewProgress(stderr, in), &command.FewLines{Writer: stderr}
	if f.out == "" && command.IsTerminal(c.OutOrStdout()) {
		shown.Out = nil // the forecasts themselves pass by
	}
	missing := 0
	var total fileAccount
	used := map[string]int{}
	work := forecaster{f.panelFlags, f.model, columns}
	err = panel.Map(c.Context(), reader, f.jobs, work.forecast, func(x continued) error {
		if x.why != "" || len(x.series.Load.Notes) > 0 {
			shown.Clear()
			x.tell(few, f.model)
		}
		shown.Step()
		total.add(x.series)
		if x.model == "" {
			missing++
			return nil
		}
		used[x.model]++
		series, err := named(x.series, stderr)
		if err != nil {
			return err
		}
		return out.Continue(series, x.values)
	})
	shown.Clear()
	few.End()
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := file.Commit(); err != nil {
		return err
	}
	total.tell(stderr, reader.Layout())
	if len(used) > 0 {
		fmt.Fprintf(stderr, "%d series: %s\n", shown.Series-missing, tally(used))
	}
	return leftOut(missing, in.Name)
}

// tally writes counts, the largest first: 12 with ridge, 3 with naive.
func tally(counts map[string]int) string {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d with %s", counts[name], name)
	}
	return strings.Join(names, ", ")
}

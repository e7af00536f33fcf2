package forecast

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/history"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/panel"
	"headroom/models"
)

// panelFlags say how a panel file is read, and what is known of its series.
type panelFlags struct {
	openFile   func(path string) (*os.File, error)
	horizon    int
	season     []int
	jobs       int
	step       time.Duration
	timezone   string
	layout     history.Layout
	across     string
	aggregate  string
	decimal    string
	timeFormat string
}

func (f *panelFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.horizon, "horizon", 48, "how many steps to forecast")
	c.Flags().IntSliceVar(&f.season, "season", nil, "steps after which load repeats itself, at most two such as 24,168; 1 for none (default: a day and a week of steps)")
	c.Flags().IntVar(&f.jobs, "jobs", 0, "how many series to work on at a time; it changes no result (default: one for each processor)")
	c.Flags().DurationVar(&f.step, "step", 0, "the time step; where times are integers, what one integer is (default: the smallest difference within a series; 1h for integers)")
	c.Flags().StringVar(&f.timezone, "timezone", "UTC", "the zone of times that carry none")
	c.Flags().StringVar(&f.layout.Time, "time", "", "the column of times (default: ds, or one of a usual name such as timestamp)")
	c.Flags().StringSliceVar(&f.layout.Values, "value", nil, "the column of the load, or several of the wide format (default: y, or all columns of numbers)")
	c.Flags().StringVar(&f.layout.ID, "id", "", "the column that names the series of a row (default: unique_id if there is one)")
	c.Flags().StringVar(&f.across, "across", "", "how rows of one series and time, such as those of pods, go together: sum, mean or max (default: they may only repeat each other)")
	c.Flags().StringVar(&f.aggregate, "aggregate", "", "how rows become steps, where they are not one for each: sum for counts, mean or max for rates and levels (default: such a series is left out)")
	c.Flags().StringVar(&f.decimal, "decimal", "", `the decimal mark of numbers, "." or "," (default: it is recognised)`)
	c.Flags().StringVar(&f.timeFormat, "time-format", "", "the strftime format of times, such as %m/%d/%Y %H:%M (default: it is recognised)")
}

// panelHelp is what every command that reads a panel file says of it.
const panelHelp = `FILE is CSV with a header, or Parquet, and - stands for standard input. It may be
compressed by gzip or zstd. It has the columns unique_id, ds and y, with a row for
each series and time; or other columns that --id, --time and --value name; or a
column of times and one column for each series. Columns are separated by comma,
semicolon, tab or |. A time is one such as 2006-01-02T15:04:05Z, 2006-01-02 15:04:05
or 2006-01-02, a number since 1970, or an integer that numbers steps. A step
without a row, or without a number in it, is a gap, never a zero. What was read, and
what may be wrong with it, is said on stderr; what cannot be read for certain is
refused, with the flag that settles it.`

// Check makes sure that the flags can mean something.
func (f *panelFlags) check(args []string) error {
	switch {
	case len(args) != 1:
		return fmt.Errorf("name one file, or - for standard input, got %q: %w", args, command.ErrUsage)
	case f.horizon < 1:
		return fmt.Errorf("--horizon is %d, at least 1 step: %w", f.horizon, command.ErrUsage)
	case f.step < 0:
		return fmt.Errorf("--step is %v, it must be positive: %w", f.step, command.ErrUsage)
	case len(f.season) > 2:
		return fmt.Errorf("--season has %d numbers, at most two are used: %w", len(f.season), command.ErrUsage)
	}
	for i, m := range f.season {
		if m < 1 || i > 0 && m <= f.season[i-1] {
			return fmt.Errorf("--season is %v, numbers of steps that ascend from 1: %w", f.season, command.ErrUsage)
		}
	}
	return policyfile.ReadFlags{Across: f.across, Aggregate: f.aggregate, Decimal: f.decimal}.Check()
}

// open opens the file and what reads its series.
func (f *panelFlags) open(path string, stdin io.Reader) (*panel.Input, *panel.Reader, error) {
	zone, err := time.LoadLocation(f.timezone)
	if err != nil {
		return nil, nil, fmt.Errorf("--timezone: %w, write a name such as Europe/Berlin: %w", err, command.ErrUsage)
	}
	in, err := panel.Open(path, stdin, f.openFile)
	if err != nil {
		return nil, nil, err
	}
	return in, panel.NewReader(in, panel.Settings{
		Name: in.Name, Size: in.Size, Layout: f.layout, Step: f.step, Zone: zone,
		Across: capacity.Aggregate(f.across), Aggregate: capacity.Aggregate(f.aggregate), Decimal: f.decimal, TimeFormat: f.timeFormat,
	}), nil
}

// seasons are those of s, in steps.
func (f *panelFlags) seasons(s panel.Series) []int {
	if f.season == nil {
		return models.Seasons(s.Step)
	}
	return f.season
}

// pool is the models for s, simplest first, and how to backtest them: each
// series has a worker of its own, so its models have none.
func (f *panelFlags) pool(s panel.Series) ([]capacity.Model, backtest.Settings) {
	seasons := f.seasons(s)
	c := backtest.Settings{Horizon: f.horizon, Season: 1, Workers: 1}
	if i := slices.IndexFunc(seasons, func(m int) bool { return m > 1 }); i >= 0 {
		c.Season = seasons[i]
	}
	pool := models.New(seasons)
	c.Baseline = backtest.Baseline(pool)
	return pool, c
}

// naive is the model that forecasts where nothing else can.
const naive = "naive"

// only is the models of pool with one of the names.
func only(pool []capacity.Model, names ...string) []capacity.Model {
	return slices.DeleteFunc(slices.Clone(pool), func(m capacity.Model) bool { return !slices.Contains(names, m.Name()) })
}

// knownModels makes sure that there are models of these names; others names
// what else may be asked for.
func knownModels(names []string, others ...string) error {
	all := others
	for _, m := range models.All([]int{24, 168}) {
		all = append(all, m.Name())
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return fmt.Errorf("--model: there is no model %q, there are %s: %w", name, strings.Join(all, ", "), command.ErrUsage)
		}
	}
	return nil
}

// leftOut is how a command ends that did all it could.
func leftOut(n int, path string) error {
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("one series of %s was left out, see above", path)
	}
	return fmt.Errorf("%d series of %s were left out, see above", n, path)
}

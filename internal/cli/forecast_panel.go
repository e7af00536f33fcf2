package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"headroom/adapters/local"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/internal/panel"
	"headroom/models"
)

// panelFlags say how a panel file is read, and what is known of its series.
type panelFlags struct {
	horizon  int
	season   []int
	jobs     int
	step     time.Duration
	timezone string
}

func (f *panelFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.horizon, "horizon", 48, "how many steps to forecast")
	c.Flags().IntSliceVar(&f.season, "season", nil, "steps after which load repeats itself, at most two such as 24,168; 1 for none (default: a day and a week of steps)")
	c.Flags().IntVar(&f.jobs, "jobs", 0, "how many series to work on at a time; it changes no result (default: one for each processor)")
	c.Flags().DurationVar(&f.step, "step", 0, "the time step; where ds are integers, what one integer is (default: the smallest difference within a series; 1h for integers)")
	c.Flags().StringVar(&f.timezone, "timezone", "UTC", "the zone of times that carry none")
}

// panelHelp is what every command that reads a panel file says of it.
const panelHelp = `FILE is CSV of long format with a header: a row for each series and time, in the
columns unique_id, ds and y, in any order; other columns are ignored. It may be
packed by gzip or zstd, and - stands for standard input. ds is a time such as
2006-01-02T15:04:05Z, 2006-01-02 15:04:05 or 2006-01-02, or an integer. A step
without a row, or with nothing or NaN as its y, is a gap, never a zero. The rows
of a series must stand together, in any order.`

// check makes sure that the flags can mean something.
func (f *panelFlags) check(args []string) error {
	switch {
	case len(args) != 1:
		return fmt.Errorf("name one file, or - for standard input, got %q: %w", args, errUsage)
	case f.horizon < 1:
		return fmt.Errorf("--horizon is %d, at least 1 step: %w", f.horizon, errUsage)
	case f.step < 0:
		return fmt.Errorf("--step is %v, it must be positive: %w", f.step, errUsage)
	case len(f.season) > 2:
		return fmt.Errorf("--season has %d numbers, at most two are used: %w", len(f.season), errUsage)
	}
	for i, m := range f.season {
		if m < 1 || i > 0 && m <= f.season[i-1] {
			return fmt.Errorf("--season is %v, numbers of steps that ascend from 1: %w", f.season, errUsage)
		}
	}
	return nil
}

// open opens the file and what reads its series.
func (f *panelFlags) open(path string, stdin io.Reader) (*panel.Input, *panel.Reader, error) {
	zone, err := time.LoadLocation(f.timezone)
	if err != nil {
		return nil, nil, fmt.Errorf("--timezone: %w, write a name such as Europe/Berlin: %w", err, errUsage)
	}
	if path != "-" {
		f, err := local.Open(path) // refuses what is not a regular file
		if err != nil {
			return nil, nil, err
		}
		_ = f.Close()
	}
	in, err := panel.Open(path, stdin)
	if err != nil {
		return nil, nil, err
	}
	return in, panel.NewReader(in, panel.Settings{Name: in.Name, Step: f.step, Zone: zone}), nil
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
	c.Baseline = pool[0].Name()
	if len(only(pool, seasonalNaive)) > 0 {
		c.Baseline = seasonalNaive
	}
	return pool, c
}

// What every other model has to beat, and what forecasts where nothing else can.
const (
	seasonalNaive = "seasonal-naive-day"
	naive         = "naive"
)

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
			return fmt.Errorf("--model: there is no model %q, there are %s: %w", name, strings.Join(all, ", "), errUsage)
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

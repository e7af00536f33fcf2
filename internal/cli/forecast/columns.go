package forecast

import (
	"fmt"
	"slices"
	"strconv"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// columns are what is written of a forecast: the point forecast, then two ends
// of each interval, then quantiles.
type columns struct {
	names     []string
	quantiles []float64 // of the columns after the first
	levels    []float64 // the quantiles ascending, each once
}

// newColumns names the columns of a model after those of statsforecast.
func newColumns(model string, intervals, quantiles []float64) (columns, error) {
	c := columns{names: []string{model}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, level := range intervals {
		if !(level > 0 && level < 100) {
			return c, fmt.Errorf("--level is %v, percentages between 0 and 100: %w", level, command.ErrUsage)
		}
		c.names = append(c.names, model+"-lo-"+number(level), model+"-hi-"+number(level))
		// Written like this, 90 gives 0.05 and not 0.04999….
		c.quantiles = append(c.quantiles, (100-level)/200, (100+level)/200)
	}
	for _, q := range quantiles {
		if !(q > 0 && q < 1) {
			return c, fmt.Errorf("--quantile is %v, numbers between 0 and 1: %w", q, command.ErrUsage)
		}
		c.names = append(c.names, model+"-q"+number(q))
		c.quantiles = append(c.quantiles, q)
	}
	for i, name := range c.names {
		if slices.Contains(c.names[:i], name) {
			return c, fmt.Errorf("--level and --quantile ask for the column %s twice: %w", name, command.ErrUsage)
		}
	}
	c.levels = slices.Compact(slices.Sorted(slices.Values(c.quantiles)))
	return c, nil
}

// of arranges the values of one series.
func (c columns) of(point []float64, f capacity.Forecast) [][]float64 {
	values := [][]float64{point}
	for _, q := range c.quantiles {
		values = append(values, f.Values[slices.Index(f.Levels, q)])
	}
	return values
}

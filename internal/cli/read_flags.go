package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"headroom/capacity"
)

// readFlags say how a file is read, in place of the keys of the policy's demand.
type readFlags struct {
	time, value, across, aggregate, decimal, timeFormat string
}

func (f *readFlags) add(c *cobra.Command, also string) {
	c.Flags().StringVar(&f.time, "time", "", also+"the column of times, in place of demand.time")
	c.Flags().StringVar(&f.value, "value", "", also+"the column of the load, in place of demand.value")
	c.Flags().StringVar(&f.across, "across", "", also+"how rows of one time go together, in place of demand.across: sum, mean or max")
	c.Flags().StringVar(&f.aggregate, "aggregate", "", also+"sum for counts, mean or max for rates and levels, in place of demand.aggregate")
	c.Flags().StringVar(&f.decimal, "decimal", "", also+`the decimal mark of numbers, "." or ",", in place of demand.decimal`)
	c.Flags().StringVar(&f.timeFormat, "time-format", "", also+"the strftime format of times, in place of demand.timeFormat")
}

// names are the names of the flags.
func (readFlags) names() []string {
	return []string{"time", "value", "across", "aggregate", "decimal", "time-format"}
}

// check makes sure that the flags can mean something.
func (f readFlags) check() error {
	switch {
	case !slices.Contains(aggregates, f.across):
		return fmt.Errorf("--across is %q, write sum, mean or max: %w", f.across, errUsage)
	case !slices.Contains(aggregates, f.aggregate):
		return fmt.Errorf("--aggregate is %q, write sum, mean or max: %w", f.aggregate, errUsage)
	case f.decimal != "" && f.decimal != "." && f.decimal != ",":
		return fmt.Errorf("--decimal is %q, write \".\" or \",\": %w", f.decimal, errUsage)
	}
	return nil
}

// apply puts what the flags say into a demand.
func (f readFlags) apply(d *capacity.Demand) {
	for _, said := range []struct {
		flag string
		key  *string
	}{{f.time, &d.Time}, {f.value, &d.Value}, {f.decimal, &d.Decimal}, {f.timeFormat, &d.TimeFormat}} {
		if said.flag != "" {
			*said.key = said.flag
		}
	}
	if f.across != "" {
		d.Across = capacity.Aggregate(f.across)
	}
	if f.aggregate != "" {
		d.Aggregate = capacity.Aggregate(f.aggregate)
	}
}

// aggregates are what --across and --aggregate take.
var aggregates = []string{"", string(capacity.Sum), string(capacity.Mean), string(capacity.Max)}

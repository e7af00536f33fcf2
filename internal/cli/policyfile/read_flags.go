package policyfile

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// ReadFlags say how a file is read, in place of the keys of the policy's demand.
type ReadFlags struct {
	time, value, Across, Aggregate, Decimal, timeFormat string
}

// Add adds the flags; the help of each begins with also.
func (f *ReadFlags) Add(c *cobra.Command, also string) {
	c.Flags().StringVar(&f.time, "time", "", also+"the column of times, in place of demand.time")
	c.Flags().StringVar(&f.value, "value", "", also+"the column of the load, in place of demand.value")
	c.Flags().StringVar(&f.Across, "across", "", also+"how rows of one time go together, in place of demand.across: sum, mean or max")
	c.Flags().StringVar(&f.Aggregate, "aggregate", "", also+"sum for counts, mean or max for rates and levels, in place of demand.aggregate")
	c.Flags().StringVar(&f.Decimal, "decimal", "", also+`the decimal mark of numbers, "." or ",", in place of demand.decimal`)
	c.Flags().StringVar(&f.timeFormat, "time-format", "", also+"the strftime format of times, in place of demand.timeFormat")
}

// Names are the names of the flags.
func (ReadFlags) Names() []string {
	return []string{"time", "value", "across", "aggregate", "decimal", "time-format"}
}

// Check makes sure that the flags can mean something.
func (f ReadFlags) Check() error {
	switch {
	case !slices.Contains(aggregates, f.Across):
		return fmt.Errorf("--across is %q, write sum, mean or max: %w", f.Across, command.ErrUsage)
	case !slices.Contains(aggregates, f.Aggregate):
		return fmt.Errorf("--aggregate is %q, write sum, mean or max: %w", f.Aggregate, command.ErrUsage)
	case f.Decimal != "" && f.Decimal != "." && f.Decimal != ",":
		return fmt.Errorf("--decimal is %q, write \".\" or \",\": %w", f.Decimal, command.ErrUsage)
	}
	return nil
}

// Apply puts what the flags say into a demand.
func (f ReadFlags) Apply(d *capacity.Demand) {
	for _, said := range []struct {
		flag string
		key  *string
	}{{f.time, &d.Time}, {f.value, &d.Value}, {f.Decimal, &d.Decimal}, {f.timeFormat, &d.TimeFormat}} {
		if said.flag != "" {
			*said.key = said.flag
		}
	}
	if f.Across != "" {
		d.Across = capacity.Aggregate(f.Across)
	}
	if f.Aggregate != "" {
		d.Aggregate = capacity.Aggregate(f.Aggregate)
	}
}

// aggregates are what --across and --aggregate take.
var aggregates = []string{"", string(capacity.Sum), string(capacity.Mean), string(capacity.Max)}

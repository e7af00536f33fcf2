package orders

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// overrideWish is what the flags of override say.
type overrideWish struct {
	override capacity.Override
	units    int
	from     string
	lasts    time.Duration
	clear    string
	asJSON   bool
}

// Override is `headroom override`.
func Override() *cobra.Command {
	var w overrideWish
	c := &cobra.Command{
		Use:   "override SERVICE --units N --why TEXT | SERVICE --clear ID",
		Short: "Sets a number of units over the plan for a while, or clears it",
		Long: `Sets the number of units that a pool runs, over the plan, for a while. The plan
goes on beneath and counts again afterwards. An override is not bound by the
policy's min, max and ramps, but it waits for a pause to end. One that begins
within a change freeze is refused if the freeze denies what it asks for: an exact
number below what is requested now, or anything where the freeze denies all. Of
several that hold at once the exact one that was said last counts. Overrides are
stored, and hold for later plans, too. --clear ends one early, by its ID.`,
		Example: `  headroom override chat --units 40 --at-least --for 3h --why "a launch nobody announced"
  headroom override chat --clear 9f86d081`,
		Args: command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			if w.clear == "" && !c.Flags().Changed("units") {
				return fmt.Errorf("say how many --units, or which override to --clear: %w", command.ErrUsage)
			}
			return w.run(c, args[0])
		},
	}
	f := c.Flags()
	f.IntVar(&w.units, "units", 0, "how many units")
	f.StringVar(&w.override.Pool, "pool", "", "the pool (default: the only one)")
	f.BoolVar(&w.override.AtLeast, "at-least", false, "the plan may ask for more")
	f.DurationVar(&w.lasts, "for", 2*time.Hour, "how long it holds")
	f.StringVar(&w.from, "from", "", "when it begins, RFC 3339 (default: now)")
	f.StringVar(&w.clear, "clear", "", "the ID of the override to end")
	session.ByFlags(c, &w.override.By, &w.override.Why)
	command.JSONFlag(c, &w.asJSON)
	c.MarkFlagsMutuallyExclusive("clear", "units")
	return c
}

// Run sends the override, or clears one.
func (w *overrideWish) run(c *cobra.Command, service string) error {
	o := &w.override
	if w.clear != "" {
		return giveOrder(c, service, executor.ClearOrder, executor.Order{Override: w.clear, By: o.By, Why: o.Why}, 0, w.asJSON)
	}
	if err := session.Said(&o.By, o.Why); err != nil {
		return err
	}
	if w.units < 0 || w.lasts <= 0 {
		return fmt.Errorf("--units %d --for %v: ask for 0 units or more, for a while: %w", w.units, w.lasts, command.ErrUsage)
	}
	if w.from != "" {
		var err error
		if o.From, err = time.Parse(time.RFC3339, w.from); err != nil {
			return fmt.Errorf("--from %q: write a time such as 2026-03-08T00:00:00Z: %w", w.from, command.ErrUsage)
		}
	}
	s, err := session.Open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	state, err := s.Conductor(c.Context(), service)
	if err != nil {
		return err
	}
	if o.From.IsZero() {
		o.From = session.ConductorNow(state).UTC().Truncate(time.Second)
	}
	var id [4]byte
	_, _ = rand.Read(id[:]) // never fails, as its documentation says
	o.ID, o.Units, o.Until = hex.EncodeToString(id[:]), capacity.Units(w.units), o.From.Add(w.lasts)
	if o.By, err = s.Order(c.Context(), service, executor.OverrideOrder, *o); err != nil {
		return err
	}
	if w.asJSON {
		return command.PrintJSON(c.OutOrStdout(), *o)
	}
	fmt.Fprintf(c.OutOrStdout(), "override %s of %s: %s\nend it early with `headroom override %s --clear %s`\n", o.ID, service, DescribeOverride(*o, command.ZoneOf(state.Policy.Demand.Timezone)), service, o.ID)
	return nil
}

// DescribeOverride is an override in a line.
func DescribeOverride(o capacity.Override, zone *time.Location) string {
	return fmt.Sprintf("%s, by %s: %s", command.Escaped(command.InZone(o.Text(), zone)), command.Escaped(o.By), command.Escaped(o.Why))
}

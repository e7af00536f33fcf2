// Package restore is the command that rebuilds damaged and lost objects.
package restore

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/restore"
)

// Command is `headroom restore`.
func Command() *cobra.Command {
	var o restore.Order
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "restore SERVICE... | restore --all",
		Short: "Rebuilds damaged or lost objects of services from the audit, plans and models",
		Long: `Rebuilds damaged or lost objects of services from what is authoritative: standing
orders, outcomes, day books, lead times, the champion, the current plan and what
targets belong to a service from the audit, stored plans and models; the head of the
audit from its records; shares of quotas and budgets from the last plan; upper limits
that events have raised from the records of the events; with --all also summaries of
fleets from what came of their chunks. It needs the bucket alone, neither Temporal nor
workers.

It says of each object what was wrong and what was done. The bytes of a damaged object
are kept beside it as NAME.damaged-HASH, and the audit holds a record (kind restored).
An object that can be read is left alone, unless it is older than what is on record.
What cannot be rebuilt is named with what to do; the exit code is 1 then.`,
		Example: `  headroom restore chat --dry-run
  headroom restore --all --why "the bucket lost a disk"`,
		Args: func(_ *cobra.Command, args []string) error {
			if all != (len(args) == 0) {
				return fmt.Errorf("name services, or say --all: %w", command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := session.Speaker(&o.By); err != nil {
				return err
			}
			var err error
			if o.Store, err = session.OpenStore(c.Context()); err != nil {
				return err
			}
			o.Now = time.Now()
			return restoreAll(c, o, args, all, asJSON)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every service of which something is stored, and the summaries of fleets")
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "say what would be done, and write nothing")
	c.Flags().StringVar(&o.By, "by", "", "who says so (default: the user who is logged in)")
	c.Flags().StringVar(&o.Why, "why", "", "the reason, kept with the audit")
	command.JSONFlag(c, &asJSON)
	return c
}

// restoreAll restores one service after the other, and says what was done also if a
// later one fails.
func restoreAll(c *cobra.Command, o restore.Order, services []string, all, asJSON bool) (err error) {
	ctx := c.Context()
	if all {
		if services, err = restore.Services(ctx, o.Store); err != nil {
			return err
		}
	}
	found := []restore.Finding{}
	for _, service := range services {
		more, failed := restore.Service(ctx, o, service)
		found = append(found, more...)
		if err = failed; err != nil {
			break
		}
	}
	if all && err == nil {
		var more []restore.Finding
		more, err = restore.Fleets(ctx, o)
		found = append(found, more...)
	}
	var failed error
	if asJSON {
		failed = command.PrintJSON(c.OutOrStdout(), found)
	} else {
		failed = printRestored(c.OutOrStdout(), found, o.DryRun)
	}
	left := 0
	for _, f := range found {
		if f.Done == restore.Left {
			left++
		}
	}
	switch {
	case err != nil:
		return err
	case failed != nil:
		return failed
	case left > 0:
		return fmt.Errorf("%s cannot be rebuilt: see what to do about each", capacity.Count(left, "object"))
	}
	return nil
}

func printRestored(w io.Writer, found []restore.Finding, dryRun bool) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "nothing is damaged or lost")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "OBJECT\tFAULT\tDONE")
	for _, f := range found {
		done := string(f.Done)
		if dryRun && f.Done != restore.Left {
			done = "would be " + done
		}
		fmt.Fprintf(table, "%s\t%s\t%s: %s\n", command.Escaped(f.Key), f.Fault, done, command.Escaped(f.Text))
	}
	return table.Flush()
}

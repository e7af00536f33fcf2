// Package schedules is the commands that make schedules equal to the policies.
package schedules

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/scheduling"
)

// Command is `headroom schedules` with the commands below it.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "schedules",
		Short: "Makes Temporal's schedules equal to the policy files, and lists them",
		Args:  command.KnownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(schedulesSyncCommand(), schedulesListCommand())
	return c
}

// scheduled is a schedule that there is, for machines.
type scheduled struct {
	Schedule string
	Service  string
	Paused   bool
	Note     string
	Next     *time.Time // nil: never
	Last     *time.Time // nil: never yet
}

func schedulesListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Lists the schedules: when each comes up next, and which are paused and why",
		Args:  command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			temporal, err := session.DialTemporal(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer temporal.Close()
			found, err := scheduling.Find(c.Context(), temporal)
			if err != nil {
				return err
			}
			list := make([]scheduled, len(found))
			for i, f := range found {
				list[i] = scheduled{Schedule: f.ID, Service: f.Service, Paused: f.Paused, Note: f.Note, Next: given(f.Next), Last: given(f.Last)}
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), list)
			}
			table := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "SCHEDULE\tNEXT\tLAST\tSTATE")
			for _, s := range list {
				state := "active"
				if s.Paused {
					state = "paused: " + command.Escaped(s.Note)
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.Schedule, orNever(s.Next), orNever(s.Last), state)
			}
			return table.Flush()
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}

// given is nil for the zero time.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func orNever(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Format(time.RFC3339)
}

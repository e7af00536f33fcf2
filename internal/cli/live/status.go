package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/controller"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

func statusCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Lists what controllers may do, what they decided last, and who holds the leases",
		Long: `Lists what the bucket holds: for each service the mode, the least and the most units
that its conductor allows, and what was decided last, as it was stored at most five
minutes ago; for each shard of services, who holds its lease.`,
		Example: `  headroom live status
  headroom live status --json`,
		Args: command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			s, err := read(c.Context(), store, time.Now())
			if err != nil {
				return err
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), s)
			}
			return printStanding(c.OutOrStdout(), s, time.Now())
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}

// read reads what the bucket holds of controllers.
func read(ctx context.Context, store capacity.Store, now time.Time) (s standing, err error) {
	for entry, err := range store.List(ctx, "live-off/", "") {
		if err != nil {
			return s, err
		}
		why, _, err := store.Get(ctx, entry.Key)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return s, err
		}
		s.Off = append(s.Off, switched{entry.Key, capacity.Printable(strings.TrimSpace(string(why)))})
	}
	for n := range controller.Shards {
		one := shard{Shard: n}
		if err := object(ctx, store, controller.LeaseKey(n), &one.Lease); err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return s, err
		}
		one.Fresh = one.Lease.Fresh(now)
		s.Shards = append(s.Shards, one)
	}
	for entry, err := range store.List(ctx, controller.EnvelopePrefix, "") {
		if err != nil {
			return s, err
		}
		one, err := readService(ctx, store, entry.Key)
		if err != nil {
			return s, err
		}
		if one.Mode != controller.Off {
			s.Services = append(s.Services, one)
		}
	}
	return s, nil
}

// readService reads what a controller may do, and what it decided last.
func readService(ctx context.Context, store capacity.Store, key string) (one service, err error) {
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return one, err
	}
	e, err := controller.DecodeEnvelope(data)
	if err != nil {
		return one, fmt.Errorf("%q: %w", key, err)
	}
	one = service{
		Service: e.Service, Shard: controller.ShardOf(e.Service), Mode: e.Mode, Least: e.Least.Units, Most: e.Most.Units, Hold: e.Hold, Expires: e.Expires,
	}
	var last controller.Status
	err = object(ctx, store, controller.StatusKey(e.Service), &last)
	if errors.Is(err, capacity.ErrNotFound) {
		return one, nil
	}
	one.Last = &last
	return one, err
}

// object reads an object in JSON.
func object(ctx context.Context, store capacity.Store, key string, v any) error {
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return nil
}

// printStanding prints it for people.
func printStanding(w io.Writer, s standing, now time.Time) error {
	for _, off := range s.Off {
		fmt.Fprintf(w, "OFF: %s: %s\n", command.Escaped(off.Key), off.Why)
	}
	if len(s.Services) == 0 {
		_, err := fmt.Fprintln(w, "no conductor lets a controller decide: see control.live in the policies")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "service\tshard\tmode\tmay ask for\tdecided\truns\tby\twhy")
	for _, one := range s.Services {
		units, runs, by, why := "-", "-", "-", "nothing is stored yet"
		if l := one.Last; l != nil {
			units, runs, by, why = fmt.Sprint(l.Units), fmt.Sprint(l.Found), string(l.Source), l.Why
			if l.Trouble != "" {
				why = l.Trouble
			}
			why += " (" + ago(now, l.At) + ")"
		}
		switch {
		case !now.Before(one.Expires):
			why = "its envelope has expired at " + one.Expires.UTC().Format(time.RFC3339)
		case one.Hold != "":
			why = one.Hold
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%d to %d\t%s\t%s\t%s\t%s\n", command.Escaped(one.Service), one.Shard, one.Mode, one.Least, one.Most, units, runs, by, command.Escaped(why))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, one := range s.Shards {
		switch {
		case one.Epoch == 0:
			fmt.Fprintf(w, "shard %d: never led\n", one.Shard)
		case one.Released:
			fmt.Fprintf(w, "shard %d: given up by %s, %s\n", one.Shard, command.Escaped(one.Holder), ago(now, one.Renewed))
		case !one.Fresh:
			fmt.Fprintf(w, "shard %d: ABSENT: %s renewed its lease %s\n", one.Shard, command.Escaped(one.Holder), ago(now, one.Renewed))
		default:
			fmt.Fprintf(w, "shard %d: led by %s, renewed %s\n", one.Shard, command.Escaped(one.Holder), ago(now, one.Renewed))
		}
	}
	return nil
}

// ago is how long ago a time was.
func ago(now, at time.Time) string {
	return max(0, now.Sub(at)).Round(time.Second).String() + " ago"
}

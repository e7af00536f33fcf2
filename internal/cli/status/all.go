package status

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/session"
	"headroom/internal/diagnose"
	"headroom/workflows"
)

// A line is one service of the list of all.
type line struct {
	Service    string
	State      string // such as in progress, awaiting approval or paused
	CarriedOut string // the plan's ID; empty: none is
	Waiting    string // the plan's ID; empty: none does
	Serving    *capacity.Units
	Requested  *capacity.Units     // nil: not known
	Next       *inforce.NextChange // nil: none is known
	Orders     []string            // that are in force, or will be
	Troubles   []string            `json:",omitempty"`

	silent diagnose.Cause // why a run did not answer; empty: all did
	zone   *time.Location
}

// statusOfAll lists all services that Temporal knows of.
func statusOfAll(s session.Session, c *cobra.Command, asJSON bool) error {
	services, err := inforce.Services(c.Context(), s)
	if err != nil {
		return err
	}
	if len(services) == 0 && !asJSON {
		fmt.Fprintln(c.OutOrStdout(), "no service is known: start with `headroom plan SERVICE` or `headroom schedules sync DIR`")
		return nil
	}
	lines, failed := make([]line, len(services)), make([]error, len(services))
	var group sync.WaitGroup
	slots := make(chan struct{}, session.AtOnce)
	for i, service := range services {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var f inforce.InForce
			if f, failed[i] = inforce.Read(c.Context(), s, service); failed[i] == nil {
				lines[i] = lineOf(service, f, time.Now())
			}
		})
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	if asJSON {
		return command.PrintJSON(c.OutOrStdout(), lines)
	}
	return printLines(c.OutOrStdout(), lines)
}

// lineOf is a service in short, at a time on the wall.
func lineOf(service string, f inforce.InForce, wall time.Time) line {
	l := line{Service: service, State: "idle", Troubles: f.Troubles, silent: f.Silent, zone: command.ZoneOf(f.Timezone)}
	if p := f.Waiting; p != nil {
		l.Waiting, l.State = p.ID, inforce.IsWaiting
	}
	p := f.CarriedOut
	if p != nil {
		l.CarriedOut = p.ID
		if l.Waiting == "" {
			l.State = "in progress"
		}
		if l.Waiting == "" && p.Standing.Verdict != string(workflows.Executing) {
			l.State = "plan ended, holding"
		}
	} else {
		if p = f.Last; f.Ended != nil && l.Waiting == "" && p != nil {
			l.State, _, _ = strings.Cut(f.Ended.As, " ")
		}
	}
	now := f.Clock.Now(wall)
	if f.Conductor != nil {
		now = f.Conductor.Clock.Now(wall)
	}
	if state, _, _ := f.Held(now); state != "" {
		l.State = state
	}
	l.Orders = describeOrders(f, now, l.zone)
	if f.CarriedOut != nil {
		for _, r := range f.CarriedOut.Standing.Pools {
			if n, ok := f.Next(r, now); ok && (l.Next == nil || n.At.Before(l.Next.At)) {
				if len(f.CarriedOut.Standing.Pools) > 1 && n.Action != nil {
					n.Text = r.Pool + " " + n.Text
				}
				l.Next = &n
			}
		}
	}
	if p == nil || len(p.Standing.Pools) == 0 {
		return l
	}
	serving, requested, known, seen := capacity.Units(0), capacity.Units(0), true, true
	for _, r := range p.Standing.Pools {
		serving, requested = serving+r.Serving, requested+r.Requested
		known, seen = known && r.Known, seen && !r.Seen.IsZero()
	}
	if known {
		l.Requested = &requested
	}
	if known && seen {
		l.Serving = &serving
	}
	return l
}

// orders are the orders that are in force or will be, in a few words each.
func describeOrders(f inforce.InForce, now time.Time, zone *time.Location) []string {
	var all []string
	standing, policy := f.Stored.StandingOrders, capacity.Policy{}
	if f.Conductor != nil {
		standing, policy = f.Conductor.StandingOrders, f.Conductor.Policy
	}
	if f.Stopped != "" {
		all = append(all, f.Stopped)
	}
	if f.Stored.Fault != "" {
		all = append(all, "paused, the stored orders cannot be read")
	}
	if p := standing.Pause; p != nil {
		text := "paused by " + p.By
		if !p.Until.IsZero() {
			text += " until " + p.Until.In(zone).Format(command.Moment)
		}
		all = append(all, text)
	}
	for _, o := range standing.Overrides {
		least, pool, from := "", "", ""
		if o.AtLeast {
			least = "at least "
		}
		if o.Pool != "" {
			pool = " in " + o.Pool
		}
		if o.From.After(now) {
			from = " from " + o.From.In(zone).Format(command.Moment)
		}
		all = append(all, fmt.Sprintf("override to %s%s%s%s until %s", least, capacity.Count(o.Units, "unit"), pool, from, o.Until.In(zone).Format(command.Moment)))
	}
	if w, deny, frozen := policy.Control.Freeze.At(now); frozen {
		all = append(all, fmt.Sprintf("freeze denies %s until %s", deny.Text(), w.To.In(zone).Format(command.Moment)))
	}
	return all
}

func printLines(w io.Writer, lines []line) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SERVICE\tSTATE\tCARRIED OUT\tWAITING\tSERVING/REQUESTED\tNEXT CHANGE\tORDERS")
	units := func(n *capacity.Units) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	given := func(text string) string {
		if text == "" {
			return "-"
		}
		return command.Escaped(text)
	}
	for _, l := range lines {
		next := ""
		if l.Next != nil {
			next = l.Next.In(l.zone)
		}
		if len(l.Troubles) > 0 {
			l.State = "not known: " + string(cmp.Or(l.silent, diagnose.Unknown))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s/%s\t%s\t%s\n", l.Service, l.State, given(l.CarriedOut), given(l.Waiting), units(l.Serving), units(l.Requested), given(next), given(strings.Join(l.Orders, "; ")))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, l := range lines {
		for _, trouble := range l.Troubles {
			fmt.Fprintf(w, "%s: %s\n", l.Service, command.Escaped(trouble))
		}
	}
	return nil
}

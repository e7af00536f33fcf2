package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/workflowservice/v1"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/diagnose"
	"headroom/internal/scheduling"
	"headroom/workflows"
)

// A line is one service of the list of all.
type line struct {
	Service    string
	State      string // such as in progress, awaiting approval or paused
	CarriedOut string // the plan's ID; empty: none is
	Waiting    string // the plan's ID; empty: none does
	Serving    *capacity.Units
	Requested  *capacity.Units // nil: not known
	Next       *nextChange     // nil: none is known
	Orders     []string        // that are in force, or will be
	Troubles   []string        `json:",omitempty"`

	silent diagnose.Cause // why a run did not answer; empty: all did
	zone   *time.Location
}

// atOnce is how many services are asked about at a time.
const atOnce = 16

// statusOfAll lists all services that Temporal knows of.
func (s session) statusOfAll(c *cobra.Command, asJSON bool) error {
	services, err := s.services(c.Context())
	if err != nil {
		return err
	}
	if len(services) == 0 && !asJSON {
		fmt.Fprintln(c.OutOrStdout(), "no service is known: start with `headroom plan SERVICE` or `headroom schedules sync DIR`")
		return nil
	}
	lines, failed := make([]line, len(services)), make([]error, len(services))
	var group sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, service := range services {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var f inForce
			if f, failed[i] = s.inForce(c.Context(), service); failed[i] == nil {
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
		return printJSON(c.OutOrStdout(), lines)
	}
	return printLines(c.OutOrStdout(), lines)
}

// recently is how long ago something may have ended that a service is known by.
const recently = 7 * 24 * time.Hour

// services are the names of all services that have a schedule, or of which something
// runs or ran lately.
func (s session) services(ctx context.Context) ([]string, error) {
	names := map[string]bool{}
	found, err := scheduling.Find(ctx, s.temporal)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		names[f.Service] = true
	}
	for _, kind := range []fleet.Kind{fleet.Retrain, fleet.Plan, fleet.Regret} {
		if err := s.fleetServices(ctx, kind, names); err != nil {
			return nil, err
		}
	}
	request := &workflowservice.ListWorkflowExecutionsRequest{
		PageSize: 1000,
		Query: fmt.Sprintf("WorkflowType IN ('Plan', 'Execute', 'Retrain') AND (ExecutionStatus = 'Running' OR StartTime > '%s')",
			time.Now().Add(-recently).UTC().Format(time.RFC3339)),
	}
	for {
		page, err := s.temporal.ListWorkflow(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("ask Temporal for the services: %w", err)
		}
		for _, e := range page.GetExecutions() {
			id := e.GetExecution().GetWorkflowId()
			for _, of := range []func(string) string{workflows.PlanID, workflows.ExecuteID, workflows.RetrainID} {
				if service, ours := strings.CutPrefix(id, of("")); ours {
					names[service] = true
				}
			}
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			delete(names, "")
			return slices.Sorted(maps.Keys(names)), nil
		}
	}
}

// fleetServices adds the services of the last run over a fleet.
func (s session) fleetServices(ctx context.Context, kind fleet.Kind, names map[string]bool) error {
	var run workflows.FleetState
	if _, err := s.ask(ctx, workflows.FleetID(kind), true, &run); err != nil || run.List.Key == "" {
		return err
	}
	list, err := readIfThere[fleet.List](ctx, s.store, run.List.Key)
	if err != nil || list == nil {
		return err
	}
	for _, m := range list.Services {
		names[m.Service] = true
	}
	return nil
}

// lineOf is a service in short, at a time on the wall.
func lineOf(service string, f inForce, wall time.Time) line {
	l := line{Service: service, State: "idle", Troubles: f.Troubles, silent: f.silent, zone: zoneOf(f.timezone)}
	if p := f.Waiting; p != nil {
		l.Waiting, l.State = p.ID, isWaiting
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
	now := f.clock.Now(wall)
	if f.conductor != nil {
		now = f.conductor.Clock.Now(wall)
	}
	if state, _, _ := f.held(now); state != "" {
		l.State = state
	}
	l.Orders = f.orders(now, l.zone)
	if f.CarriedOut != nil {
		for _, r := range f.CarriedOut.Standing.Pools {
			if n, ok := f.next(r, now); ok && (l.Next == nil || n.At.Before(l.Next.At)) {
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
func (f inForce) orders(now time.Time, zone *time.Location) []string {
	var all []string
	standing, policy := f.Stored.StandingOrders, capacity.Policy{}
	if f.conductor != nil {
		standing, policy = f.conductor.StandingOrders, f.conductor.Policy
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
			text += " until " + p.Until.In(zone).Format(moment)
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
			from = " from " + o.From.In(zone).Format(moment)
		}
		all = append(all, fmt.Sprintf("override to %s%s%s%s until %s", least, capacity.Count(o.Units, "unit"), pool, from, o.Until.In(zone).Format(moment)))
	}
	if w, deny, frozen := policy.Control.Freeze.At(now); frozen {
		all = append(all, fmt.Sprintf("freeze denies %s until %s", deny.Text(), w.To.In(zone).Format(moment)))
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
		return escaped(text)
	}
	for _, l := range lines {
		next := ""
		if l.Next != nil {
			next = l.Next.in(l.zone)
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
			fmt.Fprintf(w, "%s: %s\n", l.Service, escaped(trouble))
		}
	}
	return nil
}

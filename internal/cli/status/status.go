// Package status is the command that says where services stand.
package status

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// A status is what is known of a service.
type status struct {
	Service  string
	Champion *retraining.Champion // nil if no model is trained
	// ChampionFault is why the champion cannot be read, if it is damaged.
	ChampionFault string              `json:",omitempty"`
	CarriedOut    *inforce.PlanStatus // nil: no plan is
	Waiting       *inforce.PlanStatus // for approval; nil: no plan does
	Last          *inforce.PlanStatus // if no plan is carried out or waits; nil: there is none
	Runs          []runStatus         // the latest of each workflow that ever ran
	Outcomes      map[capacity.Verdict]int
	Conductor     *conducting // nil if none runs
	Troubles      []string    `json:",omitempty"` // why something is not known
	// Stopped is why the store stops all changes; Held why else nothing is requested.
	Stopped string                `json:",omitempty"`
	Held    string                `json:",omitempty"`
	Stored  *inforce.StoredOrders `json:",omitempty"` // the standing orders; nil if a run holds them, or there are none
	Ended   *inforce.EndedRun     `json:",omitempty"` // nil: a run is there, or none ever was

	plans inforce.InForce
	zone  *time.Location
}

// A runStatus is where a workflow is.
type runStatus struct {
	ID      string
	Status  string // Running, Completed, Failed …
	Stage   string
	Started time.Time
	Failing []session.Failing `json:",omitempty"` // activities that are tried again
	Stuck   string            `json:",omitempty"` // why its workflow task is not done; empty: it is
}

// Command is `headroom status`.
func Command() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status [SERVICE]",
		Short: "Shows the plan that is carried out, the one that waits, what runs and what comes next",
		Long: `Shows a service: its champion model, the plan that is carried out and the one that
awaits approval, with the command that approves it, the units that serve and that
are requested, the next change, and the overrides, pauses and freezes in force.
Without a SERVICE it lists all services, one on a line.`,
		Example: `  headroom status
  headroom status chat`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return command.OneService(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			s, err := session.Open(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer s.Temporal.Close()
			if len(args) == 0 {
				return statusOfAll(s, c, asJSON)
			}
			found, err := read(c.Context(), s, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), found)
			}
			return printStatus(c.OutOrStdout(), found)
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}

func read(ctx context.Context, s session.Session, service string) (status, error) {
	found := status{Service: service, Outcomes: map[capacity.Verdict]int{}}
	var err error
	if found.Champion, found.ChampionFault, err = session.ReadChampion(ctx, s.Store, service); err != nil {
		return found, err
	}
	plans, err := inforce.Read(ctx, s, service)
	if err != nil {
		return found, err
	}
	found.CarriedOut, found.Waiting, found.Last, found.Troubles, found.zone = plans.CarriedOut, plans.Waiting, plans.Last, plans.Troubles, command.ZoneOf(plans.Timezone)
	found.Stopped, found.Ended, found.plans = plans.Stopped, plans.Ended, plans
	if state, why, _ := plans.Held(plans.Now()); state == "held" {
		found.Held = why
	}
	if o := plans.Stored; len(o.Overrides) > 0 || o.Pause != nil || o.Fault != "" {
		found.Stored = &o
	}
	if p := found.carried(); p != nil {
		outcomes, err := session.ReadIfThere[[]capacity.Outcome](ctx, s.Store, capacity.PlanKey(service, p.ID, "outcomes.json"))
		if err != nil {
			return found, err
		}
		if outcomes != nil {
			for _, o := range *outcomes {
				found.Outcomes[o.Verdict]++
			}
		}
	}
	for _, id := range []string{workflows.RetrainID(service), workflows.PlanID(service), workflows.ExecuteID(service)} {
		d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
		if _, none := errors.AsType[*serviceerror.NotFound](err); none {
			continue
		}
		if err != nil {
			return found, fmt.Errorf("ask Temporal about %s: %w", id, err)
		}
		r, err := readRun(ctx, s, id, d)
		if err != nil {
			return found, err
		}
		found.Runs = append(found.Runs, r)
	}
	events, err := events(ctx, s, service)
	if err != nil {
		return found, err
	}
	found.Runs = append(found.Runs, events...)
	if plans.Conductor != nil {
		found.Conductor = conductingOf(*plans.Conductor)
	}
	if found.Champion == nil && found.Last == nil && len(found.Runs) == 0 && found.Stored == nil {
		return found, fmt.Errorf("nothing is known of the service %q: start with `headroom retrain %s`: %w", service, service, capacity.ErrNotFound)
	}
	return found, nil
}

// runStatus is where a run is, of which Temporal's description is given.
func readRun(ctx context.Context, s session.Session, id string, d *client.WorkflowExecutionDescription) (runStatus, error) {
	stage, _ := d.TypedSearchAttributes.GetKeyword(workflows.StageKey)
	r := runStatus{ID: id, Status: d.Status.String(), Stage: command.Escaped(stage), Started: d.WorkflowStartTime}
	pending, err := s.Temporal.DescribeWorkflowExecution(ctx, id, d.WorkflowExecution.RunID)
	if err != nil {
		return r, fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	r.Failing, r.Stuck = s.Failing(pending), s.StandsStill(ctx, id, pending)
	return r, nil
}

// carried is the plan that is carried out, or was last.
func (s status) carried() *inforce.PlanStatus {
	if s.CarriedOut != nil {
		return s.CarriedOut
	}
	return s.Last
}

// events are the preparations of events of a service that run, or ended last.
func events(ctx context.Context, s session.Session, service string) ([]runStatus, error) {
	list, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: fmt.Sprintf("WorkflowType = 'PrepareEvent' AND HeadroomService = '%s'", service), PageSize: 5,
	})
	if err != nil {
		return nil, fmt.Errorf("ask Temporal about the events of %q: %w", service, err)
	}
	var runs []runStatus
	for _, e := range list.GetExecutions() {
		d, err := s.Temporal.DescribeWorkflow(ctx, e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId())
		if err != nil {
			return nil, fmt.Errorf("ask Temporal about %s: %w", e.GetExecution().GetWorkflowId(), err)
		}
		r, err := readRun(ctx, s, e.GetExecution().GetWorkflowId(), d)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// mentions reports whether a trouble is about a run.
func (s status) mentions(id string) bool {
	return slices.ContainsFunc(s.Troubles, func(trouble string) bool { return strings.HasPrefix(trouble, id+" ") })
}

func printStatus(w io.Writer, s status) error {
	champion := "none: run `headroom retrain " + s.Service + "`"
	if s.ChampionFault != "" {
		champion = "damaged: run `headroom retrain " + s.Service + "` (" + s.ChampionFault + ")"
	}
	if c := s.Champion; c != nil {
		champion = fmt.Sprintf("%s, version %s, trained to %s", c.Model, c.Version, c.TrainedTo.In(s.zone).Format(command.Moment))
		if c.Frozen != nil {
			champion += "\n\t" + command.Escaped(command.InZone(c.Frozen.String(), s.zone))
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "service\t%s\nchampion\t%s\n", s.Service, champion)
	if s.Stopped != "" {
		fmt.Fprintf(table, "stopped\t%s\n", command.Escaped(s.Stopped))
	}
	if s.Held != "" {
		fmt.Fprintf(table, "held\t%s\n", command.Escaped(s.Held))
	}
	s.printPlans(table)
	for _, v := range capacity.Verdicts() {
		if n := s.Outcomes[v]; n > 0 {
			fmt.Fprintf(table, "  actions %s\t%d\n", v, n)
		}
	}
	for _, r := range s.Runs {
		fmt.Fprintf(table, "%s\t%s, %s, since %s\n", r.ID, r.Status, r.Stage, r.Started.In(s.zone).Format(command.Moment))
		for _, f := range r.Failing {
			fmt.Fprintf(table, "\t%s\n", command.Escaped(command.InZone(f.String(), s.zone)))
		}
		if r.Stuck != "" && !s.mentions(r.ID) {
			fmt.Fprintf(table, "\t%s\n", command.Escaped(command.InZone(r.Stuck, s.zone)))
		}
	}
	s.Conductor.print(table, s.zone)
	print(s.Stored, table, s.zone)
	for _, trouble := range s.Troubles {
		fmt.Fprintf(table, "not known\t%s\n", command.Escaped(command.InZone(trouble, s.zone)))
	}
	return table.Flush()
}

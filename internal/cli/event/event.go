// Package event is the command that prepares a service for an event.
package event

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
	"go.temporal.io/sdk/temporal"

	"headroom/activities/events"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// eventWish is what the flags of event say.
type eventWish struct {
	policy, units, by    string
	cancel, wait, asJSON bool
	replay               session.Replay
}

// Command is `headroom event`.
func Command() *cobra.Command {
	var w eventWish
	c := &cobra.Command{
		Use:   "event SERVICE EVENT",
		Short: "Prepares a service for an event of its policy, and lets it go afterwards",
		Long: `Prepares a service for an event of its policy. It finds out how many units the
event needs, from a forecast that reaches beyond it or from --units; looks at once,
and again shortly before, for quotas, upper limits and other trouble of the targets;
raises the limits that are too low; has the conductor ask for the units so early
that they serve when load begins to climb; keeps them until the event is over; and
restores every limit that it raised. --cancel calls it off at any time, and then
restores likewise, also what a run has left that was terminated. Start it days
before: it waits.`,
		Example: `  headroom event chat launch
  headroom event chat launch --units 60
  headroom event chat launch --cancel`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("name one service and one event: %w", command.ErrUsage)
			}
			if w.cancel {
				return w.cancelEvent(c, args[0], args[1])
			}
			return w.run(c, args[0], args[1])
		},
	}
	command.PolicyFlag(c, &w.policy)
	w.replay.Flags(c)
	c.Flags().StringVar(&w.units, "units", "", "what the event needs, of each pool: 60 or g5=40,spot=20 (default: from a forecast)")
	c.Flags().StringVar(&w.by, "by", "", "who asks for it (default: the user who is logged in)")
	c.Flags().BoolVar(&w.wait, "wait", false, "wait until the event is over")
	c.Flags().BoolVar(&w.cancel, "cancel", false, "call the preparation off, and restore what it raised")
	command.JSONFlag(c, &w.asJSON)
	c.MarkFlagsMutuallyExclusive("cancel", "units")
	return c
}

// Run starts the preparation, or joins the one that runs.
func (w eventWish) run(c *cobra.Command, service, name string) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	clock, err := w.replay.Clock()
	if err != nil {
		return err
	}
	in := workflows.EventState{Clock: clock, By: w.by}
	if err := session.Speaker(&in.By); err != nil {
		return err
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	p, hash, err := putpolicy.InForce(ctx, s, stderr, service, w.policy, workflows.EventID(service, name), w.by, "applied by headroom event")
	if err != nil {
		return err
	}
	if in.Event, err = eventOf(p, name, clock.Now(time.Now())); err != nil {
		return err
	}
	if w.units != "" {
		states, err := policyfile.ParseUnitsFlag(w.units, p.Pools)
		if err != nil {
			return err
		}
		for i, pool := range p.Pools {
			in.Pools = append(in.Pools, event.Need{Pool: pool.Name, Target: pool.Target, Units: states[i].Units, Lead: pool.LeadTime})
		}
	}
	in.PolicyHash, in.Service = hash, service
	if in.Token, err = s.Token(workflows.EventID(service, name), "PrepareEvent"); err != nil {
		return err
	}
	run, err := s.Start(ctx, stderr, workflows.EventID(service, name), "prepares "+service+" for "+name, workflows.PrepareEvent, in)
	if err != nil {
		return err
	}
	var state workflows.EventState
	waits := func() bool { return !w.wait && prepared(ctx, s, service, name, &state) }
	if err := s.Wait(ctx, stderr, run, &state, waits); err != nil {
		return err
	}
	if w.asJSON {
		return command.PrintJSON(c.OutOrStdout(), state)
	}
	return printEvent(c.OutOrStdout(), state)
}

// eventOf finds an event of the policy that is not over.
func eventOf(p capacity.Policy, name string, now time.Time) (capacity.Event, error) {
	i := slices.IndexFunc(p.Events, func(e capacity.Event) bool { return e.Name == name })
	if i < 0 {
		if len(p.Events) == 0 {
			return capacity.Event{}, fmt.Errorf("the policy of %q defines no events: add %q under events: %w", p.Service, name, command.ErrUsage)
		}
		var names []string
		for _, e := range p.Events {
			names = append(names, e.Name)
		}
		return capacity.Event{}, fmt.Errorf("the policy of %q defines no event %q, only %s: %w", p.Service, name, strings.Join(names, ", "), command.ErrUsage)
	}
	if e := p.Events[i]; !e.To.After(now) {
		return e, fmt.Errorf("the event %q was over at %s: %w", name, e.To.Format(time.RFC3339), capacity.ErrRefused)
	}
	return p.Events[i], nil
}

// prepared reports whether it is known what the event needs and what stands in
// the way, and reads it.
func prepared(ctx context.Context, s session.Session, service, name string, state *workflows.EventState) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	value, err := s.Temporal.QueryWorkflow(ctx, workflows.EventID(service, name), "", workflows.StatusQuery)
	return err == nil && value.Get(state) == nil && len(state.Most) > 0
}

// cancelEvent calls the preparation off. Where none runs, but one has left something
// raised, since it was terminated, a run that only restores is started. With --wait
// it stays until that is done.
func (w eventWish) cancelEvent(c *cobra.Command, service, name string) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	id := workflows.EventID(service, name)
	d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none || err == nil && d.WorkflowCloseTime != nil {
		return w.restoreEvent(c, s, service, name)
	}
	said := workflows.CallOff{By: w.by}
	if err == nil {
		err = session.Speaker(&said.By)
	}
	if err == nil {
		err = s.Say(ctx, id, workflows.CallOffUpdate, nil, said)
	}
	if refused := session.RefusedOrder(err); refused != nil {
		return refused
	}
	if err != nil {
		return fmt.Errorf("call off %s: %w", id, err)
	}
	if !w.wait {
		fmt.Fprintf(c.OutOrStdout(), "%s is called off, and what it raised is being restored: see `headroom status %s`\n", id, service)
		return nil
	}
	run := s.Temporal.GetWorkflow(ctx, id, "")
	if err := s.Wait(ctx, c.ErrOrStderr(), run, nil, session.Never); err != nil && !temporal.IsCanceledError(err) {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s is called off: what it raised is restored, see `headroom status %s`\n", id, service)
	return nil
}

// restoreEvent restores what a preparation that no longer runs has left.
func (w eventWish) restoreEvent(c *cobra.Command, s session.Session, service, name string) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	left, err := events.ReadRecord(ctx, s.Store, service, name)
	if err != nil {
		return fmt.Errorf("read what the preparation of %q has left: %w", name, err)
	}
	if left == nil {
		return fmt.Errorf("nothing prepares %q for %q, and nothing is left raised: %w", service, name, capacity.ErrRefused)
	}
	in := workflows.EventState{Clock: left.Clock, By: w.by}
	in.Service, in.Event, in.RestoreOnly = service, left.State.Event, true
	if err := session.Speaker(&in.By); err != nil {
		return err
	}
	if in.Token, err = s.Token(workflows.EventID(service, name), "PrepareEvent"); err != nil {
		return err
	}
	run, err := s.Start(ctx, stderr, workflows.EventID(service, name), "restores what was raised for "+name, workflows.PrepareEvent, in)
	if err != nil {
		return err
	}
	if !w.wait {
		fmt.Fprintf(c.OutOrStdout(), "%s was not running: what it left raised is being restored, see `headroom status %s`\n", run.GetID(), service)
		return nil
	}
	var state workflows.EventState
	if err := s.Wait(ctx, stderr, run, &state, session.Never); err != nil {
		return err
	}
	return printEvent(c.OutOrStdout(), state)
}

// printEvent writes what an event needs, and what stands in the way.
func printEvent(w io.Writer, s workflows.EventState) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "event\t%s, %s to %s\n", s.Event.Name, s.Event.From.Format(time.RFC3339), s.Event.To.Format(time.RFC3339))
	for i, pool := range s.Pools {
		most := ""
		if i < len(s.Most) && s.Most[i] < pool.Units {
			most = fmt.Sprintf(", of which %d may be asked for", s.Most[i])
		}
		fmt.Fprintf(table, "needs\t%s of %s%s\n", capacity.Count(pool.Units, "unit"), pool.Pool, most)
	}
	for _, r := range s.Raised {
		outcome := ""
		if r.Outcome != "" {
			outcome = ": " + string(r.Outcome)
		}
		fmt.Fprintf(table, "raised\t%s, its upper limit from %d to %d%s\n", r.Target, r.From, r.To, outcome)
	}
	if !s.Ready.IsZero() {
		fmt.Fprintf(table, "ready\tsince %s\n", s.Ready.In(s.Event.From.Location()).Format(time.RFC3339))
	}
	for _, text := range s.Findings {
		fmt.Fprintf(table, "finding\t%s\n", command.Escaped(text))
	}
	for _, text := range s.Notes {
		fmt.Fprintf(table, "note\t%s\n", command.Escaped(text))
	}
	return table.Flush()
}

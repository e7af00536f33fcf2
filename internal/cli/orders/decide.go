// Package orders is the commands by which persons decide: on plans, and on what is carried out.
package orders

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// Approve is `headroom approve`.
func Approve() *cobra.Command {
	return decisionCommand("approve", "Approves the plan that waits, by its ID", workflows.ApproveUpdate)
}

// Reject is `headroom reject`.
func Reject() *cobra.Command {
	return decisionCommand("reject", "Rejects the plan that waits, by its ID", workflows.RejectUpdate)
}

// decisionCommand lets a person decide on a plan that they have seen.
func decisionCommand(name, short, update string) *cobra.Command {
	var d workflows.Decision
	var asJSON bool
	c := &cobra.Command{
		Use:   name + " SERVICE PLAN-ID",
		Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("name the service and the plan that you have seen (`headroom status SERVICE` shows it): %w", command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			service := args[0]
			d.Plan = args[1]
			if err := session.Speaker(&d.By); err != nil {
				return err
			}
			s, err := session.Open(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer s.Temporal.Close()
			out := decided{Service: service, Plan: d.Plan}
			if err := s.Say(c.Context(), workflows.PlanID(service), update, &out.Decided, d); err != nil {
				return refusedDecision(service, err)
			}
			var lost error
			if out.Verdict == workflows.HandedOver {
				out.CarriedOut, lost = takenOver(c.Context(), s, service, d.Plan)
			}
			if asJSON {
				return errors.Join(command.PrintJSON(c.OutOrStdout(), out), lost)
			}
			fmt.Fprintf(c.OutOrStdout(), "plan %s of %s: %s\n", d.Plan, service, out.spoken())
			return lost
		},
	}
	c.Flags().StringVar(&d.By, "by", "", "who decides (default: the user who is logged in; where the workers verify tokens, whom the token names)")
	c.Flags().StringVar(&d.Why, "why", "", "the reason, kept with the plan")
	command.JSONFlag(c, &asJSON)
	return c
}

// takes is how long an approved plan may take until it is carried out before the answer
// says that it is not yet.
const takes = 30 * time.Second

// takenOver waits until an approved plan is carried out, or for a while: then it is not
// yet. It returns an error if the plan never will be, such as one that cannot be read.
func takenOver(ctx context.Context, s session.Session, service, plan string) (bool, error) {
	short, cancel := context.WithTimeout(ctx, takes)
	defer cancel()
	id := workflows.PlanID(service)
	err := s.Temporal.GetWorkflow(short, id, "").Get(short, nil)
	if err != nil && short.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, fmt.Errorf("plan %s is approved, and not carried out: %w", plan, session.Plain(id, err))
	}
	state, err := s.Conductor(ctx, service)
	return err == nil && state.Plan.ID == plan, nil
}

// spoken is what became of a plan, and who decided so.
func (d decided) spoken() string {
	by := command.Escaped(d.By)
	switch {
	case d.Verdict != workflows.HandedOver:
		return string(d.Verdict) + " by " + by
	case d.CarriedOut:
		return "approved by " + by + "; it is being carried out"
	}
	return "approved by " + by + "; it is not carried out yet: see `headroom status " + d.Service + "`"
}

// A decided is what became of a plan.
type decided struct {
	Service string
	Plan    string
	workflows.Decided
	// CarriedOut: it has been read, and is carried out.
	CarriedOut bool
}

// refusedDecision says why a decision did not count.
func refusedDecision(service string, err error) error {
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return fmt.Errorf("no plan of %q waits for a decision: %w", service, capacity.ErrRefused)
	}
	if text, ok := session.Refusal(err); ok {
		return capacity.Refusal(text)
	}
	return fmt.Errorf("the decision on the plan of %q is not confirmed, see `headroom status %s`: %w", service, service, session.Plain(workflows.PlanID(service), err))
}

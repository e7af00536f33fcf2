package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"

	"headroom/capacity"
	"headroom/workflows"
)

func approveCommand() *cobra.Command {
	return decisionCommand("approve", "Approves the plan that waits, by its ID", workflows.ApproveUpdate)
}

func rejectCommand() *cobra.Command {
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
				return fmt.Errorf("name the service and the plan that you have seen (`headroom status SERVICE` shows it): %w", errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			service := args[0]
			d.Plan = args[1]
			if err := speaker(&d.By); err != nil {
				return err
			}
			s, err := openSession(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer s.temporal.Close()
			var verdict workflows.PlanVerdict
			if err := s.update(c.Context(), workflows.PlanID(service), update, &verdict, d, s.token); err != nil {
				return refusedDecision(service, err)
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), decided{Service: service, Plan: d.Plan, Verdict: verdict})
			}
			fmt.Fprintf(c.OutOrStdout(), "plan %s of %s: %s\n", d.Plan, service, spoken(verdict, d.By))
			return nil
		},
	}
	c.Flags().StringVar(&d.By, "by", "", "who decides (default: the user who is logged in)")
	c.Flags().StringVar(&d.Why, "why", "", "the reason, kept with the plan")
	jsonFlag(c, &asJSON)
	return c
}

// spoken is what became of a plan, and who decided so.
func spoken(v workflows.PlanVerdict, by string) string {
	if v == workflows.HandedOver {
		return "approved by " + escaped(by) + "; execution started"
	}
	return string(v) + " by " + escaped(by)
}

// A decided is what became of a plan.
type decided struct {
	Service string
	Plan    string
	Verdict workflows.PlanVerdict
}

// refusedDecision says why a decision did not count.
func refusedDecision(service string, err error) error {
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return fmt.Errorf("no plan of %q waits for a decision: %w", service, capacity.ErrRefused)
	}
	if text, ok := refusal(err); ok {
		return capacity.Refusal(text)
	}
	return fmt.Errorf("the decision on the plan of %q is not confirmed, see `headroom status %s`: %w", service, service, err)
}

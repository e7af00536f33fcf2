package orders

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/app"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// Pause is `headroom pause`.
func Pause() *cobra.Command {
	var o executor.Order
	var lasts time.Duration
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "pause SERVICE | --all --why TEXT",
		Short: "Lets a service's targets be as they are until resume",
		Long: `Nothing is requested of the service's targets until resume, or until --for has
passed. What was requested is still verified. Newer plans and overrides are
accepted, and count afterwards; of actions that were due meanwhile the newest is
carried out. A pause belongs to the service: it is stored, and holds for every
later plan, also when no plan is carried out now. With --all it is every service
whose plan is carried out now. A service of which nothing is known is refused.`,
		Example: `  headroom pause chat --for 2h --why "a migration of the database"
  headroom pause --all --why "an incident in the region"`,
		Args: oneServiceOr(&all),
		RunE: func(c *cobra.Command, args []string) error {
			if err := session.Said(&o.By, o.Why); err != nil {
				return err
			}
			if lasts < 0 {
				return fmt.Errorf("--for %v: give a duration above 0: %w", lasts, command.ErrUsage)
			}
			return giveOrders(c, args, executor.PauseOrder, o, lasts, asJSON)
		},
	}
	session.ByFlags(c, &o.By, &o.Why)
	c.Flags().DurationVar(&lasts, "for", 0, "how long it is paused (default: until resume)")
	allFlag(c, &all, "every service whose plan is being carried out")
	command.JSONFlag(c, &asJSON)
	return c
}

// giveOrder sends an order and says that it counts.
func giveOrder(c *cobra.Command, service, update string, o executor.Order, lasts time.Duration, asJSON bool) error {
	if err := session.Speaker(&o.By); err != nil {
		return err
	}
	s, err := session.Open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return withStop(err, service, update)
	}
	defer s.Temporal.Close()
	o, zone, err := give(c.Context(), s, service, update, o, lasts)
	if err != nil {
		return withStop(err, service, update)
	}
	if asJSON {
		return command.PrintJSON(c.OutOrStdout(), o)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", update, service, DescribeOrder(o, zone))
	if update == executor.AbortOrder {
		if plan := waitingPlan(c.Context(), s, service); plan != "" {
			fmt.Fprintf(c.OutOrStdout(), "plan %s still awaits approval: `headroom reject %s %s --why \"…\"` ends that\n", plan, service, plan)
		}
	}
	return nil
}

// give sends an order to a service's conductor, and returns it as it counts: by whom the
// workers have verified. One that lasts ends on the conductor's clock.
func give(ctx context.Context, s session.Session, service, update string, o executor.Order, lasts time.Duration) (executor.Order, *time.Location, error) {
	state, err := s.Conductor(ctx, service)
	none := errors.Is(err, capacity.ErrRefused) && (update == executor.PauseOrder || update == executor.ResumeOrder)
	if update == executor.AbortOrder && (err == nil && state.Plan.ID == "" || errors.Is(err, capacity.ErrRefused)) {
		if plan := waitingPlan(ctx, s, service); plan != "" {
			err = fmt.Errorf("no plan of %q is being carried out; plan %s awaits approval: reject it with `headroom reject %s %s --why \"…\"`: %w", service, plan, service, plan, capacity.ErrRefused)
		}
	}
	if err != nil && !none {
		return o, time.UTC, err
	}
	zone := command.ZoneOf(state.Policy.Demand.Timezone)
	o.Name, o.At = update, session.ConductorNow(state).UTC()
	if lasts > 0 {
		o.Until = o.At.Add(lasts).Truncate(time.Second)
	}
	var by string
	if none {
		by, zone, err = orderFirst(ctx, s, service, update, o)
	} else {
		by, err = s.Order(ctx, service, update, o)
	}
	o.By = by
	return o, zone, err
}

// waitingPlan is the ID of the plan of a service that awaits approval; empty: none is known
// to.
func waitingPlan(ctx context.Context, s session.Session, service string) string {
	var result workflows.PlanResult
	if running, err := inforce.Ask(ctx, s, workflows.PlanID(service), false, &result); err != nil || !running || result.Verdict != workflows.Waiting {
		return ""
	}
	return result.Plan.Plan.ID
}

// withStop adds to an error of an order that cannot reach a run what stops changes all
// the same.
func withStop(err error, service, update string) error {
	if update != executor.PauseOrder && update != executor.AbortOrder || errors.Is(err, capacity.ErrRefused) || errors.Is(err, command.ErrUsage) {
		return err
	}
	settings, wrong := app.FromEnvironment(os.LookupEnv)
	if wrong != nil {
		return err
	}
	key, endpoint := capacity.StopAllKey, ""
	if service != "" {
		key = capacity.StopKey(service)
	}
	if settings.S3.Endpoint != "" {
		endpoint = " --endpoint-url " + settings.S3.Endpoint
	}
	return fmt.Errorf("%w; to stop changes without Temporal and workers, put an object into the bucket: `echo REASON | aws s3 cp - s3://%s/%s%s`", err, settings.Bucket, key, endpoint)
}

// DescribeOrder is an order in a line.
func DescribeOrder(o executor.Order, zone *time.Location) string {
	text := "by " + command.Escaped(o.By)
	if o.Override != "" {
		text = command.Escaped(o.Override) + ", " + text
	}
	if !o.Until.IsZero() {
		text += ", until " + o.Until.In(zone).Format(command.Moment)
	}
	if o.Why != "" {
		text += ": " + command.Escaped(o.Why)
	}
	return text
}

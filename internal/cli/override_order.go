package cli

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// order gives a service's conductor an order, and waits until it counts.
func (s session) order(ctx context.Context, service, update string, in any) error {
	err := s.update(ctx, workflows.ExecuteID(service), update, nil, in, s.token)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return nobodyConducts(service)
	}
	if refused := refusedOrder(err); refused != nil {
		return refused
	}
	return fmt.Errorf("%s %q is not confirmed, see `headroom status %s`: %w", update, service, service, err)
}

// errNotPaused is the refusal to resume a service that is not paused.
var errNotPaused = errors.New("not paused")

// refusedOrder is the error of an order that was refused; nil: it was not.
func refusedOrder(err error) error {
	text, refused := refusal(err)
	if !refused {
		return nil
	}
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.Type() == workflows.NotPaused {
		return notPaused{capacity.Refusal(text)}
	}
	return capacity.Refusal(text)
}

// notPaused is an errNotPaused, which is a refusal.
type notPaused struct{ error }

// Unwrap implements [errors.Unwrap].
func (e notPaused) Unwrap() []error { return []error{e.error, errNotPaused} }

// refusal is why an update was refused: because it does not fit what is under way,
// or because the policy does not let the speaker. Anything else that went wrong is
// none.
func refusal(err error) (text string, refused bool) {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	_, broken := errors.AsType[*temporal.ActivityError](err)
	if !ok || broken && !failure.Is(err, capacity.ErrRefused) {
		return "", false
	}
	return app.Message(), true
}

// conductor is what the service's conductor knows. It returns ErrRefused if none
// runs, since nobody could take an order.
func (s session) conductor(ctx context.Context, service string) (executor.State, error) {
	var state executor.State
	d, err := s.temporal.DescribeWorkflow(ctx, workflows.ExecuteID(service), "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none || err == nil && d.WorkflowCloseTime != nil {
		return state, nobodyConducts(service)
	}
	if err != nil {
		return state, fmt.Errorf("ask Temporal about %s: %w", workflows.ExecuteID(service), err)
	}
	return state, s.query(ctx, workflows.ExecuteID(service), &state)
}

func nobodyConducts(service string) error {
	return fmt.Errorf("no plan of %q is being carried out: make one with `headroom plan %s`: %w", service, service, capacity.ErrRefused)
}

// conductorNow is the time on the conductor's clock.
func conductorNow(state executor.State) time.Time { return state.Clock.Now(time.Now()) }

// byFlags are who says something, and why.
func byFlags(c *cobra.Command, by, why *string) {
	c.Flags().StringVar(by, "by", "", "who says so (default: the user who is logged in)")
	c.Flags().StringVar(why, "why", "", "the reason, kept with the conductor")
}

// said fills in who speaks, and wants a reason.
func said(by *string, why string) error {
	if why == "" {
		return fmt.Errorf("say --why: %w", errUsage)
	}
	return speaker(by)
}

// speaker is who speaks if nobody was named: the user who is logged in.
func speaker(by *string) error {
	if *by != "" {
		return nil
	}
	u, err := user.Current()
	if err != nil {
		return fmt.Errorf("find out who speaks: %w: say --by: %w", err, errUsage)
	}
	*by = u.Username
	return nil
}

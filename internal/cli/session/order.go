package session

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
	"headroom/internal/cli/command"
	"headroom/workflows"
)

// Order gives a service's conductor an order, and waits until it counts. It returns who has
// given it, as the workers have verified.
func (s Session) Order(ctx context.Context, service, update string, in any) (by string, err error) {
	err = s.Say(ctx, workflows.ExecuteID(service), update, &by, in)
	if err == nil {
		return by, nil
	}
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return "", nobodyConducts(service)
	}
	if refused := RefusedOrder(err); refused != nil {
		return "", refused
	}
	return "", fmt.Errorf("%s %q is not confirmed, see `headroom status %s`: %w", update, service, service, Plain(workflows.ExecuteID(service), err))
}

// ErrNotPaused is the refusal to resume a service that is not paused.
var ErrNotPaused = errors.New("not paused")

// RefusedOrder is the error of an order that was refused; nil: it was not.
func RefusedOrder(err error) error {
	text, refused := Refusal(err)
	if !refused {
		return nil
	}
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.Type() == workflows.NotPaused {
		return notPaused{capacity.Refusal(text)}
	}
	return capacity.Refusal(text)
}

// notPaused is an ErrNotPaused, which is a refusal.
type notPaused struct{ error }

// Unwrap implements [errors.Unwrap].
func (e notPaused) Unwrap() []error { return []error{e.error, ErrNotPaused} }

// Refusal is why an update was refused: because it does not fit what is under way,
// or because the policy does not let the speaker. Anything else that went wrong is
// none.
func Refusal(err error) (text string, refused bool) {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	_, broken := errors.AsType[*temporal.ActivityError](err)
	if !ok || broken && !failure.Is(err, capacity.ErrRefused) && app.Message() != encoded {
		return "", false
	}
	if app.Message() == encoded {
		return sealedAnswer, true
	}
	return app.Message(), true
}

// Conductor is what the service's conductor knows. It returns ErrRefused if none
// runs, since nobody could take an order.
func (s Session) Conductor(ctx context.Context, service string) (executor.State, error) {
	var state executor.State
	d, err := s.Temporal.DescribeWorkflow(ctx, workflows.ExecuteID(service), "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none || err == nil && d.WorkflowCloseTime != nil {
		return state, nobodyConducts(service)
	}
	if err != nil {
		return state, fmt.Errorf("ask Temporal about %s: %w", workflows.ExecuteID(service), err)
	}
	return state, s.Query(ctx, workflows.ExecuteID(service), &state)
}

func nobodyConducts(service string) error {
	return fmt.Errorf("no plan of %q is being carried out: make one with `headroom plan %s`: %w", service, service, capacity.ErrRefused)
}

// ConductorNow is the time on the conductor's clock.
func ConductorNow(state executor.State) time.Time { return state.Clock.Now(time.Now()) }

// ByFlags are who says something, and why.
func ByFlags(c *cobra.Command, by, why *string) {
	c.Flags().StringVar(by, "by", "", "who says so (default: the user who is logged in; where the workers verify tokens, whom the token names)")
	c.Flags().StringVar(why, "why", "", "the reason, kept with the conductor")
}

// Said fills in who speaks, and wants a reason.
func Said(by *string, why string) error {
	if why == "" {
		return fmt.Errorf("say --why: %w", command.ErrUsage)
	}
	return Speaker(by)
}

// Speaker is who speaks if nobody was named: the user who is logged in.
func Speaker(by *string) error {
	if *by != "" {
		return nil
	}
	u, err := user.Current()
	if err != nil {
		return fmt.Errorf("find out who speaks: %w: say --by: %w", err, command.ErrUsage)
	}
	*by = u.Username
	return nil
}

// Token proves who speaks, for one request, see [app.Token.For].
func (s Session) Token(id, operation string) (string, error) { return s.token.For(id, operation) }

// Caller is who starts a run of a workflow of a type: the user who is logged in, and the
// token that proves who they are.
func (s Session) Caller(id, workflowType string) (c workflows.Caller, err error) {
	if c.Token, err = s.Token(id, workflowType); err != nil {
		return c, err
	}
	return c, Speaker(&c.By)
}

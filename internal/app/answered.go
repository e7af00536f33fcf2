package app

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/internal/diagnose"
)

// unanswered is the type of the error of an activity that called a run that is stuck.
const unanswered = "Unanswered"

// callsAgain is when an activity calls a run again that is stuck.
const callsAgain = time.Minute

// examiner finds out why runs do not answer.
func examiner(s Settings, c client.Client) diagnose.Examiner {
	sealed := s.Temporal
	s.Keys.Seal(&sealed)
	return diagnose.Examiner{Temporal: c, Namespace: s.Temporal.Namespace, Converter: sealed.DataConverter}
}

// answered makes a call to a run, and returns its error. If the run is stuck, the error
// says why and what to do about it, and that the activity is to call again later.
func answered(ctx context.Context, examine diagnose.Examiner, id string, call func(context.Context) error) error {
	err := examine.Call(ctx, id, call)
	if stuck, ok := errors.AsType[diagnose.Unanswered](err); ok {
		return temporal.NewApplicationErrorWithOptions(stuck.Error(), unanswered, temporal.ApplicationErrorOptions{NextRetryDelay: callsAgain})
	}
	return err
}

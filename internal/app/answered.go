package app

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/internal/diagnose"
)

// unanswered is the type of the error of an activity that called a run that is stuck.
const unanswered = "Unanswered"

const (
	// answers is how long a run may take to answer a call before it is examined why
	// it does not.
	answers = 5 * time.Second
	// callsAgain is when an activity calls a run again that is stuck.
	callsAgain = time.Minute
)

// examiner finds out why runs do not answer.
func examiner(s Settings, c client.Client) diagnose.Examiner {
	sealed := s.Temporal
	s.Keys.Seal(&sealed)
	return diagnose.Examiner{Temporal: c, Namespace: s.Temporal.Namespace, Converter: sealed.DataConverter}
}

// answered makes a call to a run, and returns its error. If the run is stuck, the call
// is ended, and the error says why and what to do about it.
func answered(ctx context.Context, examine diagnose.Examiner, id string, call func(context.Context) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call(waiting) }()
	look := time.NewTicker(answers)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-look.C:
		}
		why, err := examine.Run(ctx, id, "", nil)
		if err == nil && why.Stuck() {
			text := fmt.Sprintf("%s does not answer: %s", id, why.Text)
			return temporal.NewApplicationErrorWithOptions(text, unanswered, temporal.ApplicationErrorOptions{NextRetryDelay: callsAgain})
		}
	}
}

package diagnose

import (
	"context"
	"fmt"
	"time"
)

// Answers is how long a run may take to answer a call before it is examined why it does
// not.
const Answers = 5 * time.Second

// Unanswered is the error of a call to a run that does not answer before somebody does
// something.
type Unanswered struct {
	ID      string // the workflow's
	Finding Finding
}

// Error implements error.
func (u Unanswered) Error() string {
	return fmt.Sprintf("%s does not answer: %s", u.ID, u.Finding.Text)
}

// Call makes a call to the latest run of a workflow, and returns its error. If the run is
// stuck, the call is ended, and the error is an [Unanswered].
func (e Examiner) Call(ctx context.Context, id string, call func(context.Context) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call(waiting) }()
	look := time.NewTicker(Answers)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-look.C:
			if why, err := e.Run(ctx, id, "", nil); err == nil && why.Stuck() {
				return Unanswered{id, why}
			}
		}
	}
}

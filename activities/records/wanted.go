package records

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"
)

// Wanted tells Temporal what an attempt has found, and returns an error if the run no
// longer waits for it, because it was ended or the attempt timed out: a target is asked
// for nothing then, since another run may be asking it already. It is called right before
// a target is written to. A heartbeat alone is sent later and returns no error.
func (r Records) Wanted(ctx context.Context, found ...any) error {
	if len(found) > 0 {
		activity.RecordHeartbeat(ctx, found...) // is repeated while the attempt lasts
	}
	if r.Heartbeat == nil {
		return nil
	}
	if err := r.Heartbeat(ctx, found...); err != nil {
		return fmt.Errorf("see whether the run still waits for %s: %w", activity.GetInfo(ctx).ActivityType.Name, err)
	}
	return nil
}

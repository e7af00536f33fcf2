package show

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"headroom/activities/planning"
	"headroom/audit"
	"headroom/capacity"
)

// asRecorded makes sure that a stored plan is the one that the audit recorded when it was
// made. It returns ErrBadData if it is not. Where the audit has let that record go, it
// says on stderr that nothing vouches for the plan.
func asRecorded(ctx context.Context, store capacity.Store, stderr io.Writer, service, id string) error {
	data, _, err := store.Get(ctx, capacity.PlanKey(service, id, "plan.json"))
	if err != nil {
		return err
	}
	for r, err := range audit.Read(ctx, store, service) {
		if errors.Is(err, capacity.ErrNotFound) {
			break
		}
		if err != nil {
			return err
		}
		if r.Kind != audit.Planned || r.Plan != id {
			continue
		}
		var facts planning.PlanFacts
		if err := json.Unmarshal(r.Facts, &facts); err != nil {
			return fmt.Errorf("read record %d of the audit: %w: %w", r.Sequence, err, capacity.ErrBadData)
		}
		if err := facts.Plan.Check(data); err != nil {
			return fmt.Errorf("plan %s of %s is not the one that record %d of the audit names, so that it is not shown: make a new one with `headroom plan %s`: %w", id, service, r.Sequence, service, err)
		}
		return nil
	}
	fmt.Fprintf(stderr, "the audit of %s has no record of plan %s any more: whether it is as it was made is not known\n", service, id)
	return nil
}

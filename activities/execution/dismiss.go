package execution

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
)

// DismissInput names a service whose policy is gone, and says why.
type DismissInput struct {
	Service string
	Why     string
}

// Dismissed is what a conductor knew when it was aborted.
type Dismissed struct {
	Ran    bool // false: no conductor ran, and all else is zero
	Policy capacity.Policy
	Clock  capacity.Clock
	Plan   capacity.PlanRef
	At     time.Time // when it was aborted, on its clock
	// Keep, if not empty, says why the targets are to be left exactly as they
	// are: a person has paused or aborted.
	Keep string
}

// StandDown is Dismiss as a step of a workflow. The targets still belong to the
// service, since safe sizes are yet to be requested: the activity Witness releases
// them with the record of the retirement.
func (a *Execution) StandDown(ctx context.Context, in DismissInput) (out Dismissed, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	return a.Conductor.Decommission(ctx, in)
}

// SafeSizesInput names the plan that was being carried out, and until when, on
// its clock.
type SafeSizesInput struct {
	Policy capacity.Policy
	Plan   capacity.PlanRef
	At     time.Time
}

// SafeSizes is what each pool is to run when nobody plans any more: the most that
// its last plan asks for from then until it ends, or in its last day if it has ended.
// What runs already is not taken away. Where a freeze denies raises, there are none.
func (a *Execution) SafeSizes(ctx context.Context, in SafeSizesInput) (out []capacity.Action, err error) {
	defer failure.Cross(&err)
	if in.Policy.Control.Freeze.DeniesRaise(in.At) {
		return nil, nil
	}
	var stored pipeline.StoredPlan
	if err := a.Records.GetJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return nil, err
	}
	from := in.At
	if end := stored.Plan.End(); !from.Before(end) {
		from = end.Add(-lastDay)
	}
	for _, pool := range stored.Plan.Pools {
		most := mostFrom(stored.Plan, pool, from)
		out = append(out, capacity.Action{
			ID: fmt.Sprintf("%s/%s/retire", in.Plan.ID, pool.Pool), Target: pool.Target, At: in.At, Due: in.At, Units: most,
			Why: fmt.Sprintf("nobody plans %s any more: at least %s, the most that plan %s asks for until %s", in.Policy.Service, capacity.Count(most, "unit"), in.Plan.ID, in.Plan.End.UTC().Format(time.RFC3339)),
		})
	}
	return out, nil
}

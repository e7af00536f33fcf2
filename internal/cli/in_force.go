package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"

	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/diagnose"
	"headroom/pipeline"
	"headroom/workflows"
)

// inForce are the plans of a service that count: what Temporal says of them, and
// not which was made last.
type inForce struct {
	CarriedOut *planStatus // nil: none is
	Waiting    *planStatus // for approval; nil: none does
	Last       *planStatus // of those that are neither, the one known best; nil: there is none
	Troubles   []string    // why something is not known
	Stopped    string      // why the store stops all changes; empty: it does not
	Stored     storedOrders
	Ended      *endedRun // nil: a run is there, or none ever was

	// silent is why a run did not answer, in short; empty: all did.
	silent    diagnose.Cause
	conductor *executor.Status // that runs; nil: none does
	clock     capacity.Clock
	timezone  string
}

// A planStatus is a plan and where it stands.
type planStatus struct {
	ID        string
	Made, End time.Time
	Standing  capacity.Standing
}

func statusOf(p capacity.PlanRef, s capacity.Standing) *planStatus {
	return &planStatus{ID: p.ID, Made: p.Now, End: p.End, Standing: s}
}

// A shownPlan is a plan that a command shows if no other is asked for, and what it
// is to the service.
type shownPlan struct {
	ID string
	Is string
}

// What a plan is to its service.
const (
	isCarriedOut = "carried out"
	isWaiting    = "awaiting approval"
)

// shown are the plans to show: the one that is carried out and the one that waits,
// or else the last one.
func (f inForce) shown() []shownPlan {
	var all []shownPlan
	if f.CarriedOut != nil {
		all = append(all, shownPlan{f.CarriedOut.ID, isCarriedOut})
	}
	if f.Waiting != nil {
		all = append(all, shownPlan{f.Waiting.ID, isWaiting})
	}
	if len(all) == 0 && f.Last != nil {
		is := f.Last.Standing.Verdict
		if is == "" {
			is = "made last, not carried out"
		}
		all = append(all, shownPlan{f.Last.ID, is})
	}
	return all
}

// inForce asks which plans of a service count. What does not answer, because no
// worker runs, is no reason to say nothing of the rest.
func (s session) inForce(ctx context.Context, service string) (f inForce, err error) {
	var ended *executor.Status
	var result workflows.PlanResult
	running, err := s.ask(ctx, workflows.ExecuteID(service), true, &ended)
	runs := running
	switch {
	case err != nil:
		f.miss(err)
	case running:
		f.conductor, ended = ended, nil
		if f.conductor.Plan.ID != "" {
			f.CarriedOut = statusOf(f.conductor.Plan, f.conductor.Standing)
		}
		f.timezone = f.conductor.Policy.Demand.Timezone
	case ended != nil && ended.Plan.ID != "":
		f.Last = statusOf(ended.Plan, ended.Standing)
		f.timezone, f.clock = ended.Policy.Demand.Timezone, ended.Clock
	}
	running, err = s.ask(ctx, workflows.PlanID(service), false, &result)
	switch {
	case err != nil:
		f.miss(err)
	case running && result.Verdict == workflows.Waiting:
		f.Waiting = statusOf(result.Plan.Plan, capacity.Standing{Verdict: string(result.Verdict), Why: result.Why, At: result.Plan.Plan.Now, Expires: result.Expires})
	}
	if err := s.lastPlan(ctx, service, &f); err != nil {
		return f, err
	}
	if f.Stopped, err = (records.Records{Store: s.store}).Stopped(ctx, service); err != nil {
		return f, err
	}
	if f.conductor != nil {
		return f, nil
	}
	if f.Stored, err = s.storedOrders(ctx, service); err != nil {
		return f, err
	}
	f.Stored = f.Stored.at(f.clock.Now(time.Now()))
	if f.Ended, err = s.endedRun(ctx, service); err != nil {
		return f, err
	}
	if !runs {
		f.withoutRun()
	}
	return f, s.readZone(ctx, service, &f)
}

// readZone reads the zone of a service that no run knows from its plan.
func (s session) readZone(ctx context.Context, service string, f *inForce) error {
	plan := f.Waiting
	if plan == nil {
		plan = f.Last
	}
	if plan == nil || f.timezone != "" {
		return nil
	}
	stored, err := readIfThere[pipeline.StoredPlan](ctx, s.store, capacity.PlanKey(service, plan.ID, "plan.json"))
	if err == nil && stored != nil {
		f.timezone = stored.Policy.Demand.Timezone
	}
	if errors.Is(err, capacity.ErrBadData) { // the times are in UTC then
		err = nil
	}
	return err
}

// now is the time on the service's clock.
func (f inForce) now() time.Time {
	if f.conductor != nil {
		return conductorNow(f.conductor.State)
	}
	return f.clock.Now(time.Now())
}

// miss keeps why something is not known.
func (f *inForce) miss(err error) {
	f.Troubles = append(f.Troubles, err.Error())
	if e, ok := errors.AsType[errUnanswered](err); ok && f.silent == "" {
		f.silent = e.why.Cause
	}
}

// lastPlan finds the plan that was made last, if it is newer than the one that was
// carried out last.
func (s session) lastPlan(ctx context.Context, service string, f *inForce) error {
	made, err := readIfThere[capacity.PlanRef](ctx, s.store, capacity.CurrentPlanKey(service))
	if err != nil || made == nil || f.CarriedOut != nil || f.Waiting != nil || f.Last != nil && !f.Last.Made.Before(made.Now) {
		return err
	}
	f.Last = statusOf(*made, capacity.Standing{})
	standing, err := readIfThere[capacity.Standing](ctx, s.store, capacity.PlanKey(service, made.ID, planning.StandingPart))
	if err == nil && standing != nil {
		f.Last.Standing = *standing
	}
	if errors.Is(err, capacity.ErrBadData) { // it is there for people only
		err = nil
	}
	return err
}

// ask queries the latest run of a workflow, of those that have ended only where that
// is wanted. It reports whether the run is under way.
func (s session) ask(ctx context.Context, id string, ended bool, out any) (running bool, err error) {
	d, err := s.temporal.DescribeWorkflow(ctx, id, "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	if running = d.WorkflowCloseTime == nil; !running && !ended {
		return false, nil
	}
	if err = s.query(ctx, id, out); err != nil && !running {
		return false, nil // what has ended is told for completeness only
	}
	return running, err
}

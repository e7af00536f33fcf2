// Package inforce finds out which plans and orders of a service are in force.
package inforce

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
	"headroom/internal/cli/session"
	"headroom/internal/diagnose"
	"headroom/pipeline"
	"headroom/workflows"
)

// InForce are the plans of a service that count: what Temporal says of them, and
// not which was made last.
type InForce struct {
	CarriedOut *PlanStatus // nil: none is
	Waiting    *PlanStatus // for approval; nil: none does
	Last       *PlanStatus // of those that are neither, the one known best; nil: there is none
	Troubles   []string    // why something is not known
	Stopped    string      // why the store stops all changes; empty: it does not
	Stored     StoredOrders
	Ended      *EndedRun // nil: a run is there, or none ever was

	// silent is why a run did not answer, in short; empty: all did.
	Silent    diagnose.Cause
	Conductor *executor.Status // that runs; nil: none does
	Clock     capacity.Clock
	Timezone  string
}

// A PlanStatus is a plan and where it stands.
type PlanStatus struct {
	ID        string
	Made, End time.Time
	Standing  capacity.Standing
}

func statusOf(p capacity.PlanRef, s capacity.Standing) *PlanStatus {
	return &PlanStatus{ID: p.ID, Made: p.Now, End: p.End, Standing: s}
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
	IsWaiting    = "awaiting approval"
)

// shown are the plans to show: the one that is carried out and the one that waits,
// or else the last one.
func (f InForce) shown() []shownPlan {
	var all []shownPlan
	if f.CarriedOut != nil {
		all = append(all, shownPlan{f.CarriedOut.ID, isCarriedOut})
	}
	if f.Waiting != nil {
		all = append(all, shownPlan{f.Waiting.ID, IsWaiting})
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

// Read asks which plans of a service count. What does not answer, because no
// worker runs, is no reason to say nothing of the rest.
func Read(ctx context.Context, s session.Session, service string) (f InForce, err error) {
	var ended *executor.Status
	var result workflows.PlanResult
	running, err := Ask(ctx, s, workflows.ExecuteID(service), true, &ended)
	runs := running
	switch {
	case err != nil:
		f.miss(err)
	case running:
		f.Conductor, ended = ended, nil
		if f.Conductor.Plan.ID != "" {
			f.CarriedOut = statusOf(f.Conductor.Plan, f.Conductor.Standing)
		}
		f.Timezone = f.Conductor.Policy.Demand.Timezone
	case ended != nil && ended.Plan.ID != "":
		f.Last = statusOf(ended.Plan, ended.Standing)
		f.Timezone, f.Clock = ended.Policy.Demand.Timezone, ended.Clock
	}
	running, err = Ask(ctx, s, workflows.PlanID(service), false, &result)
	switch {
	case err != nil:
		f.miss(err)
	case running && result.Verdict == workflows.Waiting:
		f.Waiting = statusOf(result.Plan.Plan, capacity.Standing{Verdict: string(result.Verdict), Why: result.Why, At: result.Plan.Plan.Now, Expires: result.Expires})
	}
	if err := lastPlan(ctx, s, service, &f); err != nil {
		return f, err
	}
	if f.Stopped, err = (records.Records{Store: s.Store}).Stopped(ctx, service); err != nil {
		return f, err
	}
	if f.Conductor != nil {
		return f, nil
	}
	if f.Stored, err = ReadOrders(ctx, s, service); err != nil {
		return f, err
	}
	f.Stored = f.Stored.at(f.Clock.Now(time.Now()))
	if f.Ended, err = endedRun(ctx, s, service); err != nil {
		return f, err
	}
	if !runs {
		f.WithoutRun()
	}
	return f, readZone(ctx, s, service, &f)
}

// readZone reads the zone of a service that no run knows from its plan.
func readZone(ctx context.Context, s session.Session, service string, f *InForce) error {
	plan := f.Waiting
	if plan == nil {
		plan = f.Last
	}
	if plan == nil || f.Timezone != "" {
		return nil
	}
	stored, err := session.ReadIfThere[pipeline.StoredPlan](ctx, s.Store, capacity.PlanKey(service, plan.ID, "plan.json"))
	if err == nil && stored != nil {
		f.Timezone = stored.Policy.Demand.Timezone
	}
	if errors.Is(err, capacity.ErrBadData) { // the times are in UTC then
		err = nil
	}
	return err
}

// Now is the time on the service's clock.
func (f InForce) Now() time.Time {
	if f.Conductor != nil {
		return session.ConductorNow(f.Conductor.State)
	}
	return f.Clock.Now(time.Now())
}

// miss keeps why something is not known.
func (f *InForce) miss(err error) {
	f.Troubles = append(f.Troubles, err.Error())
	if e, ok := errors.AsType[diagnose.Unanswered](err); ok && f.Silent == "" {
		f.Silent = e.Finding.Cause
	}
}

// lastPlan finds the plan that was made last, if it is newer than the one that was
// carried out last.
func lastPlan(ctx context.Context, s session.Session, service string, f *InForce) error {
	made, err := session.ReadIfThere[capacity.PlanRef](ctx, s.Store, capacity.CurrentPlanKey(service))
	if err != nil || made == nil || f.CarriedOut != nil || f.Waiting != nil || f.Last != nil && !f.Last.Made.Before(made.Now) {
		return err
	}
	f.Last = statusOf(*made, capacity.Standing{})
	standing, err := session.ReadIfThere[capacity.Standing](ctx, s.Store, capacity.PlanKey(service, made.ID, planning.StandingPart))
	if err == nil && standing != nil {
		f.Last.Standing = *standing
	}
	if errors.Is(err, capacity.ErrBadData) { // it is there for people only
		err = nil
	}
	return err
}

// Ask queries the latest run of a workflow, of those that have ended only where that
// is wanted. It reports whether the run is under way.
func Ask(ctx context.Context, s session.Session, id string, ended bool, out any) (running bool, err error) {
	d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	if running = d.WorkflowCloseTime == nil; !running && !ended {
		return false, nil
	}
	if err = s.Query(ctx, id, out); err != nil && !running {
		return false, nil // what has ended is told for completeness only
	}
	return running, err
}

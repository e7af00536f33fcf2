package policies

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headroom/activities/failure"
	"headroom/audit"
	"headroom/capacity"
)

// A Schedule is what starts a run again and again.
type Schedule struct {
	ID      string
	Service string // by whose name the run is admitted
	Start   string // the workflow ID of its runs, without the time
	Order   any    // what they are started with, without a caller
}

// Name is the name under which the runs of a schedule are on record.
func (s Schedule) Name() string { return "schedule " + s.ID }

// SchedulePrefix begins the IDs of schedules: the name of the service follows, a slash, and
// what is due.
const SchedulePrefix = "headroom/"

// FleetStart begins the workflow IDs of runs over all services.
const FleetStart = "fleet/"

// SignInput is schedules that somebody wants.
type SignInput struct {
	By        string `json:",omitempty"` // as the caller says
	Token     string `json:",omitempty"` // that proves it
	ID        string `json:",omitempty"` // names the request; the workflow fills it in
	Schedules []Schedule
}

// SignSchedules signs the runs that schedules will start, if the policy in force of each
// service lets the caller plan; those over all services are for owners. It records who has
// them made. The proofs are in the order of the schedules, and empty without a key. It
// returns ErrRefused, and signs nothing, if the caller may not; then the audit holds that
// they tried.
func (a *Policies) SignSchedules(ctx context.Context, in SignInput) (proofs []string, err error) {
	defer failure.Cross(&err)
	made := map[string][]string{}
	var services []string
	var who capacity.Identity
	for _, s := range in.Schedules {
		if made[s.Service] = append(made[s.Service], s.ID); slices.Contains(services, s.Service) && !strings.HasPrefix(s.Start, FleetStart) {
			continue
		}
		services = append(services, s.Service)
		if who, err = a.admitSchedule(ctx, in, s); err != nil {
			return nil, err
		}
	}
	slices.Sort(services)
	for _, service := range slices.Compact(services) {
		err := a.Records.Append(ctx, audit.Record{
			Service: service, ID: "started/" + in.ID, At: a.Records.Now(), Kind: audit.Started, By: who.Name,
			Text: fmt.Sprintf("%s: have the schedules made of %s", who.Name, strings.Join(made[service], ", ")),
		}, nil)
		if err != nil {
			return nil, err
		}
	}
	for _, s := range in.Schedules {
		proof, err := a.Identifier.SignStart(ctx, s)
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, proof)
	}
	return proofs, nil
}

// admitSchedule asks whether the caller may have a schedule made.
func (a *Policies) admitSchedule(ctx context.Context, in SignInput, s Schedule) (who capacity.Identity, err error) {
	wish := AdmitInput{
		ID: in.ID, Service: s.Service, At: a.Records.Now(), By: in.By, Token: in.Token,
		Wish: capacity.Wish{Permission: capacity.MayPlan}, Text: "have the schedule " + s.ID + " made",
	}
	fleet, whose := strings.HasPrefix(s.Start, FleetStart), s.Service
	if fleet {
		whose = capacity.AllServices
	}
	// Its runs are on record under its ID.
	if what, own := strings.CutPrefix(s.ID, SchedulePrefix+whose+"/"); !own || !capacity.IsName(what) {
		return who, fmt.Errorf("%.80q is no ID of a schedule of %.80q: %w", s.ID, whose, capacity.ErrRefused)
	}
	if !fleet {
		return a.Admit(ctx, wish)
	}
	if who, err = a.Identifier.Identify(ctx, wish); err == nil && !a.Access.owns(who) {
		err = fmt.Errorf("a schedule over all services is for an owner, whom HEADROOM_OWNERS of the workers names, and %s is none: %w", who.Name, capacity.ErrRefused)
	}
	return who, a.onRecord(ctx, wish, who, nil, err)
}

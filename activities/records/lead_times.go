package records

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/planner/leadtime"
)

// LeadTimes reads how long past raises of a service's targets took; none is no
// error.
func (r Records) LeadTimes(ctx context.Context, service string) (leadtime.Log, string, error) {
	return Read[leadtime.Log](ctx, r, service, capacity.LeadTimesKey(service))
}

// KeepLeadTimes keeps how long the raises among outcomes took, for later plans.
func (r Records) KeepLeadTimes(ctx context.Context, service string, outcomes []capacity.Outcome) error {
	if len(leadtime.Log(nil).Add(outcomes...)) == 0 {
		return nil
	}
	log, version, err := r.LeadTimes(ctx, service)
	if err != nil {
		return err
	}
	longer := log.Add(outcomes...)
	if slices.Equal(log, longer) {
		return nil
	}
	return r.SwapJSON(ctx, capacity.LeadTimesKey(service), longer, version)
}

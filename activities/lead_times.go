package activities

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/planner/leadtime"
)

// leadTimes reads how long past raises of a service's targets took; none is no
// error.
func (a *Activities) leadTimes(ctx context.Context, service string) (leadtime.Log, string, error) {
	return swapped[leadtime.Log](ctx, a, service, capacity.LeadTimesKey(service))
}

// remember keeps how long the raises among outcomes took, for later plans.
func (a *Activities) remember(ctx context.Context, service string, outcomes []capacity.Outcome) error {
	if len(leadtime.Log(nil).Add(outcomes...)) == 0 {
		return nil
	}
	log, version, err := a.leadTimes(ctx, service)
	if err != nil {
		return err
	}
	longer := log.Add(outcomes...)
	if slices.Equal(log, longer) {
		return nil
	}
	return a.swapJSON(ctx, capacity.LeadTimesKey(service), longer, version)
}

package activities

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/planner/unitrate"
)

// unitRates reads the unit rates that were last learnt for a service's pools, and
// the version that replacing them asks for; none is no error.
func (a *Activities) unitRates(ctx context.Context, service string) (unitrate.Log, string, error) {
	return swapped[unitrate.Log](ctx, a, service, capacity.UnitRatesKey(service))
}

// keepUnitRates keeps the unit rates that a plan learnt, for later plans that
// cannot learn them.
func (a *Activities) keepUnitRates(ctx context.Context, service string, learnt unitrate.Log) error {
	if len(learnt) == 0 {
		return nil
	}
	log, version, err := a.unitRates(ctx, service)
	if err != nil {
		return err
	}
	kept := log
	for _, one := range learnt {
		kept = kept.With(one)
	}
	if slices.Equal(log, kept) {
		return nil
	}
	return a.swapJSON(ctx, capacity.UnitRatesKey(service), kept, version)
}

// unread is why a column could not be read, as text that has crossed an activity.
type unread string

// Error implements error.
func (u unread) Error() string { return string(u) }

// Is reports that the column is what is wrong, and not the moment.
func (unread) Is(target error) bool { return target == capacity.ErrBadData }

package records

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/planner/unitrate"
)

// UnitRates reads the unit rates that were last learnt for a service's pools, and
// the version that replacing them asks for; none is no error.
func (r Records) UnitRates(ctx context.Context, service string) (unitrate.Log, string, error) {
	return Read[unitrate.Log](ctx, r, service, capacity.UnitRatesKey(service))
}

// KeepUnitRates keeps the unit rates that a plan learnt, for later plans that
// cannot learn them.
func (r Records) KeepUnitRates(ctx context.Context, service string, learnt unitrate.Log) error {
	if len(learnt) == 0 {
		return nil
	}
	log, version, err := r.UnitRates(ctx, service)
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
	return r.SwapJSON(ctx, capacity.UnitRatesKey(service), kept, version)
}

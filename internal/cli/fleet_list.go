package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"headroom/activities/fleet"
	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/workflows"
)

// members are the services of a fleet under the policies that were put in force; none:
// under whichever are in force when they are worked on.
func members(all []capacity.Policy, applied []policies.PutResult) (list fleet.List) {
	for i, p := range all {
		m := fleet.Member{Service: p.Service}
		if applied != nil {
			m.PolicyHash = applied[i].Hash
		}
		list.Services = append(list.Services, m)
	}
	return list
}

// putFleet stores the services of a fleet under the hash of what they are.
func putFleet(ctx context.Context, store capacity.Store, list fleet.List) (capacity.Ref, error) {
	ref, data, err := fleetRef(list)
	if err != nil {
		return ref, err
	}
	return store.Put(ctx, ref.Key, data)
}

// fleetRef is where the services of a fleet are stored, and as what.
func fleetRef(list fleet.List) (capacity.Ref, []byte, error) {
	data, err := json.Marshal(list)
	if err != nil {
		return capacity.Ref{}, nil, fmt.Errorf("encode %s: %w", capacity.Count(len(list.Services), "service"), err)
	}
	return capacity.RefTo(capacity.FleetListKey(capacity.RefTo("", data).SHA256), data), data, nil
}

// tellFleet says on a terminal how far a run is.
func tellFleet(ctx context.Context, s session, id string, bar *progress) {
	if !bar.drawn() {
		return
	}
	var now workflows.FleetState
	if value, err := s.temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery); err == nil && value.Get(&now) == nil {
		bar.reach(now.Done, now.Services, "services")
	}
}

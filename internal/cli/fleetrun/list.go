// Package fleetrun is what every run over a fleet needs: its stored list, quotas and budgets, and
// how far it is.
package fleetrun

import (
	"context"
	"encoding/json"
	"fmt"

	"headroom/activities/fleet"
	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// Members are the services of a fleet under the policies that were put in force; none:
// under whichever are in force when they are worked on.
func Members(all []capacity.Policy, applied []policies.PutResult) (list fleet.List) {
	for i, p := range all {
		m := fleet.Member{Service: p.Service}
		if applied != nil {
			m.PolicyHash = applied[i].Hash
		}
		list.Services = append(list.Services, m)
	}
	return list
}

// PutFleet stores the services of a fleet under the hash of what they are.
func PutFleet(ctx context.Context, store capacity.Store, list fleet.List) (capacity.Ref, error) {
	ref, data, err := FleetRef(list)
	if err != nil {
		return ref, err
	}
	return store.Put(ctx, ref.Key, data)
}

// FleetRef is where the services of a fleet are stored, and as what.
func FleetRef(list fleet.List) (capacity.Ref, []byte, error) {
	data, err := json.Marshal(list)
	if err != nil {
		return capacity.Ref{}, nil, fmt.Errorf("encode %s: %w", capacity.Count(len(list.Services), "service"), err)
	}
	return capacity.RefTo(capacity.FleetListKey(capacity.RefTo("", data).SHA256), data), data, nil
}

// TellFleet says on a terminal how far a run is.
func TellFleet(ctx context.Context, s session.Session, id string, bar *command.Progress) {
	if !bar.Drawn() {
		return
	}
	var now workflows.FleetState
	if value, err := s.Temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery); err == nil && value.Get(&now) == nil {
		bar.Reach(now.Done, now.Services, "services")
	}
}

package scheduling

import (
	"time"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/workflows"
)

// fleetCatchUp is how late a run over a fleet may begin after an outage.
const fleetCatchUp = time.Hour

// A FleetTime is when a fleet is worked on.
type FleetTime struct {
	Run  workflows.FleetState
	Cron string // of five fields, in the zone
	Zone string // IANA name
}

// PruneTime is when the store is pruned, if nothing else is said: once a day.
const PruneTime = "20 2 * * *"

// Prune adds the schedule of pruning, in UTC.
func (w *Want) Prune(cron string) {
	w.Entries = append(w.Entries, Entry{
		ID: policies.SchedulePrefix + capacity.AllServices + "/prune", Service: capacity.AllServices, Workflow: "Prune",
		RunID: workflows.PruneID, In: workflows.PruneState{},
		Cron: cron, Zone: "UTC", Overlap: capacity.Skip, CatchUp: fleetCatchUp, Jitter: fleetCatchUp,
	})
	w.sort()
}

// Fleet adds the schedule of a run over all services. One that is still under way
// when the next is due is finished first, and the next is left out.
func (w *Want) Fleet(f FleetTime) {
	kind := string(f.Run.Kind)
	w.Entries = append(w.Entries, Entry{
		ID: policies.SchedulePrefix + capacity.AllServices + "/" + kind, Service: capacity.AllServices, Workflow: "Fleet",
		RunID: workflows.FleetID(f.Run.Kind), In: f.Run,
		Cron: f.Cron, Zone: f.Zone, Overlap: capacity.Skip, CatchUp: fleetCatchUp,
	})
	w.sort()
}

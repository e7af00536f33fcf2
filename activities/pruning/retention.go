// Package pruning removes from the store what is older than it is kept, and what nothing
// in force needs. docs/storage.md says what that is.
package pruning

import (
	"cmp"
	"context"
	"time"

	"headroom/activities/records"
)

// Pruning removes what is no longer kept.
type Pruning struct {
	Records   records.Records
	Conductor Conductor // nil where nothing is executed
	Keep      Retention
}

// A Conductor knows which plans of a service are in force.
type Conductor interface {
	// InForce returns the IDs of the plans that are carried out, are about to be, or
	// wait for a decision. It returns an error if that cannot be found out.
	InForce(ctx context.Context, service string) ([]string, error)
}

// A Retention is for how long what nothing in force needs is kept, since it was last
// written. Zero is the default.
type Retention struct {
	Plans   time.Duration // with their outcomes and days: 30 days
	History time.Duration // and forecasts, that plans were made from: 14 days
	Reports time.Duration // the pages about plans: 7 days
	Models  time.Duration // and all else that retrainings store: 30 days
	Fleets  time.Duration // the parts of runs over a fleet, and accounts of pruning: 14 days
	Regret  time.Duration // what looking back came to: 400 days
	Damaged time.Duration // damaged objects that were set aside: 90 days
}

const day = 24 * time.Hour

// Least is how long plans are kept at least: who looks back at a week reads the plans of
// the three weeks before.
const Least = 22 * day

// OrDefault is r with its defaults written out.
func (r Retention) OrDefault() Retention {
	return Retention{
		Plans: cmp.Or(r.Plans, 30*day), History: cmp.Or(r.History, 14*day), Reports: cmp.Or(r.Reports, 7*day), Models: cmp.Or(r.Models, 30*day),
		Fleets: cmp.Or(r.Fleets, 14*day), Regret: cmp.Or(r.Regret, 400*day), Damaged: cmp.Or(r.Damaged, 90*day),
	}
}

const (
	// later is how much longer than a plan is kept what it was made from.
	later = 2 * day
	// newestPlans and newestModels are kept however old they are.
	newestPlans  = 24
	newestModels = 3
)

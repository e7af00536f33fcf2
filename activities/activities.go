// Package activities is what workflows order: fetch, backtest, train, promote,
// forecast, optimise, act and verify. Each is a method of one of the packages below, by
// use case, which hold the ports that they work through; none knows an adapter or a model
// by name. All are idempotent, so Temporal may repeat any of them. What is large goes to
// the store; only references and short summaries are returned.
package activities

import (
	"context"
	"time"

	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/activities/histories"
	"headroom/activities/live"
	"headroom/activities/lookback"
	"headroom/activities/oversight"
	"headroom/activities/planning"
	"headroom/activities/policies"
	"headroom/activities/pruning"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/history"
)

// Ports is what activities work through. All fields are needed, unless they say otherwise.
type Ports struct {
	Store   capacity.Store
	Sources func(uri string) (history.Source, error)
	// Targets finds a target; a simulated one lives in the given time.
	Targets func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	// Models is the candidates for a step, simplest first.
	Models     func(step time.Duration) []capacity.Model
	Baseline   string // the candidate that others must beat; empty: that of [backtest.Baseline]
	Now        func() time.Time
	Conductor  Conductor           // nil where nothing is executed
	Identifier policies.Identifier // nil where no caller is authorized
	Access     policies.Access     // what callers may while no policy is in force
	Bounds     Bounds              // nil: none
	Notifier   Notifier            // nil: no notices
	Observer   records.Observer    // nil: no metrics
	Retention  pruning.Retention   // of what nothing in force needs
	// Heartbeat is that of [records.Records]; nil: runs are not asked whether they wait.
	Heartbeat func(ctx context.Context, found ...any) error
}

// A Conductor reaches the workflows that carry out a service's plans.
type Conductor interface {
	execution.Conductor
	events.Conductor
	fleet.Conductor
	pruning.Conductor
}

// Bounds are what a worker allows whatever a policy says.
type Bounds interface {
	policies.Bounds
	execution.Bounds
}

// A Notifier sends notices.
type Notifier interface {
	records.Notifier
	oversight.Poster
}

// Activities are all activities. Temporal knows each by the name of its method.
type Activities struct {
	histories.Histories
	retraining.Retraining
	planning.Planning
	execution.Execution
	live.Live
	events.Events
	lookback.Lookback
	fleet.Fleet
	policies.Policies
	oversight.Oversight
	pruning.Pruning
}

// New gives the activities their ports.
func New(p Ports) *Activities {
	r := records.Records{Store: p.Store, Now: p.Now, Notifier: p.Notifier, Observer: p.Observer, Heartbeat: p.Heartbeat}
	a := &Activities{
		Histories:  histories.Histories{Records: r, Sources: p.Sources},
		Retraining: retraining.Retraining{Records: r, Models: p.Models, Baseline: p.Baseline},
		Planning:   planning.Planning{Records: r, Sources: p.Sources, Targets: p.Targets, Models: p.Models},
		Execution:  execution.Execution{Records: r, Sources: p.Sources, Targets: p.Targets, Conductor: p.Conductor, Bounds: p.Bounds},
		Live:       live.Live{Records: r, Sources: p.Sources, Targets: p.Targets, Bounds: p.Bounds},
		Events:     events.Events{Records: r, Targets: p.Targets, Conductor: p.Conductor},
		Lookback:   lookback.Lookback{Records: r, Sources: p.Sources},
		Policies:   policies.Policies{Records: r, Identifier: p.Identifier, Access: p.Access, Bounds: p.Bounds},
	}
	a.Oversight = oversight.Oversight{Records: r, Policies: a.Policies, Poster: p.Notifier}
	a.Pruning = pruning.Pruning{Records: r, Conductor: p.Conductor, Keep: p.Retention}
	a.Fleet = fleet.Fleet{
		Records: r, Policies: a.Policies, Sources: p.Sources, Retraining: a.Retraining, Planning: a.Planning, Execution: a.Execution, Conductor: p.Conductor,
	}
	return a
}

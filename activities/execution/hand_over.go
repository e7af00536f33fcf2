// Package execution carries plans out: it hands them to a service's conductor, asks targets
// for units and verifies them, keeps the standing orders, and records what came of it all.
package execution

import (
	"context"
	"math"
	"slices"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor"
	"headroom/history"
	"headroom/pipeline"
)

// Execution hands plans over, acts, verifies and records.
type Execution struct {
	Records records.Records
	Sources func(uri string) (history.Source, error) // of the load that a floor reacts to
	// Targets finds a target; a simulated one lives in the given time.
	Targets   func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	Conductor Conductor // nil where nothing is executed
	Bounds    Bounds    // nil: none
}

// Bounds limit what is requested, whatever a policy says.
type Bounds interface {
	// Units returns ErrRefused if one pool may not run so many.
	Units(n capacity.Units) error
}

// within refuses a number of units that the worker's bounds do not allow. One that a
// target is not raised by is allowed.
func (a *Execution) within(from, to capacity.Units) error {
	if a.Bounds == nil || to <= from {
		return nil
	}
	return a.Bounds.Units(to)
}

// TakeInput offers a plan to a service's conductor.
type TakeInput struct {
	Service string
	Plan    capacity.PlanRef
	Clock   capacity.Clock
	Proof   string `json:",omitempty"` // of the worker that offers it
}

// HandOverInput is an accepted plan, and the policy that it was made with.
type HandOverInput struct {
	TakeInput
	Policy capacity.Policy
}

// HandOver offers an accepted plan to the service's conductor, starting it if
// it does not run. Offering the same plan twice is harmless. It returns ErrRefused
// if a target of the policy belongs to another service.
func (a *Execution) HandOver(ctx context.Context, in HandOverInput) (err error) {
	defer failure.Cross(&err)
	if err := ClaimTargets(ctx, a.Records, a.Conductor, in); err != nil {
		return err
	}
	return a.Conductor.Offer(ctx, in.TakeInput)
}

// PolicyInput names a service whose policy in force is to count.
type PolicyInput struct {
	Service string
}

// ApplyPolicy lets the control, bounds and ramps of the policy in force count for the plan of the
// service that is carried out, if one is.
func (a *Execution) ApplyPolicy(ctx context.Context, in PolicyInput) (err error) {
	defer failure.Cross(&err)
	if a.Conductor == nil {
		return nil
	}
	return a.Conductor.ApplyPolicy(ctx, in.Service)
}

// LoadInput names a plan whose actions are wanted.
type LoadInput struct {
	Service string
	Plan    capacity.PlanRef
	Clock   capacity.Clock
	// CarriedOut: it is the plan that is carried out already, so that nobody is asked
	// again whether it may be.
	CarriedOut bool `json:",omitempty"`
}

// glance reads what a target runs, and does not wait long for it.
func glance(ctx context.Context, target capacity.Target) (capacity.State, error) {
	ctx, cancel := context.WithTimeout(ctx, glances)
	defer cancel()
	return target.State(ctx)
}

// glances is how long a target may take to say what it runs, where a plan does not
// depend on it.
const glances = 10 * time.Second

// Load reads a stored plan's actions, and how far an earlier conductor came
// with them: a plan that is handed over again is not carried out again. It returns
// ErrRefused for a plan that may not be carried out: it was made with a policy that is not
// in force, or the policy in force wants a person's approval, and nobody has approved it,
// or a target of the policy belongs to another service.
func (a *Execution) Load(ctx context.Context, in LoadInput) (out executor.PlanLoaded, err error) {
	defer failure.Cross(&err)
	var stored pipeline.StoredPlan
	if err := a.Records.GetJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return out, err
	}
	if !in.CarriedOut {
		if out, err = a.mayCarryOut(ctx, in, stored); err != nil {
			return out, err
		}
		// HandOver claims targets before it offers a plan; a plan offered directly has
		// claimed none.
		if err := ClaimTargets(ctx, a.Records, a.Conductor, HandOverInput{TakeInput: TakeInput{Service: in.Service}, Policy: out.Policy}); err != nil {
			return out, err
		}
	}
	outcomes, _, err := a.Records.Outcomes(ctx, in.Service, in.Plan.ID)
	if err != nil {
		return out, err
	}
	out.Plan, out.Actions, out.Pools, out.Settled = in.Plan.ID, stored.Plan.Actions, stored.Policy.Pools, map[capacity.TargetName]int{}
	out.Slots, out.Most, out.Seen = map[capacity.TargetName]int{}, map[capacity.TargetName]capacity.Units{}, map[capacity.TargetName]capacity.State{}
	for _, pool := range stored.Plan.Pools {
		if len(stored.Plan.Pools) == 1 {
			pool.Steps = needed(pool.Steps)
		}
		out.Most[pool.Target] = mostFrom(stored.Plan, pool, stored.Plan.End().Add(-lastDay))
	}
	for _, pool := range out.Pools {
		// What is wrong with a target is said when it is asked for something.
		target, err := a.Targets(pool.Target, a.Records.On(in.Clock))
		if err != nil {
			continue
		}
		if t, ok := target.(capacity.Timetabled); ok {
			out.Slots[pool.Target] = t.Slots()
		}
		if state, err := glance(ctx, target); err == nil {
			out.Seen[pool.Target] = state
		}
	}
	open := map[capacity.TargetName]bool{}
	for _, action := range out.Actions {
		if open[action.Target] = open[action.Target] || !records.Recorded(outcomes, action); !open[action.Target] {
			out.Settled[action.Target]++
		}
	}
	return out, nil
}

// lastDay is what is looked at of a plan that ends before another has come.
const lastDay = 24 * time.Hour

// mostFrom is the most units that a plan runs in a pool from a time on.
func mostFrom(plan capacity.Plan, pool capacity.PoolPlan, from time.Time) (most capacity.Units) {
	for _, step := range pool.Steps {
		if step.Start.Add(plan.Step).After(from) {
			most = max(most, step.Units)
		}
	}
	return most
}

// needed is steps without the units that a plan runs beyond what the demand asks for,
// such as those that it began with. Of several pools that is not told apart.
func needed(steps []capacity.Step) []capacity.Step {
	out := slices.Clone(steps)
	for i := range out {
		out[i].Units = min(out[i].Units, capacity.Units(math.Ceil(out[i].Need)))
	}
	return out
}

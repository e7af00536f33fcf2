package oversight

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/capacity"
)

// GateEventInput is what an event needs, and who has it prepared.
type GateEventInput struct {
	ID      string // names the request
	Service string
	At      time.Time // on the service's clock
	Who     capacity.Identity
	Event   capacity.Event
	Pools   []EventPool
}

// An EventPool is what an event needs of one pool.
type EventPool struct {
	Pool  string
	Units capacity.Units
	Asked capacity.Units // how many are requested now
}

// GateEvent lets an event pass by the policy in force as a plan of its size would: no pool
// needs more than its max; the role of who has it prepared lets them do so by so many
// units and so much money; and where a plan of that size waits for approval, who has it
// prepared may approve one. It returns ErrRefused if it does not pass; then the audit holds
// why.
func (a *Oversight) GateEvent(ctx context.Context, in GateEventInput) (err error) {
	defer failure.Cross(&err)
	now, err := a.Policies.InForce(ctx, policies.InForceInput{Service: in.Service})
	if err != nil {
		return err
	}
	largest, extra, beyond := sizeOf(now.Policy, in)
	wish := policies.AdmitInput{
		ID: in.ID, Service: in.Service, At: in.At, By: in.Who.Name, Wish: capacity.Wish{Permission: capacity.MayEvent, Units: largest, Cost: extra},
		Text: fmt.Sprintf("have %s prepared for %s, by %s and %s more money", in.Service, in.Event.Name, capacity.Count(largest, "unit"), capacity.Figure(extra)),
	}
	if beyond != "" {
		return a.Policies.Refuse(ctx, wish, in.Who, now.Policy, fmt.Errorf("%s: %w", beyond, capacity.ErrRefused))
	}
	gate, why := now.Policy.Control.Gate(largest, extra)
	if gate == capacity.GateClosed {
		return a.Policies.Refuse(ctx, wish, in.Who, now.Policy, fmt.Errorf("%s: %w", why, capacity.ErrRefused))
	}
	if err := a.Policies.Permit(ctx, wish, in.Who, now.Policy); err != nil || gate == capacity.GateOpen {
		return err
	}
	wish.Wish.Permission = capacity.MayApprove
	if err := a.Policies.Permit(ctx, wish, in.Who, now.Policy); err != nil {
		return fmt.Errorf("a plan of the size of the event waits for approval (%s), so it is prepared for who may approve one: %w", why, err)
	}
	return nil
}

// sizeOf is the most units that an event changes in a pool, and the money that it takes
// beyond what is requested now, until it is over; and which pool needs more than its max.
func sizeOf(p capacity.Policy, in GateEventInput) (largest capacity.Units, extra float64, beyond string) {
	from := in.Event.From.Add(-in.Event.Ramp)
	if from.Before(in.At) {
		from = in.At
	}
	hours := max(0, in.Event.To.Add(in.Event.Ramp).Sub(from).Hours())
	for _, need := range in.Pools {
		for _, pool := range p.Pools {
			if pool.Name != need.Pool {
				continue
			}
			if pool.Max > 0 && need.Units > pool.Max {
				beyond = fmt.Sprintf("the event needs %s of %s, and its max in the policy in force is %d: raise max, or ask for fewer", capacity.Count(need.Units, "unit"), pool.Name, pool.Max)
			}
			more := max(0, need.Units-need.Asked)
			largest, extra = max(largest, more), extra+float64(more)*pool.Price*hours
		}
	}
	return largest, extra, beyond
}

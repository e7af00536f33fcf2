package lookback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/regret"
)

// What was asked for last before a window is looked for so long before it, and
// what was found first after it so long after.
const (
	lookBefore = 7 * 24 * time.Hour
	lookAfter  = 24 * time.Hour
)

// lookBack reads into in what was done: the outcomes of plans and what targets
// ran when plans were made. What is learnt and measured of the policy's only pool
// is as in the newest of these plans, and the notes say so; until the end of that
// plan its number counts, if it was carried out.
func lookBack(ctx context.Context, r records.Records, in *regret.Input) (notes []string, err error) {
	service := in.Policy.Service
	if len(in.Policy.Pools) != 1 {
		return nil, nil // nothing is compared
	}
	target := in.Policy.Pools[0].Target
	var acted []string
	var newest lastLook
	from, to := in.Window.From.Add(-lookBefore), in.Window.To.Add(lookAfter)
	for day := from.UTC().Truncate(24 * time.Hour); day.Before(to); day = day.Add(24 * time.Hour) {
		book, _, err := r.DayBook(ctx, service, day)
		if err != nil {
			return nil, err
		}
		for _, s := range book.Seen {
			if state, there := s.States[target]; there {
				in.Sights = append(in.Sights, regret.Sight{At: s.At, State: state})
				newest.see(s.Plan, s.At)
			}
		}
		for _, plan := range book.Acted {
			if !slices.Contains(acted, plan) {
				acted = append(acted, plan)
			}
		}
	}
	for _, plan := range acted {
		outcomes, _, err := r.Outcomes(ctx, service, plan)
		if err != nil {
			return nil, err
		}
		in.Outcomes = append(in.Outcomes, outcomes...)
		for _, o := range outcomes {
			if o.Action.Target == target && !o.Asked.IsZero() {
				newest.see(plan, o.Asked)
			}
		}
	}
	if newest.plan == "" {
		return nil, nil
	}
	var stored pipeline.StoredPlan
	err = r.ReadJSON(ctx, capacity.PlanKey(service, newest.plan, "plan.json"), &stored)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil // it is not kept any more
	}
	if err != nil {
		return nil, err
	}
	if stored.Asked.Control.Mode == capacity.Auto || slices.Contains(acted, newest.plan) {
		in.Held = stored.Plan.End()
	}
	return settleAs(in, stored), nil
}

// A lastLook is which plan the newest look at a target was for.
type lastLook struct {
	plan string
	at   time.Time
}

func (l *lastLook) see(plan string, at time.Time) {
	if l.plan == "" || at.After(l.at) {
		l.plan, l.at = plan, at
	}
}

// settleAs takes from a plan what was learnt and measured of the only pool.
func settleAs(in *regret.Input, stored pipeline.StoredPlan) (notes []string) {
	pool := in.Policy.Pools[0]
	at := slices.IndexFunc(stored.Policy.Pools, func(then capacity.Pool) bool { return then.Target == pool.Target })
	if at < 0 || !pool.Learn.Wanted() && pool.Measured == 0 {
		return nil
	}
	then := stored.Policy.Pools[at]
	pool.UnitRate, pool.LeadTime = then.UnitRate, then.LeadTime
	in.Policy.Pools = []capacity.Pool{pool}
	return []string{fmt.Sprintf("as in plan %s, a unit serves %s and takes %s to come up", stored.Plan.ID, capacity.Figure(then.UnitRate), capacity.Brief(then.LeadTime))}
}

package restore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"headroom/activities/policies"
	"headroom/activities/retraining"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/pipeline"
	"headroom/planner/leadtime"
	"headroom/planner/unitrate"
)

// orders restores the standing orders from the newest order on record.
func (j *job) orders(ctx context.Context) error {
	var stored, recorded executor.StandingOrders
	o, err := j.read(ctx, capacity.OrdersKey(j.service), &stored, nil)
	if err != nil {
		return err
	}
	r := j.chain.order
	if r == nil || json.Unmarshal(r.Facts, &recorded) != nil {
		if o.fault == Damaged {
			return j.leave(o, "no order is on record: find out what was paused or overridden, give these orders again, then resume")
		}
		return nil
	}
	switch holds := recorded.Pause != nil || len(recorded.Overrides) > 0; {
	case o.fault == Lost && !holds:
		return nil
	case o.fault == "" && stored.Seq < recorded.Seq:
		o.fault = Outdated
	case o.fault == "":
		return nil
	}
	return j.rebuild(ctx, o, recorded, fmt.Sprintf("record %d of the audit (%s)", r.Sequence, r.Text))
}

// policy restores which policy is in force from the newest change on record.
func (j *job) policy(ctx context.Context) error {
	var stored policies.Pointer
	o, err := j.read(ctx, capacity.CurrentPolicyKey(j.service), &stored, func() bool { return stored.Hash != "" })
	if err != nil || o.fault == "" || o.fault == Lost && j.chain.retired {
		return err
	}
	for _, r := range j.chain.policies {
		var change struct{ New string }
		if json.Unmarshal(r.Facts, &change) != nil || change.New == "" {
			continue
		}
		_, err := policies.Read(ctx, j.Store, j.service, change.New)
		if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
			continue // an older one is better than none
		}
		if err != nil {
			return err
		}
		p := policies.Pointer{Hash: change.New, By: r.By, Why: r.Why, At: r.At, Change: strings.TrimPrefix(r.ID, "policy/")}
		return j.rebuild(ctx, o, p, fmt.Sprintf("record %d of the audit (%s)", r.Sequence, r.Text))
	}
	if o.fault == Lost {
		return nil // none was ever put in force
	}
	return j.leave(o, "no policy is on record that can be read: run `headroom policy apply FILE`")
}

// champion restores which model forecasts from the newest promotion on record.
func (j *job) champion(ctx context.Context) error {
	var stored retraining.Champion
	o, err := j.read(ctx, capacity.ChampionKey(j.service), &stored, func() bool { return stored.Named() }) //nolint:gocritic // stored.Named would be bound before it is read
	if err != nil || o.fault == "" {
		return err
	}
	var newest retraining.Champion // that was judged
	kept := 0                      // retrainings that have not replaced the champion
	for _, r := range j.chain.promoted {
		var c retraining.Champion
		if json.Unmarshal(r.Facts, &c) != nil || !c.Named() {
			continue
		}
		if newest.Model == "" {
			newest = c
		}
		if strings.HasSuffix(r.ID, "/false") {
			kept++
		}
		if !strings.HasSuffix(r.ID, "/true") {
			continue
		}
		data, _, err := j.Store.Get(ctx, c.Trained.Key)
		if err == nil {
			err = c.Trained.Check(data)
		}
		if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
			return j.leave(o, fmt.Sprintf("the model of record %d cannot be read (%v): run `headroom retrain %s`", r.Sequence, err, j.service))
		}
		if err != nil {
			return err
		}
		if c.Outlasted = kept; newest.TrainedTo.After(c.TrainedTo) {
			c.Reviewed = newest.TrainedTo
		}
		return j.rebuild(ctx, o, c, fmt.Sprintf("record %d of the audit (%s)", r.Sequence, r.Text))
	}
	if o.fault == Lost {
		return nil // no model has been promoted yet
	}
	return j.leave(o, fmt.Sprintf("no promotion is on record: run `headroom retrain %s`", j.service))
}

// currentPlan restores which plan was made last.
func (j *job) currentPlan(ctx context.Context) error {
	var stored capacity.PlanRef
	o, err := j.read(ctx, capacity.CurrentPlanKey(j.service), &stored, func() bool { return stored.Ref.Key != "" })
	if err != nil || o.fault == "" {
		return err
	}
	_, ref, r, ok, err := j.lastPlan(ctx)
	switch {
	case err != nil:
		return err
	case ok:
		return j.rebuild(ctx, o, ref, fmt.Sprintf("record %d of the audit (plan %s)", r.Sequence, ref.ID))
	case o.fault == Lost:
		return nil
	}
	return j.leave(o, fmt.Sprintf("no plan is on record that can be read: run `headroom plan %s`", j.service))
}

// leadTimes restores how long raises took from the outcomes on record.
func (j *job) leadTimes(ctx context.Context) error {
	var stored leadtime.Log
	o, err := j.read(ctx, capacity.LeadTimesKey(j.service), &stored, nil)
	if err != nil || o.fault == "" {
		return err
	}
	log := leadtime.Log{}.Add(j.actedOf("")...)
	if o.fault == Lost && len(log) == 0 {
		return nil
	}
	return j.rebuild(ctx, o, log, fmt.Sprintf("the outcomes on record: %s", capacity.Count(len(log), "raise")))
}

// unitRates takes damaged unit rates away: the next plan learns them anew.
func (j *job) unitRates(ctx context.Context) error {
	var stored unitrate.Log
	o, err := j.read(ctx, capacity.UnitRatesKey(j.service), &stored, nil)
	if err != nil || o.fault != Damaged {
		return err
	}
	return j.remove(ctx, o, "the next plan learns the unit rates anew")
}

// share restores what the service may use of quotas and of a shared budget from its last
// plan, which was made within it.
func (j *job) share(ctx context.Context) error {
	var stored pipeline.Share
	o, err := j.read(ctx, capacity.ShareKey(j.service), &stored, func() bool { return !stored.Made.IsZero() })
	if err != nil || o.fault == "" {
		return err
	}
	last, _, r, ok, err := j.lastPlan(ctx)
	switch {
	case err != nil:
		return err
	case !ok && o.fault == Damaged:
		return j.remove(ctx, o, "there is no plan that was made within it: run `headroom fleet plan DIR`, which shares quotas and budgets out")
	case !ok || o.fault == Lost && !within(last):
		return nil
	}
	return j.rebuild(ctx, o, pipeline.LastShare(last.Asked, last, j.Now), fmt.Sprintf("plan %s of record %d, which was made within it; `headroom fleet plan DIR` shares quotas and budgets out again", r.Plan, r.Sequence))
}

// within reports whether a plan was made within a share of a quota or of a budget.
func within(p pipeline.StoredPlan) bool {
	if !pipeline.NeedsShare(p.Asked) {
		return false
	}
	for i, pool := range p.Asked.Pools {
		if pool.Quota != "" && i < len(p.Policy.Pools) && p.Policy.Pools[i].Max < pool.Max {
			return true
		}
	}
	return p.Asked.Objective.Budget.Shared != "" && p.Policy.Objective.Budget.Limited() && p.Policy.Objective.Budget != p.Asked.Objective.Budget
}

// standings restores where plans stand, as far as reports say it, from the verdicts on
// record.
func (j *job) standings(ctx context.Context) error {
	for _, plan := range j.plans() {
		key := capacity.PlanKey(j.service, plan, "standing.json")
		if !j.keys[key] {
			continue
		}
		var stored capacity.Standing
		o, err := j.read(ctx, key, &stored, nil)
		if err != nil {
			return err
		}
		if o.fault == "" {
			continue
		}
		if err := j.standing(ctx, o, plan); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) standing(ctx context.Context, o object, plan string) error {
	for _, r := range j.chain.verdicts {
		if r.Plan == plan {
			return j.rebuild(ctx, o, capacity.Standing{Verdict: r.Verdict, By: r.By, Why: r.Why, At: r.At}, fmt.Sprintf("record %d of the audit (%s)", r.Sequence, r.Text))
		}
	}
	return j.remove(ctx, o, "no verdict is on record: the next report says it")
}

// plans are the IDs of the plans that are kept, in the order of their names.
func (j *job) plans() []string {
	return sortedPlans(j.keys, "plans/"+j.service+"/")
}

// carriedOut is the newest record that says of a plan that it was handed over or acted
// upon.
func (j *job) carriedOut() (newest audit.Record, ok bool) {
	for _, r := range append(append([]audit.Record{}, j.chain.verdicts...), j.chain.acted...) {
		counts := r.Kind == audit.Acted || r.Verdict == "handed over"
		if counts && (!ok || r.Sequence > newest.Sequence) {
			newest, ok = r, true
		}
	}
	return newest, ok
}

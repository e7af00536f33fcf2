package restore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/activities/planning"
	"headroom/audit"
	"headroom/capacity"
	"headroom/pipeline"
)

// A chain is what a service's audit holds, each kind the newest first.
type chain struct {
	order    *audit.Record // the newest
	policies []audit.Record
	promoted []audit.Record
	planned  []audit.Record
	verdicts []audit.Record
	acted    []audit.Record
	retired  bool   // by the newest record that says whether the service is planned
	broken   string // why older records cannot be read; empty: all can
}

// head has the head of the audit made anew from the records, which appending does.
func (j *job) head(ctx context.Context) error {
	key := audit.HeadKey(j.service)
	if err := audit.CheckHead(ctx, j.Store, j.service); !errors.Is(err, capacity.ErrBadData) {
		return err
	}
	var head audit.Head
	o, err := j.read(ctx, key, &head, func() bool { return head.Sequence > 0 && head.Newest.Key != "" })
	if err != nil {
		return err
	}
	if o.fault == "" {
		o.fault = Outdated
	}
	f := Finding{Service: j.service, Key: key, Fault: o.fault, Done: Rebuilt, Text: "from the records"}
	if !j.DryRun {
		if err := j.record(ctx, f); err != nil {
			return err
		}
	}
	j.found = append(j.found, f)
	return nil
}

// readChain reads what the other steps rebuild from.
func (j *job) readChain(ctx context.Context) error {
	c := &j.chain
	planned := false
	for r, err := range audit.Read(ctx, j.Store, j.service) {
		switch {
		case errors.Is(err, capacity.ErrNotFound):
			return nil
		case errors.Is(err, capacity.ErrBadData):
			c.broken = err.Error()
			j.found = append(j.found, Finding{Service: j.service, Key: "audit/" + j.service + "/records/", Fault: Damaged, Done: Left, Text: "what older records hold is not used: " + c.broken})
			return nil
		case err != nil:
			return err
		}
		switch r.Kind { //nolint:exhaustive // nothing is rebuilt from the others
		case audit.Ordered:
			if c.order == nil {
				c.order = &r
			}
		case audit.Policy:
			c.policies = append(c.policies, r)
		case audit.Promoted:
			c.promoted = append(c.promoted, r)
		case audit.Planned:
			c.planned, planned = append(c.planned, r), true
		case audit.Verdict:
			c.verdicts = append(c.verdicts, r)
		case audit.Acted:
			c.acted = append(c.acted, r)
		case audit.Retired:
			c.retired = c.retired || !planned
		}
	}
	return nil
}

// madePlan reads the plan that a record of kind Planned is about, and its reference. It
// returns ErrNotFound if the plan is not kept any more, and ErrBadData if it is not what
// was stored.
func (j *job) madePlan(ctx context.Context, r audit.Record) (stored pipeline.StoredPlan, ref capacity.Ref, err error) {
	var facts planning.PlanFacts
	if err := json.Unmarshal(r.Facts, &facts); err != nil {
		return stored, ref, fmt.Errorf("read record %d: %w: %w", r.Sequence, err, capacity.ErrBadData)
	}
	data, _, err := j.Store.Get(ctx, facts.Plan.Key)
	if err == nil {
		err = facts.Plan.Check(data)
	}
	if err == nil && json.Unmarshal(data, &stored) != nil {
		err = fmt.Errorf("read %q: %w", facts.Plan.Key, capacity.ErrBadData)
	}
	return stored, facts.Plan, err
}

// lastPlan is the newest plan that can be read, and its record; ok is false if there is
// none.
func (j *job) lastPlan(ctx context.Context) (stored pipeline.StoredPlan, ref capacity.PlanRef, r audit.Record, ok bool, err error) {
	for _, r := range j.chain.planned {
		stored, at, err := j.madePlan(ctx, r)
		if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
			continue
		}
		if err != nil {
			return stored, ref, r, false, err
		}
		return stored, capacity.PlanRef{ID: r.Plan, Ref: at, Now: r.At, End: stored.Plan.End()}, r, true, nil
	}
	return stored, ref, r, false, nil
}

// outcomesOf are the outcomes that a record of kind Acted holds.
func outcomesOf(r audit.Record) (all []capacity.Outcome) {
	if json.Unmarshal(r.Facts, &all) != nil {
		return nil
	}
	return all
}

// actedOf are all outcomes on record of a plan, or of all plans if it is empty, the
// oldest first, one for each action.
func (j *job) actedOf(plan string) (all []capacity.Outcome) {
	known := map[string]bool{}
	for _, r := range slices.Backward(j.chain.acted) {
		if plan != "" && r.Plan != plan {
			continue
		}
		for _, o := range outcomesOf(r) {
			if !known[o.Action.ID] {
				known[o.Action.ID] = true
				all = append(all, o)
			}
		}
	}
	return all
}

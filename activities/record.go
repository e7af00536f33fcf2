package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"headroom/audit"
	"headroom/capacity"
)

// RecordInput is outcomes to keep with their plan.
type RecordInput struct {
	Service  string
	Plan     string
	Outcomes []capacity.Outcome
	Notify   capacity.Notify // who wants to hear of trouble
}

// Record adds outcomes to those of their plan, once for each action, to the audit
// with the targets' answers, how long raises took to what later plans measure lead
// times by, and the plan to the day books of when it was carried out.
func (a *Activities) Record(ctx context.Context, in RecordInput) (err error) {
	defer cross(&err)
	defer tell(a, &in, &struct{}{}, &err)
	key := capacity.PlanKey(in.Service, in.Plan, "outcomes.json")
	outcomes, version, err := a.outcomes(ctx, in.Service, in.Plan)
	if err != nil {
		return err
	}
	known := len(outcomes)
	for _, o := range in.Outcomes {
		if !recorded(outcomes, o.Action) {
			outcomes = append(outcomes, o)
		}
	}
	if len(outcomes) > known {
		data, err := json.Marshal(outcomes)
		if err != nil {
			return fmt.Errorf("encode %q: %w", key, err)
		}
		if err := a.Store.Swap(ctx, key, data, version); err != nil {
			return err
		}
	}
	if err := a.bookActed(ctx, in.Service, in.Plan, in.Outcomes); err != nil {
		return err
	}
	if err := a.witnessOutcomes(ctx, in); err != nil {
		return err
	}
	return a.remember(ctx, in.Service, in.Outcomes)
}

// witnessOutcomes records what became of actions.
func (a *Activities) witnessOutcomes(ctx context.Context, in RecordInput) error {
	if len(in.Outcomes) == 0 {
		return nil
	}
	id, err := fingerprint(in.Outcomes)
	if err != nil {
		return err
	}
	data, err := facts(in.Outcomes)
	if err != nil {
		return err
	}
	last := in.Outcomes[len(in.Outcomes)-1]
	return a.witness(ctx, audit.Record{
		Service: in.Service, ID: "acted/" + id, At: last.Settled, Kind: audit.Acted, Plan: in.Plan,
		Text: fmt.Sprintf("%s: %s", last.Action.Target, OutcomesInShort(in.Outcomes)), Why: last.Note, Facts: data,
	}, in.Notify, a.outcomeNotices(in.Outcomes)...)
}

// OutcomesInShort says in a line what became of actions, which all ended alike.
func OutcomesInShort(outcomes []capacity.Outcome) string {
	if len(outcomes) > 1 {
		return fmt.Sprintf("%s: %s", capacity.Count(len(outcomes), "action"), outcomes[0].Verdict)
	}
	first := outcomes[0].Action
	return fmt.Sprintf("%d → %s: %s", first.From, capacity.Count(first.Units, "unit"), outcomes[0].Verdict)
}

// recorded reports whether the action has an outcome.
func recorded(outcomes []capacity.Outcome, action capacity.Action) bool {
	return slices.ContainsFunc(outcomes, func(o capacity.Outcome) bool { return o.Action.ID == action.ID })
}

// outcomes reads what became of a plan's actions; none is no error.
func (a *Activities) outcomes(ctx context.Context, service, plan string) ([]capacity.Outcome, string, error) {
	return swapped[[]capacity.Outcome](ctx, a, service, capacity.PlanKey(service, plan, "outcomes.json"))
}

package execution

import (
	"context"
	"encoding/json"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
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
func (a *Execution) Record(ctx context.Context, in RecordInput) (err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &struct{}{}, &err)
	key := capacity.PlanKey(in.Service, in.Plan, "outcomes.json")
	outcomes, version, err := a.Records.Outcomes(ctx, in.Service, in.Plan)
	if err != nil {
		return err
	}
	known := len(outcomes)
	for _, o := range in.Outcomes {
		if !records.Recorded(outcomes, o.Action) {
			outcomes = append(outcomes, o)
		}
	}
	if len(outcomes) > known {
		data, err := json.Marshal(outcomes)
		if err != nil {
			return fmt.Errorf("encode %q: %w", key, err)
		}
		if err := a.Records.Store.Swap(ctx, key, data, version); err != nil {
			return err
		}
	}
	if err := a.Records.BookActed(ctx, in.Service, in.Plan, in.Outcomes); err != nil {
		return err
	}
	if err := a.witnessOutcomes(ctx, in); err != nil {
		return err
	}
	return a.Records.KeepLeadTimes(ctx, in.Service, in.Outcomes)
}

// witnessOutcomes records what became of actions.
func (a *Execution) witnessOutcomes(ctx context.Context, in RecordInput) error {
	if len(in.Outcomes) == 0 {
		return nil
	}
	id, err := records.Fingerprint(in.Outcomes)
	if err != nil {
		return err
	}
	data, err := records.Facts(in.Outcomes)
	if err != nil {
		return err
	}
	last := in.Outcomes[len(in.Outcomes)-1]
	return a.Records.Append(ctx, audit.Record{
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

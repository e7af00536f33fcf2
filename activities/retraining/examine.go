package retraining

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/pipeline"
)

// ExamineInput names the table to examine.
type ExamineInput struct {
	Policy capacity.Policy
	Table  capacity.Ref
}

// ExamineResult says what the history is like, and which models may try it.
type ExamineResult struct {
	Quality    capacity.Quality
	Load       capacity.LoadSummary // the account of what was read
	End        time.Time            // of the history: the forecast starts here
	Version    string               // names what is trained from this history
	Candidates []string             // simplest first
}

// Examine refuses history that no model should be trained on, by the errors of
// [capacity.Examine].
func (a *Retraining) Examine(ctx context.Context, in ExamineInput) (out ExamineResult, err error) {
	defer failure.Cross(&err)
	s, account, err := histories.Read(ctx, a.Records, in.Table, in.Policy.Demand)
	if err != nil {
		return out, err
	}
	ready, err := pipeline.Prepare(s, in.Policy)
	if err != nil {
		return out, err
	}
	out.Load = pipeline.Account(account, in.Policy, ready)
	out.Quality, err = capacity.Examine(s)
	if err != nil {
		return out, fmt.Errorf("history of %q from %s: %w", in.Policy.Service, in.Policy.Demand.Source, err)
	}
	out.End = s.End()
	out.Version = fmt.Sprintf("%s-%.8s", s.End().UTC().Format("20060102T150405Z"), in.Table.SHA256)
	if in.Policy.Forecast.ByCost {
		// What is chosen then follows from prices and limits too.
		by, err := json.Marshal(struct {
			Pools     []capacity.Pool
			Objective capacity.Objective
		}{in.Policy.Pools, in.Policy.Objective})
		if err != nil {
			return out, fmt.Errorf("encode the pools of %q: %w", in.Policy.Service, err)
		}
		out.Version += fmt.Sprintf("-cost-%.8s", capacity.RefTo("", by).SHA256)
	}
	for _, m := range backtest.Singles(a.Models(s.Step)) {
		out.Candidates = append(out.Candidates, m.Name())
	}
	return out, nil
}

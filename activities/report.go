package activities

import (
	"bytes"
	"context"
	"errors"

	"headroom/capacity"
	"headroom/report"
)

// ReportInput names the plan to report on, and what has become of it.
type ReportInput struct {
	Service string
	Plan    PlanRef
	Verdict string
}

// Report writes the plan's web page anew, with the outcomes so far.
func (a *Activities) Report(ctx context.Context, in ReportInput) (key string, err error) {
	defer cross(&err)
	var stored StoredPlan
	if err := a.getJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return "", err
	}
	r := report.Report{Policy: stored.Policy, Plan: stored.Plan, Code: stored.Code, Verdict: in.Verdict, Made: stored.Plan.Made}
	if r.History, err = a.series(ctx, stored.Table, stored.Policy.Demand); err != nil {
		return "", err
	}
	if err := a.getJSON(ctx, stored.Forecast, &r.Forecast); err != nil {
		return "", err
	}
	if stored.Board.Key != "" {
		if err := a.getJSON(ctx, stored.Board, &r.Board); err != nil {
			return "", err
		}
	}
	if r.Outcomes, _, err = a.outcomes(ctx, capacity.PlanKey(in.Service, in.Plan.ID, "outcomes.json")); err != nil {
		return "", err
	}
	var page bytes.Buffer
	if err := report.Write(&page, r); err != nil {
		return "", err
	}
	key = capacity.PlanKey(in.Service, in.Plan.ID, "report.html")
	_, version, err := a.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return "", err
	}
	return key, a.Store.Swap(ctx, key, page.Bytes(), version)
}

package planning

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/activities/records"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
	"headroom/report"
)

// ReportInput names the plan to report on, and where it stands.
type ReportInput struct {
	Service  string
	Plan     capacity.PlanRef
	Standing capacity.Standing
}

// Report writes the plan's web page anew, with where the plan stands, its outcomes
// so far, and the load that was measured since it was made.
func (a *Planning) Report(ctx context.Context, in ReportInput) (key string, err error) {
	defer failure.Cross(&err)
	var stored pipeline.StoredPlan
	if err := a.Records.GetJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return "", err
	}
	if _, err := a.Records.WriteJSON(ctx, capacity.PlanKey(in.Service, in.Plan.ID, StandingPart), in.Standing); err != nil {
		return "", err
	}
	return a.writeReport(ctx, stored, in.Standing, nil)
}

// StandingPart is the part of a plan that says where it stands.
const StandingPart = "standing.json"

// writeReport writes the page about a plan. The load since its history ended is
// fetched if it is not at hand.
func (a *Planning) writeReport(ctx context.Context, stored pipeline.StoredPlan, standing capacity.Standing, since *capacity.Series) (key string, err error) {
	service := stored.Plan.Service
	if stored.Table.Key == "" || stored.Forecast.Key == "" {
		return "", fmt.Errorf("plan %s of %q does not say what it was made from: %w", stored.Plan.ID, service, capacity.ErrBadData)
	}
	key = capacity.PlanKey(service, stored.Plan.ID, "report.html")
	_, version, err := a.Records.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return "", err
	}
	r := report.Report{
		Policy: stored.Policy, Plan: stored.Plan, Code: stored.Code, States: stored.States,
		Standing: standing, Made: stored.Plan.Made,
	}
	if r.History, err = histories.Series(ctx, a.Records, stored.Table, stored.Policy.Demand); err != nil {
		return "", err
	}
	r.History, _ = calendar.Mask(r.History) // one spike would flatten all else on the chart
	if err := a.Records.GetJSON(ctx, stored.Forecast, &r.Forecast); err != nil {
		return "", err
	}
	if stored.Board.Key != "" {
		if err := a.Records.GetJSON(ctx, stored.Board, &r.Board); err != nil {
			return "", err
		}
	}
	if r.Outcomes, _, err = a.Records.Outcomes(ctx, service, stored.Plan.ID); err != nil {
		return "", err
	}
	if since == nil {
		since = a.measuredSince(ctx, stored.Policy.Demand, r.History.End(), standing.At)
	}
	r.Since = *since
	if track := pipeline.Accuracy(r.Since, r.Forecast, stored); track != nil {
		r.Track = report.Track(*track)
	}
	var page bytes.Buffer
	if err := report.Write(&page, r); err != nil {
		return "", err
	}
	return key, a.Records.Store.Swap(ctx, key, page.Bytes(), version)
}

// patience is how long a report waits for the load since its plan was made.
const patience = 20 * time.Second

// measuredSince is the load from one time to another; none if that cannot be read:
// a report goes without it.
func (a *Planning) measuredSince(ctx context.Context, d capacity.Demand, from, to time.Time) *capacity.Series {
	var none capacity.Series
	if to.Sub(from) < d.Step || a.Sources == nil {
		return &none
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	source, err := a.Sources(d.Source)
	if err != nil {
		return &none
	}
	t, err := source.Fetch(ctx, d, from, to)
	if err != nil {
		return &none
	}
	defer t.Release()
	s, _, err := history.ToSeries(t, d)
	if err != nil {
		return &none
	}
	return &s
}

// refresh draws load that was measured since into the report of a plan, once in
// each hour. A report that cannot be written is logged.
func (a *Planning) refresh(ctx context.Context, stored pipeline.StoredPlan, s capacity.Series, now time.Time) {
	const often = time.Hour
	key := capacity.PlanKey(stored.Plan.Service, stored.Plan.ID, StandingPart)
	var standing capacity.Standing
	data, _, err := a.Records.Store.Get(ctx, key)
	if err == nil {
		err = records.Decode(key, data, &standing)
	}
	if err == nil && standing.At.Truncate(often).Before(now.Truncate(often)) {
		_, err = a.writeReport(ctx, stored, standing, &s)
	}
	if err != nil && !errors.Is(err, capacity.ErrNotFound) && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn("the report was not drawn anew", "plan", stored.Plan.ID, "error", err)
	}
}

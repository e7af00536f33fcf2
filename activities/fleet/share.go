package fleet

import (
	"context"
	"errors"
	"time"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/pipeline"
)

// Quota is a limit of units that services share.
type Quota = pipeline.Quota

// SharedBudget is an amount of money that services share.
type SharedBudget = pipeline.SharedBudget

// ShareInput names a run over all services whose drafts are made, the quotas and the
// budgets.
type ShareInput struct {
	Kind    Kind
	Run     string
	Chunks  int
	Now     time.Time
	Quotas  []Quota
	Budgets []SharedBudget `json:",omitempty"`
}

// ShareResult says how quotas and budgets were shared out.
type ShareResult = pipeline.Allocation

// Share reads the drafts of a run, shares quotas and budgets out by
// [pipeline.ShareOut], and stores each service's share.
func (a *Fleet) Share(ctx context.Context, in ShareInput) (out ShareResult, err error) {
	defer failure.Cross(&err)
	var drafts []pipeline.Draft
	for chunk := range in.Chunks {
		var some []pipeline.Draft
		err := a.Records.ReadJSON(ctx, chunkKey(in.Kind, in.Run, "drafts", chunk), &some)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) { // a chunk that was lost wants nothing
			return out, err
		}
		drafts = append(drafts, some...)
	}
	out, shares, err := pipeline.ShareOut(drafts, in.Quotas, in.Budgets, in.Now)
	if err != nil {
		return out, err
	}
	for _, d := range drafts {
		if s := shares[d.Service]; s != nil {
			if _, err := a.Records.WriteJSON(ctx, capacity.ShareKey(d.Service), s); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

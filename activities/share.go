package activities

import (
	"context"
	"errors"
	"time"

	"headroom/capacity"
	"headroom/pipeline"
)

// What a run over all services shares out.
type (
	Quota        = pipeline.Quota
	SharedBudget = pipeline.SharedBudget
)

// shareOf is a policy's share of quotas and budgets, as [Activities.Share] stored it;
// that of a service without one is zero.
func (a *Activities) shareOf(ctx context.Context, p capacity.Policy) (*pipeline.Share, error) {
	s := new(pipeline.Share)
	if !pipeline.NeedsShare(p) {
		return s, nil
	}
	key := capacity.ShareKey(p.Service)
	data, _, err := a.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, decode(key, data, s)
}

// ShareInput names a run over all services whose drafts are made, the quotas and the
// budgets.
type ShareInput struct {
	Kind    FleetKind
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
func (a *Activities) Share(ctx context.Context, in ShareInput) (out ShareResult, err error) {
	defer cross(&err)
	var drafts []pipeline.Draft
	for chunk := range in.Chunks {
		var some []pipeline.Draft
		err := a.getPart(ctx, chunkKey(in.Kind, in.Run, "drafts", chunk), &some)
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
			if _, err := a.swapPart(ctx, capacity.ShareKey(d.Service), s); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

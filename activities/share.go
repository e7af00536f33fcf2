package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/pipeline"
)

// Quota is a limit of units that services share.
type Quota = pipeline.Quota

// SharedBudget is an amount of money that services share.
type SharedBudget = pipeline.SharedBudget

// shareOf is a policy's share of quotas and budgets, as [Activities.Share] stored it;
// that of a service without one is zero. One that cannot be read is set aside, and
// that of the last plan counts in its place.
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
	damage := decode(key, data, s)
	if damage == nil && s.Made.IsZero() {
		damage = fmt.Errorf("%q does not say when it was made: %w", key, capacity.ErrBadData)
	}
	if damage == nil {
		return s, nil
	}
	if err := a.setAside(ctx, p.Service, key, data, damage); err != nil {
		return s, err
	}
	stored, _, err := a.currentPlan(ctx, p.Service)
	if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
		stored, err = pipeline.StoredPlan{}, nil
	}
	last := pipeline.LastShare(p, stored, a.Now())
	return &last, err
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

package planning

import (
	"context"
	"errors"
	"fmt"

	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
)

// shareOf is a policy's share of quotas and budgets, as an earlier run over the fleet stored it;
// that of a service without one is zero. One that cannot be read is set aside, and
// that of the last plan counts in its place.
func (a *Planning) shareOf(ctx context.Context, p capacity.Policy) (*pipeline.Share, error) {
	s := new(pipeline.Share)
	if !pipeline.NeedsShare(p) {
		return s, nil
	}
	key := capacity.ShareKey(p.Service)
	data, _, err := a.Records.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	damage := records.Decode(key, data, s)
	if damage == nil && s.Made.IsZero() {
		damage = fmt.Errorf("%q does not say when it was made: %w", key, capacity.ErrBadData)
	}
	if damage == nil {
		return s, nil
	}
	if err := a.Records.SetAside(ctx, p.Service, key, data, damage); err != nil {
		return s, err
	}
	stored, _, err := a.currentPlan(ctx, p.Service)
	if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
		stored, err = pipeline.StoredPlan{}, nil
	}
	last := pipeline.LastShare(p, stored, a.Records.Now())
	return &last, err
}

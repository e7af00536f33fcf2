package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headroom/capacity"
)

// PromoteInput is the challenger.
type PromoteInput struct {
	Service    string
	Challenger Champion
}

// PromoteResult says whether the challenger is champion now.
type PromoteResult struct {
	Promoted bool
	Why      string
}

// Promote makes the challenger the champion, by a conditional write: of two at
// once one wins, and the other reads again. A champion that was trained on
// newer history stays.
func (a *Activities) Promote(ctx context.Context, in PromoteInput) (out PromoteResult, err error) {
	defer cross(&err)
	champion, version, err := a.champion(ctx, in.Service)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
	case err != nil:
		return out, err
	case champion.Trained == in.Challenger.Trained:
		return PromoteResult{Promoted: true, Why: in.Challenger.Why}, nil
	case champion.TrainedTo.After(in.Challenger.TrainedTo):
		return PromoteResult{Why: fmt.Sprintf("the champion %s was trained on newer history, up to %s", champion.Model, champion.TrainedTo.Format(time.RFC3339))}, nil
	}
	data, err := json.Marshal(in.Challenger)
	if err != nil {
		return out, fmt.Errorf("encode champion of %q: %w", in.Service, err)
	}
	if err := a.Store.Swap(ctx, capacity.ChampionKey(in.Service), data, version); err != nil {
		return out, err
	}
	return PromoteResult{Promoted: true, Why: in.Challenger.Why}, nil
}

package retraining

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// PromoteInput is the challenger, whether it earned the place, and when no
// promotion is allowed.
type PromoteInput struct {
	Service    string
	Challenger Champion
	Earned     bool
	Freeze     []capacity.Window `json:",omitempty"` // the policy's PromotionFreeze
	Now        time.Time         // on the service's clock
	Notify     capacity.Notify   `json:",omitempty"` // the channels of the policy
}

// PromoteResult says whether the challenger is champion now.
type PromoteResult struct {
	Promoted bool
	Model    string // the champion's
	Why      string
	// Frozen is the end of the promotion freeze that kept the champion although
	// the challenger earned its place; zero: no freeze did.
	Frozen time.Time `json:",omitzero"`
}

// Promote makes the challenger the champion if it earned that, by a conditional
// write: of two at once one wins, and the other reads again. Otherwise it counts
// for the champion that it outlasted one more. A champion that was trained on
// newer history stays. In a promotion freeze every champion stays that can be
// read, and no retraining counts that a challenger would have won.
func (a *Retraining) Promote(ctx context.Context, in PromoteInput) (out PromoteResult, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	if out, err = a.promote(ctx, in); err != nil {
		return out, err
	}
	return out, a.witnessPromotion(ctx, in, out)
}

func (a *Retraining) promote(ctx context.Context, in PromoteInput) (out PromoteResult, err error) {
	champion, version, err := ReadChampion(ctx, a.Records, in.Service)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
	case errors.Is(err, capacity.ErrBadData): // the challenger takes its place
		if err := a.setChampionAside(ctx, in.Service, err); err != nil {
			return out, err
		}
	case err != nil:
		return out, err
	case champion.Trained == in.Challenger.Trained:
		return PromoteResult{Promoted: true, Model: champion.Model, Why: in.Challenger.Why}, nil
	case champion.TrainedTo.After(in.Challenger.TrainedTo):
		return PromoteResult{Model: champion.Model, Why: fmt.Sprintf("the champion %s was trained on newer history, up to %s", champion.Model, champion.TrainedTo.Format(time.RFC3339))}, nil
	}
	next := in.Challenger
	out = PromoteResult{Promoted: true, Model: next.Model, Why: next.Why}
	window, frozen := capacity.WindowAt(in.Freeze, in.Now)
	switch {
	case champion.Model == "":
	case in.Earned && frozen:
		next = champion
		if in.Challenger.TrainedTo.After(champion.LastReview()) {
			next.Reviewed = in.Challenger.TrainedTo
		}
		next.Frozen = &FrozenPromotion{Model: in.Challenger.Model, Version: in.Challenger.Version, Until: window.To, Why: in.Challenger.Why}
		out = PromoteResult{Model: champion.Model, Why: next.Frozen.String(), Frozen: window.To}
	case !in.Earned:
		out.Promoted, out.Model = false, champion.Model
		if !in.Challenger.TrainedTo.After(champion.LastReview()) {
			return out, nil // an earlier try has counted it
		}
		next = champion
		next.Outlasted++
		next.Reviewed, next.Frozen = in.Challenger.TrainedTo, nil
	}
	data, err := json.Marshal(next)
	if err != nil {
		return out, fmt.Errorf("encode champion of %q: %w", in.Service, err)
	}
	return out, a.Records.Store.Swap(ctx, capacity.ChampionKey(in.Service), data, version)
}

// setChampionAside sets a damaged champion aside.
func (a *Retraining) setChampionAside(ctx context.Context, service string, damage error) error {
	key := capacity.ChampionKey(service)
	data, _, err := a.Records.Store.Get(ctx, key)
	if err != nil {
		return err
	}
	return a.Records.SetAside(ctx, service, key, data, damage)
}

// witnessPromotion records what was decided on a challenger, as of the end of the
// history that it learnt from.
func (a *Retraining) witnessPromotion(ctx context.Context, in PromoteInput, out PromoteResult) error {
	data, err := records.Facts(in.Challenger)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s stays champion, %s of version %s does not replace it", out.Model, in.Challenger.Model, in.Challenger.Version)
	if out.Promoted {
		text = fmt.Sprintf("%s of version %s is champion", out.Model, in.Challenger.Version)
	}
	r := audit.Record{
		Service: in.Service, ID: fmt.Sprintf("promoted/%s/%v", in.Challenger.Trained.SHA256, out.Promoted), At: in.Challenger.TrainedTo,
		Kind: audit.Promoted, Why: out.Why, Text: text, Facts: data,
	}
	if out.Frozen.IsZero() {
		return a.Records.Append(ctx, r, nil)
	}
	r.ID = fmt.Sprintf("promoted/%s/frozen until %s", in.Challenger.Trained.SHA256, out.Frozen.UTC().Format(time.RFC3339))
	return a.Records.Append(ctx, r, in.Notify, capacity.Notice{Kind: capacity.NoticeRefused, Subject: r.ID, Text: r.Text + ": " + r.Why})
}

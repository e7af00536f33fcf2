// Package retraining backtests the candidates on a service's history, trains the best one
// and promotes it.
package retraining

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/records"
	"headroom/backtest"
	"headroom/capacity"
)

// Retraining examines, backtests, chooses, trains and promotes.
type Retraining struct {
	Records records.Records
	// Models is the candidates for a step, simplest first.
	Models   func(step time.Duration) []capacity.Model
	Baseline string // the candidate that others must beat; empty: that of [backtest.Baseline]
}

// A Trained model is all that is needed to forecast with it: what it learnt,
// and how far off it was.
type Trained struct {
	Model       string
	State       []byte // what the fitted model wrote
	Calibration backtest.Calibration
	TrainedTo   time.Time // end of the history it learnt from
	Table       capacity.Ref
	Board       capacity.Ref
	Score       capacity.Score
}

// A Champion says which trained model forecasts for a service.
type Champion struct {
	Model     string
	Version   string
	Trained   capacity.Ref
	TrainedTo time.Time
	Why       string
	Outlasted int       // retrainings in a row that have not replaced it
	Reviewed  time.Time // end of the history of the last retraining that judged it
	// Frozen is what the last retraining would have promoted; nil: no promotion
	// freeze prevented it.
	Frozen *FrozenPromotion `json:",omitempty"`
}

// A FrozenPromotion is a challenger that earned the champion's place within a
// promotion freeze.
type FrozenPromotion struct {
	Model   string
	Version string
	Until   time.Time // when the freeze ends
	Why     string    // it earned the place
}

func (f FrozenPromotion) String() string {
	return fmt.Sprintf("promotion is frozen until %s; %s of version %s earned the place: %s", f.Until.UTC().Format(time.RFC3339), f.Model, f.Version, f.Why)
}

// LastReview is the end of the history by which the champion was last judged.
func (c Champion) LastReview() time.Time {
	if c.Reviewed.After(c.TrainedTo) {
		return c.Reviewed
	}
	return c.TrainedTo
}

// Named reports whether it names a trained model; a damaged one may not.
func (c Champion) Named() bool { return c.Model != "" && c.Trained.Key != "" }

// ReadChampion reads the service's champion, and the version that replacing it
// asks for. It returns ErrNotFound if there is none yet, and ErrBadData with the
// version if it is damaged.
func ReadChampion(ctx context.Context, r records.Records, service string) (Champion, string, error) {
	var c Champion
	key := capacity.ChampionKey(service)
	data, version, err := r.Store.Get(ctx, key)
	if err != nil {
		return c, "", err
	}
	if err := records.Decode(key, data, &c); err != nil {
		return Champion{}, version, err
	}
	if !c.Named() {
		return Champion{}, version, fmt.Errorf("%q names no trained model: %w", key, capacity.ErrBadData)
	}
	return c, version, nil
}
